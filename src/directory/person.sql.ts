import { sql } from 'kysely';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import { isStorable } from './keys.ts';
import { toUser, type UserRow } from './rows.sql.ts';
import type { Person } from './user.ts';

type Row = UserRow & { kind: 'user' | 'group' | 'role'; name: string | null };

/**
 * A user with the names of groups and roles, in one statement: it is asked several times in every sign-in, and a round trip costs
 * more than a wide row. The first part types the columns that the others leave empty.
 */
export async function findPerson(store: Store, tenant: TenantId, id: UserId): Promise<Person | undefined> {
  if (!isStorable(id)) return undefined;
  const { rows } = await sql<Row>`
    select 'user' as kind, null as name, id, email, email_verified, user_id, user_principal_name, profile, status,
      created_at, updated_at, last_sign_in_at
    from users where tenant_id = ${tenant} and id = ${id}
    union all
    select distinct 'group', g.name, null, null, null, null, null, null, null, null, null, null
    from group_members m join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id
    where m.tenant_id = ${tenant} and m.user_id = ${id}
    union all
    select distinct 'role', r.name, null, null, null, null, null, null, null, null, null, null
    from role_members m join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
    where m.tenant_id = ${tenant} and m.user_id = ${id}`.execute(store.db());
  const user = rows.find(({ kind }) => kind === 'user');
  const namesOf = (wanted: Row['kind']): string[] => rows.flatMap(({ kind, name }) => (kind === wanted && name !== null ? [name] : [])).sort();
  return user && { user: toUser(user), groups: namesOf('group'), roles: namesOf('role') };
}
