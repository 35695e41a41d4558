import { sql } from 'kysely';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { Keyring } from '#sql/keyring.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { isStorable } from './keys.ts';
import { problems } from './problems.ts';
import { refreshTokenPlace } from './refresh-token-place.ts';
import { chunked, type DirectoryParts, toUser, userColumns } from './rows.sql.ts';
import type { Link, LinkKey, User, UserDirectory } from './user.ts';

type LinkStore = Pick<
  UserDirectory,
  | 'findByLink'
  | 'link'
  | 'listLinks'
  | 'listLinksOf'
  | 'findRefreshToken'
  | 'replaceRefreshToken'
  | 'forgetRefreshTokens'
  | 'forgetConnection'
>;

export function createLinkStore({ store, keyring }: DirectoryParts): LinkStore {
  return {
    findByLink: (tenant, key) => findByLink(store, tenant, key),
    link: (tenant, link) => putLink({ store, keyring }, tenant, link),
    listLinks: (tenant, id) => listLinksOf(store, tenant, [id]),
    listLinksOf: (tenant, ids) => listLinksOf(store, tenant, ids),
    async findRefreshToken(tenant, key) {
      const row = await refreshTokenOf(store, tenant, key).executeTakeFirst();
      return row?.sealed_refresh_token ? keyring.unseal(refreshTokenPlace(tenant, key), row.sealed_refresh_token) : undefined;
    },
    replaceRefreshToken: (tenant, key, tokens) => replaceRefreshToken({ store, keyring }, { tenant, key }, tokens),
    async forgetRefreshTokens(tenant, id) {
      const links = store.db().updateTable('links').set({ sealed_refresh_token: null }).where('tenant_id', '=', tenant);
      await links.where('connection_id', '=', id).where('sealed_refresh_token', 'is not', null).execute();
    },
    forgetConnection: (tenant, id) =>
      store.transact(async () => {
        const db = store.db();
        await db.deleteFrom('links').where('tenant_id', '=', tenant).where('connection_id', '=', id).execute();
        for (const table of ['group_members', 'role_members'] as const) {
          await db.deleteFrom(table).where('tenant_id', '=', tenant).where('source', '=', `idp:${id}`).execute();
        }
      }),
  };
}

async function findByLink(store: Store, tenant: TenantId, key: LinkKey): Promise<User | undefined> {
  if (![key.connectionId, key.issuer, key.subject].every(isStorable)) return undefined;
  const { connectionId, issuer, subject } = key;
  const row = await store.first(userByLink, { tenant, connectionId, issuer, subject });
  return row && toUser(row);
}

const userByLink = statement((db, given: Given<{ tenant: string } & LinkKey>) =>
  db
    .selectFrom('links')
    .innerJoin('users', (join) => join.onRef('users.tenant_id', '=', 'links.tenant_id').onRef('users.id', '=', 'links.user_id'))
    .select(userColumns.map((column) => `users.${column}` as const))
    .where('links.tenant_id', '=', given.tenant)
    .where('links.connection_id', '=', given.connectionId)
    .where('links.issuer', '=', given.issuer)
    .where('links.subject', '=', given.subject),
);

function refreshTokenOf(store: Store, tenant: TenantId, { connectionId, issuer, subject }: LinkKey) {
  return store
    .db()
    .selectFrom('links')
    .select('sealed_refresh_token')
    .where('tenant_id', '=', tenant)
    .where('connection_id', '=', connectionId)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject);
}

async function replaceRefreshToken(
  { store, keyring }: { store: Store; keyring: Keyring },
  { tenant, key }: { tenant: TenantId; key: LinkKey },
  { was, becomes }: { was: string; becomes: string | null },
): Promise<boolean> {
  const row = await refreshTokenOf(store, tenant, key).executeTakeFirst();
  const sealed = row?.sealed_refresh_token;
  if (!sealed || keyring.unseal(refreshTokenPlace(tenant, key), sealed) !== was) return false;
  const { numUpdatedRows } = await store
    .db()
    .updateTable('links')
    .set({ sealed_refresh_token: becomes === null ? null : keyring.seal(refreshTokenPlace(tenant, key), becomes) })
    .where('tenant_id', '=', tenant)
    .where('connection_id', '=', key.connectionId)
    .where('issuer', '=', key.issuer)
    .where('subject', '=', key.subject)
    // The very text that was read: each sealing gives another one.
    .where('sealed_refresh_token', '=', sealed)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function putLink(needs: { store: Store; keyring: Keyring }, tenant: TenantId, link: NewLink): Promise<void> {
  if (![link.issuer, link.subject].every(isStorable)) throw new Problem(problems.text_unstorable);
  if (await upsertLink(needs, tenant, link)) return;
  // Held by another user; only when that one is gone may it be had. Asked in a statement of its own: the one before may not have seen
  // a user whom another node has only just inserted together with this link.
  const { numAffectedRows } = await sql`delete from links where tenant_id = ${tenant} and connection_id = ${link.connectionId}
    and issuer = ${link.issuer} and subject = ${link.subject}
    and not exists (select 1 from users where users.tenant_id = links.tenant_id and users.id = links.user_id)`.execute(
    needs.store.db(),
  );
  if (numAffectedRows === 1n && (await upsertLink(needs, tenant, link))) return;
  throw new Problem(problems.link_taken, { facts: { connection: link.connectionId } });
}

type Row = Tables['links'];
type NewLink = Link & { refreshToken?: string };

async function upsertLink(
  { store, keyring }: { store: Store; keyring: Keyring },
  tenant: TenantId,
  link: NewLink,
): Promise<boolean> {
  const sealed = link.refreshToken === undefined ? null : keyring.seal(refreshTokenPlace(tenant, link), link.refreshToken);
  const row: Row = {
    tenant_id: tenant,
    id: link.id,
    user_id: link.userId,
    connection_id: link.connectionId,
    issuer: link.issuer,
    subject: link.subject,
    created_at: link.createdAt.getTime(),
    last_used_at: link.lastUsedAt.getTime(),
    sealed_refresh_token: sealed,
  };
  return (await store.change(upsert, row)) === 1;
}

const upsert = statement((db, row: Given<Row>) =>
  db
    .insertInto('links')
    .values(row)
    .onConflict((there) =>
      there
        .columns(['tenant_id', 'connection_id', 'issuer', 'subject'])
        .doUpdateSet(({ ref, fn }) => ({
          last_used_at: ref('excluded.last_used_at'),
          sealed_refresh_token: fn.coalesce('excluded.sealed_refresh_token', 'links.sealed_refresh_token'),
        }))
        .whereRef('links.user_id', '=', 'excluded.user_id'),
    ),
);

async function listLinksOf(store: Store, tenant: TenantId, ids: readonly UserId[]): Promise<Link[]> {
  const found: Link[] = [];
  for (const some of chunked(ids)) {
    found.push(...(await store.all(selectOfUsers, { tenant, userIds: some })).map(toLink));
  }
  return found;
}

const selectOfUsers = statement((db, { tenant, userIds }: Given<{ tenant: string; userIds: string[] }>) =>
  db
    .selectFrom('links')
    .select(['id', 'user_id', 'connection_id', 'issuer', 'subject', 'created_at', 'last_used_at'])
    .where('tenant_id', '=', tenant)
    .where('user_id', 'in', userIds)
    .orderBy('created_at')
    .orderBy('id'),
);

function toLink(row: Omit<Row, 'tenant_id' | 'sealed_refresh_token'>): Link {
  return {
    id: row.id,
    userId: row.user_id as UserId,
    connectionId: row.connection_id as ConnectionId,
    issuer: row.issuer,
    subject: row.subject,
    createdAt: new Date(row.created_at),
    lastUsedAt: new Date(row.last_used_at),
  };
}
