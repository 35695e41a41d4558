import { type Selectable, sql } from 'kysely';
import type { TenantId, UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { isUniqueViolation } from '#sql/capabilities.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { emailKeyOf, isStorable } from './keys.ts';
import { createLinkStore } from './links.sql.ts';
import { findPerson } from './person.sql.ts';
import { problems } from './problems.ts';
import { type DirectoryParts, toUser, userColumns } from './rows.sql.ts';
import type { Profile, User, UserDirectory } from './user.ts';

export function createUserStore(parts: DirectoryParts): UserDirectory {
  const { store } = parts;
  return {
    ...createLinkStore(parts),
    findPerson: (tenant, id) => findPerson(store, tenant, id),
    find: (tenant, id) => findById(store, tenant, id),
    findByAttribute: (tenant, attribute, value) => findByAttribute(store, tenant, [attribute, value]),
    async hold(tenant, id) {
      if (!isStorable(id)) return undefined;
      const query = selectUsers(store, tenant).where('id', '=', id);
      const lock = store.capabilities.rowLocks && store.db().isTransaction;
      const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
      return row && toUser(row);
    },
    async setStatus(tenant, id, { status, updatedAt }) {
      await store
        .db()
        .updateTable('users')
        .set({ status, updated_at: updatedAt.getTime() })
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .execute();
    },
    insert: (tenant, user) => insertUser(store, tenant, user),
    update: (tenant, user) => updateUser(store, tenant, user),
    noteSignIn: async (tenant, id, at) =>
      (await store.change(noteSignIn, { tenant, id, at: at.getTime() })) === 1 ? 'updated' : 'gone',
    remove: (tenant, id) => store.transact(() => removeUser(store, tenant, id)),
    async list(tenant, { limit, after, email }) {
      let query = selectUsers(store, tenant).orderBy('id').limit(limit);
      if (after !== undefined) query = query.where('id', '>', after);
      if (email !== undefined) query = query.where('email_key', '=', emailKeyOf(email));
      return (await query.execute()).map(toUser);
    },
  };
}

const selectUsers = (store: Store, tenant: TenantId) =>
  store.db().selectFrom('users').selectAll().where('tenant_id', '=', tenant);

async function findById(store: Store, tenant: TenantId, id: UserId): Promise<User | undefined> {
  const row = isStorable(id) ? await store.first(selectById, { tenant, id }) : undefined;
  return row && toUser(row);
}

const selectById = statement((db, { tenant, id }: Given<{ tenant: string; id: string }>) =>
  db.selectFrom('users').select(userColumns).where('tenant_id', '=', tenant).where('id', '=', id),
);

async function findUser(store: Store, tenant: TenantId, [column, value]: [Unique, string]): Promise<User | undefined> {
  if (!isStorable(value)) return undefined;
  const row = await selectUsers(store, tenant).where(column, '=', value).executeTakeFirst();
  return row && toUser(row);
}

type Unique = (typeof columns)[keyof typeof columns];
const columns = { email: 'email_key', userId: 'user_id', userPrincipalName: 'user_principal_name' } as const;
const inProfile: ReadonlySet<string> = new Set(['phone', 'mobile', 'firstName', 'lastName', 'locale', 'securityId']);

async function findByAttribute(store: Store, tenant: TenantId, [attribute, value]: [string, string]): Promise<User | undefined> {
  if (!isStorable(value) || value === '') return undefined;
  if (attribute === 'email') return findUser(store, tenant, ['email_key', emailKeyOf(value)]);
  if (Object.hasOwn(columns, attribute)) return findUser(store, tenant, [columns[attribute as keyof typeof columns], value]);
  if (!inProfile.has(attribute)) throw new Error(`nobody is found by the attribute ${attribute}`);
  return findInProfile(store, tenant, [attribute, value]);
}

/** The pattern is only a sieve (a custom attribute may have the same name, `like` may ignore case): the profile itself decides. */
async function findInProfile(store: Store, tenant: TenantId, [attribute, value]: [string, string]): Promise<User | undefined> {
  const member = JSON.stringify({ [attribute]: value }).slice(1, -1);
  const pattern = `%${member.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await selectUsers(store, tenant).where(sql<boolean>`profile like ${pattern} escape '\\'`).execute();
  const users = rows.map(toUser).filter(({ profile }) => profile[attribute as keyof Profile] === value);
  if (users.length > 1) throw new Problem(problems.attribute_ambiguous, { facts: { attribute } });
  return users[0];
}

async function insertUser(store: Store, tenant: TenantId, user: User): Promise<'inserted' | 'taken'> {
  // A unique violation would abort the whole transaction on PostgreSQL; a conflict that does nothing does not.
  const { numInsertedOrUpdatedRows } = await store
    .db()
    .insertInto('users')
    .values(rowOf(tenant, user))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n ? 'inserted' : 'taken';
}

async function updateUser(store: Store, tenant: TenantId, user: User): Promise<'updated' | 'taken' | 'gone'> {
  const { created_at: _, ...row } = rowOf(tenant, user);
  try {
    if ((await store.change(update, row)) === 1) return 'updated';
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Another node took it at the same moment. On PostgreSQL the transaction is dead already: let it fall with a refusal.
    if (store.db().isTransaction) throw new Problem(problems.user_taken, { cause: error });
    return 'taken';
  }
  const present = await selectUsers(store, tenant).where('id', '=', user.id).executeTakeFirst();
  return present && (present.status !== 'disabled' || user.status === 'disabled') ? 'taken' : 'gone';
}

const update = statement((db, { tenant_id, id, ...changes }: Given<Omit<Row, 'created_at'>>) =>
  db
    .updateTable('users')
    .set(changes)
    .where('tenant_id', '=', tenant_id)
    .where('id', '=', id)
    .where(({ not, exists, selectFrom, or }) => {
      // Asked within the statement, each through its own unique index.
      const others = selectFrom('users as other').select('other.id').where('tenant_id', '=', tenant_id).where('id', '<>', id);
      const columnsHeld = ['email_key', 'user_id', 'user_principal_name'] as const;
      return not(or(columnsHeld.map((column) => exists(others.where(column, '=', changes[column])))));
    })
    // Only `setStatus` brings somebody back whom an administrator has shut out.
    .where(({ or, eb }) => or([eb('status', '<>', 'disabled'), eb(changes.status, '=', 'disabled')])),
);

const noteSignIn = statement((db, { tenant, id, at }: Given<{ tenant: string; id: string; at: number }>) =>
  db
    .updateTable('users')
    .set({ last_sign_in_at: at })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .where('status', '<>', 'disabled'),
);

async function removeUser(store: Store, tenant: TenantId, id: UserId): Promise<boolean> {
  const db = store.db();
  for (const table of ['group_members', 'role_members', 'links'] as const) {
    await db.deleteFrom(table).where('tenant_id', '=', tenant).where('user_id', '=', id).execute();
  }
  const { numDeletedRows } = await db
    .deleteFrom('users')
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

type Row = Selectable<Tables['users']>;

function rowOf(tenant: TenantId, user: User): Row {
  for (const text of [user.email, user.userId, user.userPrincipalName]) {
    if (text !== null && !isStorable(text)) throw new Problem(problems.text_unstorable);
  }
  return {
    tenant_id: tenant,
    id: user.id,
    email: user.email,
    email_key: user.email === null ? null : emailKeyOf(user.email),
    email_verified: user.emailVerified ? 1 : 0,
    user_id: user.userId,
    user_principal_name: user.userPrincipalName,
    profile: JSON.stringify(user.profile),
    status: user.status,
    created_at: user.createdAt.getTime(),
    updated_at: user.updatedAt.getTime(),
    last_sign_in_at: user.lastSignInAt?.getTime() ?? null,
  };
}
