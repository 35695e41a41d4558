import { sql } from 'kysely';
import type { TenantId, UserId } from '#kernel/ids.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import { isStorable, NAME_SEPARATOR } from './keys.ts';
import { toUser, type UserRow } from './rows.sql.ts';
import type { Person } from './user.ts';

type Row = UserRow & { groups: string | null; roles: string | null };

/**
 * A user with the names of groups and roles, in one statement and one row: it is asked several times in every sign-in. Measured with
 * 30 groups: two thirds of the cost of one row a name, and of two statements.
 */
export async function findPerson(store: Store, tenant: TenantId, id: UserId): Promise<Person | undefined> {
  if (!isStorable(id)) return undefined;
  const row = await store.first(select, { tenant, id });
  return row && { user: toUser(row), groups: namesOf(row.groups), roles: namesOf(row.roles) };
}

const select = statement(
  (_, { tenant, id }: Given<{ tenant: string; id: string }>) => sql<Row>`
    select id, email, email_verified, user_id, user_principal_name, profile, status, created_at, updated_at, last_sign_in_at,
      (select string_agg(g.name, ${sql.lit(NAME_SEPARATOR)}) from group_members m join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id
        where m.tenant_id = users.tenant_id and m.user_id = users.id) as groups,
      (select string_agg(r.name, ${sql.lit(NAME_SEPARATOR)}) from role_members m join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
        where m.tenant_id = users.tenant_id and m.user_id = users.id) as roles
    from users where tenant_id = ${tenant} and id = ${id}`,
);

/** Each once: one membership may have several sources. */
function namesOf(joined: string | null): string[] {
  return joined === null ? [] : [...new Set(joined.split(NAME_SEPARATOR))].sort();
}
