import { type Selectable, sql } from 'kysely';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { isStorable } from './keys.ts';
import { problems } from './problems.ts';
import { chunked, type DirectoryParts, padded, toUser, userColumns } from './rows.sql.ts';
import type { Link, LinkKey, User, UserDirectory } from './user.ts';

type LinkStore = Pick<
  UserDirectory,
  'findByLink' | 'link' | 'listLinks' | 'listLinksOf' | 'findRefreshToken' | 'forgetConnection'
>;

export function createLinkStore({ store, keyring }: DirectoryParts): LinkStore {
  return {
    findByLink: (tenant, key) => findByLink(store, tenant, key),
    link: (tenant, link) => putLink({ store, keyring }, tenant, link),
    listLinks: (tenant, id) => listLinksOf(store, tenant, [id]),
    listLinksOf: (tenant, ids) => listLinksOf(store, tenant, ids),
    async findRefreshToken(tenant, key) {
      const row = await whereKey(store, tenant, key).select('sealed_refresh_token').executeTakeFirst();
      return row?.sealed_refresh_token ? keyring.unseal(placeOf(tenant, key), row.sealed_refresh_token) : undefined;
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
  const row = await whereKey(store, tenant, key)
    .innerJoin('users', (join) => join.onRef('users.tenant_id', '=', 'links.tenant_id').onRef('users.id', '=', 'links.user_id'))
    .select(userColumns.map((column) => `users.${column}` as const))
    .executeTakeFirst();
  return row && toUser(row);
}

function whereKey(store: Store, tenant: TenantId, { connectionId, issuer, subject }: LinkKey) {
  return store
    .db()
    .selectFrom('links')
    .where('links.tenant_id', '=', tenant)
    .where('links.connection_id', '=', connectionId)
    .where('links.issuer', '=', issuer)
    .where('links.subject', '=', subject);
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

type NewLink = Link & { refreshToken?: string };

async function upsertLink(
  { store, keyring }: { store: Store; keyring: Keyring },
  tenant: TenantId,
  link: NewLink,
): Promise<boolean> {
  const sealed = link.refreshToken === undefined ? null : keyring.seal(placeOf(tenant, link), link.refreshToken);
  const { numAffectedRows } = await sql`
    insert into links (tenant_id, id, user_id, connection_id, issuer, subject, created_at, last_used_at, sealed_refresh_token)
    values (${tenant}, ${link.id}, ${link.userId}, ${link.connectionId}, ${link.issuer}, ${link.subject},
      ${link.createdAt.getTime()}, ${link.lastUsedAt.getTime()}, ${sealed})
    on conflict (tenant_id, connection_id, issuer, subject) do update set last_used_at = excluded.last_used_at,
      sealed_refresh_token = coalesce(excluded.sealed_refresh_token, links.sealed_refresh_token)
    where links.user_id = excluded.user_id`.execute(store.db());
  return numAffectedRows === 1n;
}

async function listLinksOf(store: Store, tenant: TenantId, ids: readonly UserId[]): Promise<Link[]> {
  const found: Link[] = [];
  for (const some of chunked(ids)) {
    const rows = await store
      .db()
      .selectFrom('links')
      .selectAll()
      .where('tenant_id', '=', tenant)
      .where('user_id', 'in', padded(some))
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    found.push(...rows.map(toLink));
  }
  return found;
}

function toLink(row: Selectable<Tables['links']>): Link {
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

/** Where a refresh token lies: sealed for one tie, it opens at no other. */
function placeOf(tenant: TenantId, { connectionId, issuer, subject }: LinkKey): string {
  return `links.sealed_refresh_token:${JSON.stringify([tenant, connectionId, issuer, subject])}`;
}
