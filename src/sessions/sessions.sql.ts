import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { newId } from '#kernel/ids.ts';
import { newSecret, type World } from '#kernel/world.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { NewSession, Session, SessionDependants, SessionId, SessionStore } from './session.ts';

export interface SessionStoreNeeds {
  store: Store;
  keyring: Keyring;
  world: World;
  dependants: SessionDependants;
}

type Row = Tables['sessions'];

const hash = (id: string): string => createHash('sha256').update(id).digest('base64url');

/** The sealed value is tied to the public handle: it survives a new secret, and cannot be moved to another session. */
const placeOf = (tenant: TenantId, uid: string): string => `sessions.upstream/${tenant}/${uid}`;

export function createSessionStore(needs: SessionStoreNeeds): SessionStore {
  return {
    ...readers(needs),
    open: (tenant, session, replaced) =>
      replaced
        ? needs.store.transact(() => replace(needs, tenant, { session, replaced }))
        : open(needs, tenant, { session, providerState: '{}' }),
    touch: (tenant, id, change) => touch(needs, { tenant, id }, change),
    async rename(tenant, uid, id) {
      const update = needs.store
        .db()
        .updateTable('sessions')
        .set({ id_hash: hash(id) });
      const living = update.where('uid', '=', uid).where('expires_at', '>', needs.world.now().getTime());
      return (await living.where('tenant_id', '=', tenant).executeTakeFirst()).numUpdatedRows > 0n;
    },
    end: (tenant, id) => endWhere(needs, tenant, { column: 'id_hash', value: hash(id) }),
    endOfUser: (tenant, userId) => endWhere(needs, tenant, { column: 'user_id', value: userId }),
    endOfConnection: (tenant, connectionId) => endWhere(needs, tenant, { column: 'connection_id', value: connectionId }),
    endOfTenant: (tenant) => endWhere(needs, tenant, { column: 'tenant_id', value: tenant }),
  };
}

function readers({
  store,
  keyring,
  world,
}: SessionStoreNeeds): Pick<SessionStore, 'find' | 'findByUid' | 'hold' | 'findUpstream'> {
  const all = (tenant: TenantId) => store.db().selectFrom('sessions').selectAll().where('tenant_id', '=', tenant);
  const living = (tenant: TenantId) => all(tenant).where('expires_at', '>', world.now().getTime());
  return {
    async find(tenant, id) {
      return read(await living(tenant).where('id_hash', '=', hash(id)).executeTakeFirst());
    },
    async findByUid(tenant, uid) {
      return read(await living(tenant).where('uid', '=', uid).executeTakeFirst());
    },
    async hold(tenant, uid) {
      const query = all(tenant).where('uid', '=', uid);
      return read(await (store.capabilities.rowLocks ? query.forNoKeyUpdate() : query).executeTakeFirst());
    },
    async findUpstream(tenant, uid) {
      const row = await all(tenant).where('uid', '=', uid).executeTakeFirst();
      if (!row?.sealed_upstream) return null;
      return JSON.parse(keyring.unseal(placeOf(tenant, uid), row.sealed_upstream)) as Record<string, unknown>;
    },
  };
}

async function open(
  { store, keyring, world }: SessionStoreNeeds,
  tenant: TenantId,
  { session, providerState }: { session: NewSession; providerState: string },
): Promise<{ id: SessionId; session: Session }> {
  const id = newSecret(world) as SessionId;
  const uid = newId<string>('ses', world);
  const now = world.now().getTime();
  const endsAt = now + session.lifetime.lifetimeSeconds * 1000;
  const row: Row = {
    tenant_id: tenant,
    id_hash: hash(id),
    uid,
    user_id: session.userId,
    connection_id: session.connectionId,
    authenticated_at: session.authenticatedAt.getTime(),
    amr: JSON.stringify(session.amr),
    acr: session.acr,
    asked_acr: JSON.stringify(session.askedAcr),
    created_at: now,
    seen_at: now,
    expires_at: Math.min(endsAt, now + session.lifetime.idleSeconds * 1000),
    ends_at: endsAt,
    sealed_upstream: session.upstream ? keyring.seal(placeOf(tenant, uid), JSON.stringify(session.upstream)) : null,
    provider_state: providerState,
  };
  await store.db().insertInto('sessions').values(row).execute();
  return { id, session: toSession(row) };
}

/** The old session goes before the move: whoever issues a token on it holds it, and the token is there to be moved. */
async function replace(
  needs: SessionStoreNeeds,
  tenant: TenantId,
  { session, replaced }: { session: NewSession; replaced: SessionId },
): Promise<{ id: SessionId; session: Session }> {
  const db = needs.store.db();
  const old = await db
    .selectFrom('sessions')
    .select('user_id')
    .where('tenant_id', '=', tenant)
    .where('id_hash', '=', hash(replaced))
    .executeTakeFirst();
  if (old?.user_id !== session.userId) {
    await endWhere(needs, tenant, { column: 'id_hash', value: hash(replaced) });
    return open(needs, tenant, { session, providerState: '{}' });
  }
  const gone = await db
    .deleteFrom('sessions')
    .where('tenant_id', '=', tenant)
    .where('id_hash', '=', hash(replaced))
    .returning(['uid', 'provider_state'])
    .executeTakeFirst();
  const opened = await open(needs, tenant, { session, providerState: gone?.provider_state ?? '{}' });
  if (gone) await needs.dependants.moveToSession(tenant, gone.uid, opened.session.uid);
  return opened;
}

async function touch(
  { store, world }: SessionStoreNeeds,
  { tenant, id }: { tenant: TenantId; id: SessionId },
  { providerState, idleSeconds }: { providerState: Record<string, unknown>; idleSeconds: number },
): Promise<boolean> {
  const now = world.now().getTime();
  const idleEnd = now + idleSeconds * 1000;
  const { numUpdatedRows } = await store
    .db()
    .updateTable('sessions')
    .set({
      provider_state: JSON.stringify(providerState),
      seen_at: now,
      expires_at: sql<number>`case when ends_at < ${idleEnd} then ends_at else ${idleEnd} end`,
    })
    .where('tenant_id', '=', tenant)
    .where('id_hash', '=', hash(id))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * The session goes first, then what rests on it: whoever issues a token holds the session meanwhile, so either the token is there to be
 * ended, or the session is gone before the token is made.
 */
async function endWhere(
  { store, dependants }: SessionStoreNeeds,
  tenant: TenantId,
  { column, value }: { column: 'id_hash' | 'user_id' | 'connection_id' | 'tenant_id'; value: string },
): Promise<void> {
  await store.transact(async () => {
    const ended = await store
      .db()
      .deleteFrom('sessions')
      .where('tenant_id', '=', tenant)
      .where(column, '=', value)
      .returning('uid')
      .execute();
    if (ended.length > 0)
      await dependants.endOfSessions(
        tenant,
        ended.map(({ uid }) => uid),
      );
  });
}

const read = (row: Row | undefined): Session | undefined => (row ? toSession(row) : undefined);

function toSession(row: Row): Session {
  return {
    uid: row.uid,
    userId: row.user_id as UserId,
    connectionId: row.connection_id as ConnectionId | null,
    authenticatedAt: new Date(row.authenticated_at),
    amr: JSON.parse(row.amr),
    acr: row.acr,
    askedAcr: JSON.parse(row.asked_acr),
    expiresAt: new Date(row.expires_at),
    endsAt: new Date(row.ends_at),
    providerState: JSON.parse(row.provider_state),
  };
}

/** Sessions removed in one transaction: housekeeping never holds the store for long. */
export const SESSION_BATCH = 500;

/**
 * Removes sessions whose time is over and on which nothing rests any more, at most one batch.
 * @returns how many; call again while it is a full batch
 */
export async function removeExpiredSessions({ store }: { store: Store }, now: Date): Promise<number> {
  const over = await store
    .db()
    .selectFrom('sessions')
    .select(['tenant_id', 'uid'])
    .where('expires_at', '<=', now.getTime())
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('oidc_artifacts')
            .select('oidc_artifacts.kind')
            .whereRef('oidc_artifacts.tenant_id', '=', 'sessions.tenant_id')
            .whereRef('oidc_artifacts.uid', '=', 'sessions.uid')
            .where('oidc_artifacts.expires_at', '>', now.getTime()),
        ),
      ),
    )
    .limit(SESSION_BATCH)
    .execute();
  await store.transact(async () => {
    for (const { tenant_id, uid } of over) {
      await store
        .db()
        .deleteFrom('sessions')
        .where('tenant_id', '=', tenant_id)
        .where('uid', '=', uid)
        .where('expires_at', '<=', now.getTime())
        .execute();
    }
  });
  return over.length;
}
