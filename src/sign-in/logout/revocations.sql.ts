import { sql } from 'kysely';
import { type LinkKey, refreshTokenPlace } from '#directory/index.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { newSecret, type World } from '#kernel/world.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { PendingRevocation, RevocationClient, RevocationStore, Telling } from './revocations.ts';

interface Needs {
  store: Store;
  keyring: Keyring;
  world: World;
}

/** Longer than any transaction that is about to use it. */
const IDLE_MILLISECONDS = 3_600_000;
/** Links that one statement names. */
const BATCH = 500;

const placeOf = (tenant: string, id: string): string => `revocation_clients.client/${tenant}/${id}`;

export function createRevocationStore(needs: Needs): RevocationStore {
  const { store } = needs;
  return {
    take: (tenant, client, whose) => store.transact(() => take(needs, tenant, { client, userId: whose.userId })),
    add: (tenant, client, late) => store.transact(() => add(needs, tenant, { client, ...late })),
    async hold(tenant, { connectionId, userIds }) {
      if (!store.capabilities.rowLocks || userIds.length === 0) return;
      const links = store.db().selectFrom('links').select('id').where('tenant_id', '=', tenant);
      const theirs = links.where('connection_id', '=', connectionId).where('user_id', 'in', userIds);
      await theirs.orderBy('id').forNoKeyUpdate().execute();
    },
    claim: (now, leaseSeconds) => claim(needs, now, leaseSeconds),
    async settle({ tenant, clientId, linkId, createdAt, id }) {
      const theirs = store.db().deleteFrom('revocations').where('tenant_id', '=', tenant).where('client_id', '=', clientId);
      const once = theirs.where('link_id', '=', linkId).where('created_at', '=', createdAt.getTime());
      await once.where('id', '=', id).execute();
    },
    async putOff({ tenant, clientId, linkId, createdAt, id }, notBefore) {
      const all = store.db().updateTable('revocations').set({ not_before: notBefore.getTime() });
      const theirs = all.where('tenant_id', '=', tenant).where('client_id', '=', clientId);
      const once = theirs.where('link_id', '=', linkId).where('created_at', '=', createdAt.getTime());
      await once.where('id', '=', id).execute();
    },
    async putOffOthers({ tenant, clientId }, notBefore) {
      const all = store.db().updateTable('revocations').set({ not_before: notBefore.getTime() });
      const theirs = all.where('tenant_id', '=', tenant).where('client_id', '=', clientId);
      await theirs.where('not_before', '<', notBefore.getTime()).execute();
    },
    removeIdle: (now, limit) => removeIdle(store, now, limit),
    async countWaiting() {
      const all = store
        .db()
        .selectFrom('revocations')
        .select(({ fn }) => fn.countAll().as('waiting'));
      return Number((await all.executeTakeFirstOrThrow()).waiting);
    },
  };
}

async function take(
  needs: Needs,
  tenant: TenantId,
  { client, userId }: { client: RevocationClient; userId: UserId | undefined },
): Promise<number> {
  const links = await holdTokens(needs.store, tenant, { connectionId: client.connectionId, userId });
  if (links.length === 0) return 0;
  const moving = { tenant, clientId: await keepClient(needs, tenant, client), id: newSecret(needs.world) };
  for (let from = 0; from < links.length; from += BATCH) await move(needs, moving, links.slice(from, from + BATCH));
  return links.length;
}

/** From here on nobody brings another token, or takes the same one. */
async function holdTokens(
  { db, capabilities }: Store,
  tenant: TenantId,
  { connectionId, userId }: { connectionId: ConnectionId; userId: UserId | undefined },
): Promise<string[]> {
  const links = db().selectFrom('links').select('id').where('tenant_id', '=', tenant).where('connection_id', '=', connectionId);
  const theirs = userId === undefined ? links : links.where('user_id', '=', userId);
  const held = theirs.where('sealed_refresh_token', 'is not', null).orderBy('id');
  return (await (capabilities.rowLocks ? held.forNoKeyUpdate() : held).execute()).map(({ id }) => id);
}

/** Written anew where it is there: until the transaction ends nobody takes it for idle. */
async function keepClient(
  { store, keyring, world }: Needs,
  tenant: TenantId,
  { connectionId, revision, kind, prepared }: RevocationClient,
): Promise<string> {
  const id = `${connectionId}.${revision}`;
  const sealed = keyring.seal(placeOf(tenant, id), JSON.stringify({ kind, prepared }));
  const row = { sealed_client: sealed, created_at: world.now().getTime() };
  const insert = store
    .db()
    .insertInto('revocation_clients')
    .values({ tenant_id: tenant, id, ...row });
  await insert.onConflict((there) => there.columns(['tenant_id', 'id']).doUpdateSet(row)).execute();
  return id;
}

async function move(
  { store, world }: Needs,
  { tenant, clientId, id }: { tenant: TenantId; clientId: string; id: string },
  links: readonly string[],
): Promise<void> {
  const now = world.now().getTime();
  await sql`insert into revocations (tenant_id, client_id, link_id, connection_id, issuer, subject, sealed_token, created_at, not_before,
      attempts, id)
    select tenant_id, ${clientId}, id, connection_id, issuer, subject, sealed_refresh_token, ${now}, ${now}, 0, ${id} from links
    where tenant_id = ${tenant} and id in (${sql.join(links)})`.execute(store.db());
  const all = store.db().updateTable('links').set({ sealed_refresh_token: null }).where('tenant_id', '=', tenant);
  await all.where('id', 'in', links).execute();
}

async function add(
  needs: Needs,
  tenant: TenantId,
  { client, link, token }: { client: RevocationClient; link: LinkKey; token: string },
): Promise<void> {
  const now = needs.world.now().getTime();
  const row = {
    tenant_id: tenant,
    client_id: await keepClient(needs, tenant, client),
    // Where the account is gone, so is its name.
    link_id: (await linkOf(needs.store, tenant, link))?.id ?? '',
    id: newSecret(needs.world),
    connection_id: link.connectionId,
    issuer: link.issuer,
    subject: link.subject,
    sealed_token: needs.keyring.seal(refreshTokenPlace(tenant, link), token),
    created_at: now,
    not_before: now,
    attempts: 0,
  };
  await needs.store.db().insertInto('revocations').values(row).execute();
}

function linkOf({ db }: Store, tenant: TenantId, { connectionId, issuer, subject }: LinkKey) {
  const links = db().selectFrom('links').select(['id', 'sealed_refresh_token']).where('tenant_id', '=', tenant);
  const theirs = links.where('connection_id', '=', connectionId).where('issuer', '=', issuer);
  return theirs.where('subject', '=', subject).executeTakeFirst();
}

/** Looks first; then one statement takes a token by putting it off: of two nodes that saw the same one, the second looks again. */
async function claim(needs: Needs, now: Date, leaseSeconds: number): Promise<PendingRevocation | undefined> {
  const { store } = needs;
  for (;;) {
    const due = store.db().selectFrom('revocations').selectAll().where('not_before', '<=', now.getTime());
    const row = await due.orderBy('not_before').limit(1).executeTakeFirst();
    if (!row) return undefined;
    const taking = store
      .db()
      .updateTable('revocations')
      .set({ not_before: now.getTime() + leaseSeconds * 1000, attempts: row.attempts + 1 })
      .where('tenant_id', '=', row.tenant_id)
      .where('client_id', '=', row.client_id)
      .where('link_id', '=', row.link_id);
    const { numUpdatedRows } = await taking
      .where('created_at', '=', row.created_at)
      .where('id', '=', row.id)
      .where('not_before', '=', row.not_before)
      .executeTakeFirst();
    if (numUpdatedRows === 1n) return read(needs, { ...row, attempts: row.attempts + 1 });
  }
}

async function read({ store, keyring }: Needs, row: Tables['revocations']): Promise<PendingRevocation> {
  const tenant = row.tenant_id as TenantId;
  const link = { connectionId: row.connection_id as ConnectionId, issuer: row.issuer, subject: row.subject };
  const clients = store.db().selectFrom('revocation_clients').select('sealed_client').where('tenant_id', '=', tenant);
  const client = await clients.where('id', '=', row.client_id).executeTakeFirstOrThrow();
  const held = (await linkOf(store, tenant, link))?.sealed_refresh_token;
  const open = (sealed: string): string => keyring.unseal(refreshTokenPlace(tenant, link), sealed);
  const content = readable((): Telling => {
    const { kind, prepared } = JSON.parse(keyring.unseal(placeOf(tenant, row.client_id), client.sealed_client)) as Telling;
    return { kind, prepared, token: open(row.sealed_token) };
  });
  return {
    tenant,
    clientId: row.client_id,
    linkId: row.link_id,
    id: row.id,
    connectionId: link.connectionId,
    createdAt: new Date(row.created_at),
    attempts: row.attempts,
    linkHolds: !held ? 'nothing' : content.state === 'readable' && opensTo(held, content.token, open) ? 'the same' : 'another',
    content,
  };
}

/** One that nobody can read must not keep the others waiting: it is for whoever took it to decide what becomes of it. */
function readable(read: () => Telling): PendingRevocation['content'] {
  try {
    return { state: 'readable', ...read() };
  } catch (cause) {
    return { state: 'unreadable', cause };
  }
}

function opensTo(sealed: string, token: string, open: (sealed: string) => string): boolean {
  try {
    return open(sealed) === token;
  } catch {
    return false;
  }
}

async function removeIdle(store: Store, now: Date, limit: number): Promise<number> {
  const idle = store
    .db()
    .selectFrom('revocation_clients')
    .select(['tenant_id', 'id'])
    .where('created_at', '<', now.getTime() - IDLE_MILLISECONDS)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('revocations')
            .select('revocations.link_id')
            .whereRef('revocations.tenant_id', '=', 'revocation_clients.tenant_id')
            .whereRef('revocations.client_id', '=', 'revocation_clients.id'),
        ),
      ),
    );
  const found = await idle.limit(limit).execute();
  for (const { tenant_id, id } of found) {
    const one = store.db().deleteFrom('revocation_clients').where('tenant_id', '=', tenant_id).where('id', '=', id);
    // The time once more: it may have been written anew since.
    await one.where('created_at', '<', now.getTime() - IDLE_MILLISECONDS).execute();
  }
  return found.length;
}
