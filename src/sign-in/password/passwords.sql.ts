import type { SelectQueryBuilder } from 'kysely';
import { emailKeyOf, FULL_ADMINISTRATOR, nameKeyOf } from '#directory/index.ts';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { KeptPassword, PasswordStore } from './passwords.ts';

export function createPasswordStore({ store }: { store: Store }): PasswordStore {
  return {
    async isAny(tenant) {
      const any = store.db().selectFrom('passwords').select('user_id').where('tenant_id', '=', tenant);
      return (await any.limit(1).executeTakeFirst()) !== undefined;
    },
    findByEmail: async (tenant, email) =>
      isText(email)
        ? toKept(await selectKept(store, tenant).where('users.email_key', '=', emailKeyOf(email)).executeTakeFirst())
        : undefined,
    find: async (tenant, id) =>
      isText(id) ? toKept(await selectKept(store, tenant).where('users.id', '=', id).executeTakeFirst()) : undefined,
    async list(tenant) {
      const rows = await selectKept(store, tenant).orderBy('users.id').execute();
      return rows.map((row) => ({
        ...keptOf(row),
        email: row.email,
        changedAt: new Date(row.changed_at),
        usedAt: row.used_at === null ? null : new Date(row.used_at),
      }));
    },
    async set(tenant, id, { hash, changedAt }) {
      const row = { hash, changed_at: changedAt.getTime() };
      await store
        .db()
        .insertInto('passwords')
        .values({ tenant_id: tenant, user_id: id, ...row, used_at: null })
        .onConflict((there) => there.columns(['tenant_id', 'user_id']).doUpdateSet(row))
        .execute();
    },
    async noteUse(tenant, id, at) {
      const own = store.db().updateTable('passwords').set({ used_at: at.getTime() }).where('tenant_id', '=', tenant);
      await own.where('user_id', '=', id).execute();
    },
  };
}

/** PostgreSQL keeps no NUL in text: nobody has such a name. */
const isText = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/** Whoever lost the role or was disabled has a password and may not use it: that is seen in the same question. */
function selectKept(store: Store, tenant: TenantId) {
  return store
    .db()
    .selectFrom('users')
    .innerJoin('passwords', (join) =>
      join.onRef('passwords.tenant_id', '=', 'users.tenant_id').onRef('passwords.user_id', '=', 'users.id'),
    )
    .select(['users.id', 'users.email', 'users.status', 'passwords.hash', 'passwords.changed_at', 'passwords.used_at'])
    .select(({ selectFrom }) => countAdministratorRoles(selectFrom('role_members')).as('administrator_roles'))
    .where('users.tenant_id', '=', tenant);
}

function countAdministratorRoles(
  members: SelectQueryBuilder<Tables & { users: Tables['users'] }, 'role_members' | 'users' | 'passwords', object>,
) {
  return members
    .innerJoin('roles', (join) =>
      join.onRef('roles.tenant_id', '=', 'role_members.tenant_id').onRef('roles.id', '=', 'role_members.role_id'),
    )
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .whereRef('role_members.tenant_id', '=', 'users.tenant_id')
    .whereRef('role_members.user_id', '=', 'users.id')
    .where('roles.name_key', '=', nameKeyOf(FULL_ADMINISTRATOR));
}

interface Row {
  id: string;
  hash: string;
  status: string;
  administrator_roles: number | null;
}

const keptOf = ({ id, hash, status, administrator_roles: roles }: Row): KeptPassword => ({
  userId: id as UserId,
  hash,
  mayUse: status === 'active' && Number(roles) > 0,
});

const toKept = (row: Row | undefined): KeptPassword | undefined => row && keptOf(row);
