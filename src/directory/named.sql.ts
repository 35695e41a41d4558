import { sql } from 'kysely';
import type { TenantId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { isUniqueViolation } from '#sql/capabilities.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import { isName, isStorable, nameKeyOf } from './keys.ts';
import { forKinds, type Kind } from './memberships.sql.ts';
import { problems } from './problems.ts';
import { chunked } from './rows.sql.ts';

/** Which groups or roles: by id or by the key of their name. */
export interface Found {
  column: 'id' | 'name_key';
  values: readonly string[];
}

/** Those of the tenant that have one of the values, each once; by name. */
export async function findByKeys<Row>(
  store: Store,
  kind: Kind,
  { tenant, column, values }: Found & { tenant: TenantId },
): Promise<Row[]> {
  const found: Row[] = [];
  for (const some of chunked([...new Set(values)].filter(isStorable))) {
    found.push(...((await store.all(selectBy[column](kind), { tenant, values: some })) as Row[]));
  }
  return found;
}

const selectWhere = (column: Found['column']) =>
  forKinds((kind) =>
    statement(
      (_, { tenant, values }: Given<{ tenant: string; values: string[] }>) => sql`
        select ${sql.join(kind.columns.map((name) => sql.ref(name)))} from ${sql.table(kind.of)}
        where tenant_id = ${tenant} and ${sql.ref(column)} in (${sql.join(values)}) order by name_key`,
    ),
  );
const selectBy = { id: selectWhere('id'), name_key: selectWhere('name_key') };

export async function listByName<Row>(
  store: Store,
  kind: Kind,
  page: { tenant: TenantId; limit: number; after?: string },
): Promise<Row[]> {
  const { rows } = await sql<Row>`select * from ${sql.table(kind.of)}
    where tenant_id = ${page.tenant} and name_key > ${page.after === undefined ? '' : nameKeyOf(page.after)}
    order by name_key limit ${page.limit}`.execute(store.db());
  return rows;
}

/** What both kinds have, and what a role has besides. */
export interface NamedRow {
  id: string;
  name: string;
  description: string;
  built_in?: number;
  permissions?: string;
}

export interface NamedParts {
  store: Store;
  world: World;
  kind: Kind;
}

export async function insertNamed(
  { store, world, kind }: NamedParts,
  tenant: TenantId,
  row: NamedRow,
): Promise<'inserted' | 'taken'> {
  const now = world.now().getTime();
  const values = { tenant_id: tenant, ...keyed(row), created_at: now, updated_at: now };
  const { numAffectedRows } =
    await sql`insert into ${sql.table(kind.of)} (${sql.join(Object.keys(values).map((name) => sql.ref(name)))})
    values (${sql.join(Object.values(values))}) on conflict do nothing`.execute(store.db());
  return numAffectedRows === 1n ? 'inserted' : 'taken';
}

export async function updateNamed(
  { store, world, kind }: NamedParts,
  tenant: TenantId,
  row: NamedRow,
): Promise<'updated' | 'taken' | 'gone'> {
  const { id, ...changes } = { ...keyed(row), updated_at: world.now().getTime() };
  const [holder] = await findByKeys<NamedRow>(store, kind, { tenant, column: 'name_key', values: [changes.name_key] });
  if (holder && holder.id !== id) return 'taken';
  const sets = Object.entries(changes).map(([name, value]) => sql`${sql.ref(name)} = ${value}`);
  try {
    const { numAffectedRows } = await sql`update ${sql.table(kind.of)} set ${sql.join(sets)}
      where tenant_id = ${tenant} and id = ${id}`.execute(store.db());
    return numAffectedRows === 1n ? 'updated' : 'gone';
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Another node took the name at the same moment. On PostgreSQL the transaction is dead already: let it fall with a refusal.
    if (store.db().isTransaction)
      throw new Problem(kind.of === 'groups' ? problems.group_taken : problems.role_taken, { cause: error });
    return 'taken';
  }
}

function keyed(row: NamedRow): NamedRow & { name_key: string } {
  if (!isName(row.name) || !isStorable(row.description)) throw new Problem(problems.text_unstorable);
  return { ...row, name: row.name.trim(), name_key: nameKeyOf(row.name) };
}
