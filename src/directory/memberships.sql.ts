import { sql } from 'kysely';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { type Given, type Statement, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import { chunked } from './rows.sql.ts';
import type { MembershipSource } from './user.ts';

/** The two kinds of memberships differ in the names of their tables, and roles have two columns more. */
export const kinds = {
  group: { members: 'group_members', of: 'groups', key: 'group_id', columns: ['id', 'name', 'description'] },
  role: {
    members: 'role_members',
    of: 'roles',
    key: 'role_id',
    columns: ['id', 'name', 'description', 'built_in', 'permissions'],
  },
} as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

/** One statement for each kind. */
export function forKinds<Values, Row>(make: (kind: Kind) => Statement<Values, Row>): (kind: Kind) => Statement<Values, Row> {
  const made = { groups: make(kinds.group), roles: make(kinds.role) };
  return (kind) => made[kind.of];
}

/** Parameters of `setMemberships` of both ports. */
export type SetMemberships<Id> = [
  tenant: TenantId,
  userId: UserId,
  source: MembershipSource,
  ids: readonly Id[],
  how: 'replace' | 'add',
];

/**
 * Reads what this source gives, writes only the difference: a sign-in that changes nothing writes nothing. What is not in this tenant
 * (a group removed meanwhile, an id of elsewhere) is not joined; two who add the same at once both succeed.
 */
export async function setMemberships<Id extends string>(
  { store, world }: { store: Store; world: World },
  kind: Kind,
  given: SetMemberships<Id>,
): Promise<void> {
  const [tenant, userId, source, ids, how] = given;
  const held = new Set((await store.all(selectHeld(kind), { tenant, userId, source })).map(({ id }) => id));
  const wanted = new Set<string>(ids);
  // In one order, row by row: two who did it in two would wait for each other in a circle.
  const added = [...wanted].filter((id) => !held.has(id)).sort();
  const ended = how === 'replace' ? [...held].filter((id) => !wanted.has(id)).sort() : [];
  if (added.length === 0 && ended.length === 0) return;
  await store.transact(async () => {
    for (const some of chunked(ended)) await store.change(endHeld(kind), { tenant, userId, source, ids: some });
    const now = world.now().getTime();
    for (const some of chunked(added)) await store.change(insertHeld(kind), { tenant, userId, source, ids: some, now });
  });
}

interface HeldBy {
  tenant: string;
  userId: string;
  source: string;
}

const selectHeld = forKinds((kind) =>
  statement(
    (_, { tenant, userId, source }: Given<HeldBy>) => sql<{ id: string }>`
      select ${sql.ref(kind.key)} as id from ${sql.table(kind.members)}
      where tenant_id = ${tenant} and user_id = ${userId} and source = ${source}`,
  ),
);

const endHeld = forKinds((kind) =>
  statement(
    (_, { tenant, userId, source, ids }: Given<HeldBy & { ids: string[] }>) => sql`
      delete from ${sql.table(kind.members)}
      where tenant_id = ${tenant} and user_id = ${userId} and source = ${source} and ${sql.ref(kind.key)} in (${sql.join(ids)})`,
  ),
);

const insertHeld = forKinds((kind) =>
  statement(
    (_, { tenant, userId, source, ids, now }: Given<HeldBy & { ids: string[]; now: number }>) => sql`
      insert into ${sql.table(kind.members)} (tenant_id, user_id, source, created_at, ${sql.ref(kind.key)})
      select u.tenant_id, u.id, cast(${source} as text), cast(${now} as bigint), o.id
      from users u join ${sql.table(kind.of)} o on o.tenant_id = u.tenant_id
      where u.tenant_id = ${tenant} and u.id = ${userId} and o.id in (${sql.join(ids)})
      order by o.id
      on conflict do nothing`,
  ),
);

/** Rows of memberships joined with what they are of, for the readers of `groups.sql.ts` and `roles.sql.ts`. */
export async function selectMemberships<Row>(
  store: Store,
  kind: Kind,
  [tenant, userIds]: [TenantId, readonly UserId[]],
): Promise<(Row & Member)[]> {
  const found: (Row & Member)[] = [];
  for (const some of chunked(userIds)) {
    found.push(...((await store.all(selectOfUsers(kind), { tenant, userIds: some })) as (Row & Member)[]));
  }
  return found;
}

interface Member {
  member: UserId;
  source: MembershipSource;
}

const selectOfUsers = forKinds((kind) =>
  statement(
    (_, { tenant, userIds }: Given<{ tenant: string; userIds: string[] }>) => sql<Member>`
      select ${sql.join(kind.columns.map((column) => sql.ref(`o.${column}`)))}, m.user_id as member, m.source as source
      from ${sql.table(kind.members)} m join ${sql.table(kind.of)} o on o.tenant_id = m.tenant_id and o.id = ${sql.ref(`m.${kind.key}`)}
      where m.tenant_id = ${tenant} and m.user_id in (${sql.join(userIds)})
      order by o.name_key, m.source`,
  ),
);

/** Removes the named thing with all its memberships. */
export function removeWithMembers(store: Store, kind: Kind, [tenant, id]: [TenantId, string]): Promise<boolean> {
  return store.transact(async () => {
    await sql`delete from ${sql.table(kind.members)} where tenant_id = ${tenant} and ${sql.ref(kind.key)} = ${id}`.execute(
      store.db(),
    );
    const { numAffectedRows } = await sql`delete from ${sql.table(kind.of)} where tenant_id = ${tenant} and id = ${id}`.execute(
      store.db(),
    );
    return numAffectedRows === 1n;
  });
}
