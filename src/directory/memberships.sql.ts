import { sql } from 'kysely';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { Store } from '#sql/store.ts';
import { chunked, padded } from './rows.sql.ts';
import type { MembershipSource } from './user.ts';

/** The two kinds of memberships differ in the names of their tables only. */
export const kinds = {
  group: { members: 'group_members', of: 'groups', key: 'group_id' },
  role: { members: 'role_members', of: 'roles', key: 'role_id' },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

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
  const { rows } = await sql<{ id: string }>`select ${sql.ref(kind.key)} as id from ${sql.table(kind.members)}
    where tenant_id = ${tenant} and user_id = ${userId} and source = ${source}`.execute(store.db());
  const held = new Set(rows.map(({ id }) => id));
  const wanted = new Set<string>(ids);
  const added = [...wanted].filter((id) => !held.has(id));
  const ended = how === 'replace' ? [...held].filter((id) => !wanted.has(id)) : [];
  if (added.length === 0 && ended.length === 0) return;
  await store.transact(async () => {
    for (const some of chunked(ended)) {
      await sql`delete from ${sql.table(kind.members)} where tenant_id = ${tenant} and user_id = ${userId} and source = ${source}
        and ${sql.ref(kind.key)} in (${sql.join(padded(some))})`.execute(store.db());
    }
    for (const some of chunked(added)) {
      await sql`insert into ${sql.table(kind.members)} (tenant_id, user_id, source, created_at, ${sql.ref(kind.key)})
        select u.tenant_id, u.id, cast(${source} as text), cast(${world.now().getTime()} as bigint), o.id
        from users u join ${sql.table(kind.of)} o on o.tenant_id = u.tenant_id
        where u.tenant_id = ${tenant} and u.id = ${userId} and o.id in (${sql.join(padded(some))})
        on conflict do nothing`.execute(store.db());
    }
  });
}

/** Rows of memberships joined with what they are of, for the readers of `groups.sql.ts` and `roles.sql.ts`. */
export async function selectMemberships<Row>(
  store: Store,
  kind: Kind,
  [tenant, userIds]: [TenantId, readonly UserId[]],
): Promise<(Row & { member: UserId; source: MembershipSource })[]> {
  const found: (Row & { member: UserId; source: MembershipSource })[] = [];
  for (const some of chunked(userIds)) {
    const { rows } = await sql<
      Row & { member: UserId; source: MembershipSource }
    >`select o.*, m.user_id as member, m.source as source
      from ${sql.table(kind.members)} m join ${sql.table(kind.of)} o on o.tenant_id = m.tenant_id and o.id = ${sql.ref(`m.${kind.key}`)}
      where m.tenant_id = ${tenant} and m.user_id in (${sql.join(padded(some))})
      order by o.name_key, m.source`.execute(store.db());
    found.push(...rows);
  }
  return found;
}

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
