import { sql } from 'kysely';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import { emailKeyOf, isStorable } from './keys.ts';
import { chunked } from './rows.sql.ts';
import type { SignInMethodStore } from './sign-in-methods.ts';

export function createSignInMethodStore({ store }: { store: Store }): SignInMethodStore {
  return {
    async findOfIdentifier(tenant, identifier) {
      if (!isStorable(identifier)) return undefined;
      const row = await store.first(ofIdentifier, { tenant, email: emailKeyOf(identifier), name: identifier });
      return row && (row.connection_id as ConnectionId);
    },
    async listOf(tenant, users) {
      const found = new Map<UserId, ConnectionId>();
      for (const some of chunked(users)) {
        for (const row of await store.all(ofUsers, { tenant, userIds: some })) {
          found.set(row.user_id as UserId, row.connection_id as ConnectionId);
        }
      }
      return found;
    },
    set: (tenant, user, { connection, at }) =>
      connection === null ? remove(store, tenant, user) : put(store, tenant, { user_id: user, connection_id: connection, at }),
  };
}

const ofIdentifier = statement((db, { tenant, email, name }: Given<{ tenant: string; email: string; name: string }>) =>
  db
    .selectFrom('users')
    .innerJoin('sign_in_methods', (join) =>
      join.onRef('sign_in_methods.tenant_id', '=', 'users.tenant_id').onRef('sign_in_methods.user_id', '=', 'users.id'),
    )
    .select('sign_in_methods.connection_id')
    .where('users.tenant_id', '=', tenant)
    .where(({ or, eb }) => or([eb('users.email_key', '=', email), eb('users.user_principal_name', '=', name)]))
    // Somebody's address may be another one's user name: the address is what people type.
    .orderBy(sql`case when users.email_key = ${email} then 0 else 1 end`)
    .limit(1),
);

const ofUsers = statement((db, { tenant, userIds }: Given<{ tenant: string; userIds: string[] }>) =>
  db
    .selectFrom('sign_in_methods')
    .select(['user_id', 'connection_id'])
    .where('tenant_id', '=', tenant)
    .where('user_id', 'in', userIds),
);

async function put(
  store: Store,
  tenant: TenantId,
  { at, ...method }: { user_id: UserId; connection_id: ConnectionId; at: Date },
): Promise<void> {
  const row = { tenant_id: tenant, ...method, set_at: at.getTime() };
  const insert = store.db().insertInto('sign_in_methods').values(row);
  await insert.onConflict((there) => there.columns(['tenant_id', 'user_id']).doUpdateSet(row)).execute();
}

async function remove(store: Store, tenant: TenantId, user: UserId): Promise<void> {
  await store.db().deleteFrom('sign_in_methods').where('tenant_id', '=', tenant).where('user_id', '=', user).execute();
}
