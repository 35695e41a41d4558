import { type Selectable, sql } from 'kysely';
import type { RoleId, TenantId, UserId } from '#kernel/ids.ts';
import { builtInRoles } from '#kernel/permission.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { isStorable, nameKeyOf } from './keys.ts';
import { kinds, removeWithMembers, selectMemberships, setMemberships } from './memberships.sql.ts';
import { type Found, findByKeys, insertNamed, listByName, type NamedRow, updateNamed } from './named.sql.ts';
import type { DirectoryParts } from './rows.sql.ts';
import type { MembershipOf, Role, RoleDirectory } from './user.ts';

type Row = Selectable<Tables['roles']>;

export function createRoleStore({ store, world }: Pick<DirectoryParts, 'store' | 'world'>): RoleDirectory {
  const parts = { store, world, kind: kinds.role };
  const find = (tenant: TenantId, given: Found): Promise<Role[]> =>
    findByKeys<Row>(store, kinds.role, { tenant, ...given }).then((rows) => rows.map(toRole));
  const listMembershipsOf = (tenant: TenantId, userIds: readonly UserId[]): Promise<MembershipOf<Role>[]> =>
    selectMemberships<Row>(store, kinds.role, [tenant, userIds]).then((rows) =>
      rows.map((row) => ({ of: toRole(row), source: row.source, userId: row.member })),
    );
  return {
    find: async (tenant, id) => (await find(tenant, { column: 'id', values: [id] }))[0],
    findByIds: (tenant, ids) => find(tenant, { column: 'id', values: ids }),
    findByNames: (tenant, names) => find(tenant, { column: 'name_key', values: names.map(nameKeyOf) }),
    list: async (tenant, page) => (await listByName<Row>(store, kinds.role, { tenant, ...page })).map(toRole),
    insert: (tenant, role) => insertNamed(parts, tenant, rowOf(role)),
    update: (tenant, role) => updateNamed(parts, tenant, rowOf(role)),
    remove: (tenant, id) => removeWithMembers(store, kinds.role, [tenant, id]),
    listMemberships: (tenant, userId) => listMembershipsOf(tenant, [userId]),
    listMembershipsOf,
    setMemberships: (...given) => setMemberships<RoleId>({ store, world }, kinds.role, given),
    findPermissions: (tenant, userId) => findPermissions(store, tenant, userId),
    countHolders: (tenant, roleName) => countHolders(store, tenant, roleName),
  };
}

async function findPermissions(store: Store, tenant: TenantId, userId: UserId): Promise<ReadonlySet<string> | undefined> {
  if (!isStorable(userId)) return undefined;
  const { rows } = await sql<Partial<Row>>`select r.name, r.built_in, r.permissions from users u
    left join role_members m on m.tenant_id = u.tenant_id and m.user_id = u.id
    left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
    where u.tenant_id = ${tenant} and u.id = ${userId} and u.status = 'active'`.execute(store.db());
  if (rows.length === 0) return undefined;
  return new Set(rows.flatMap((row) => (typeof row.name === 'string' ? permissionsOf(row as Row) : [])));
}

/** Holding the role's row makes concurrent countings wait for each other: two administrators cannot demote one another at once. */
async function countHolders(store: Store, tenant: TenantId, roleName: string): Promise<{ active: number; invited: number }> {
  const db = store.db();
  const role = db.selectFrom('roles').select('id').where('tenant_id', '=', tenant).where('name_key', '=', nameKeyOf(roleName));
  const held = await (store.capabilities.rowLocks && db.isTransaction ? role.forUpdate() : role).executeTakeFirst();
  if (!held) return { active: 0, invited: 0 };
  const { rows } = await sql<{ status: string; holders: number }>`select u.status, count(distinct u.id) as holders
    from role_members m join users u on u.tenant_id = m.tenant_id and u.id = m.user_id
    where m.tenant_id = ${tenant} and m.role_id = ${held.id} group by u.status`.execute(db);
  const count = (status: string): number => Number(rows.find((row) => row.status === status)?.holders ?? 0);
  return { active: count('active'), invited: count('invited') };
}

function rowOf({ id, name, description, builtIn, permissions }: Role): NamedRow {
  return { id, name, description, built_in: builtIn ? 1 : 0, permissions: JSON.stringify(builtIn ? [] : permissions) };
}

function toRole(row: Row): Role {
  return {
    id: row.id as RoleId,
    name: row.name,
    description: row.description,
    builtIn: row.built_in === 1,
    permissions: permissionsOf(row),
  };
}

/** Of a built-in role they are code: an upgrade changes them for every tenant. */
function permissionsOf({ name, built_in, permissions }: Pick<Row, 'name' | 'built_in' | 'permissions'>): readonly string[] {
  return built_in === 1 ? (builtInRoles[name] ?? []) : (JSON.parse(permissions) as string[]);
}
