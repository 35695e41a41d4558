import { hash as digestOf } from 'node:crypto';
import { newId, type TenantId } from '#kernel/ids.ts';
import { newSecret, type World } from '#kernel/world.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import {
  findById,
  findByUid,
  hold,
  insert,
  type Row,
  readApplications,
  type SessionRow,
  signInColumns,
  toSession,
  update,
  writeApplications,
} from './rows.sql.ts';
import type { NewSession, Session, SessionDependants, SessionId, SessionStore } from './session.ts';
import { placeOf, upstreamKeyHash, upstreamReaders } from './upstream.sql.ts';

export interface SessionStoreNeeds {
  store: Store;
  keyring: Keyring;
  world: World;
  dependants: SessionDependants;
}

const hash = (id: string): string => digestOf('sha256', id, 'base64url');

export function createSessionStore(needs: SessionStoreNeeds): SessionStore {
  return {
    ...readers(needs),
    ...upstreamReaders(needs),
    open: (tenant, session, replaced) =>
      replaced ? needs.store.transact(() => replace(needs, tenant, { session, replaced })) : open(needs, tenant, session),
    touch: (tenant, id, change) => touch(needs, { tenant, id }, change),
    async rename(tenant, uid, id) {
      const update = needs.store
        .db()
        .updateTable('sessions')
        .set({ id_hash: hash(id) });
      const living = update.where('uid', '=', uid).where('expires_at', '>', needs.world.now().getTime());
      return (await living.where('tenant_id', '=', tenant).executeTakeFirst()).numUpdatedRows > 0n;
    },
    endByUid: (tenant, uid) => endWhere(needs, tenant, { column: 'uid', value: uid }),
    end: (tenant, id) => endWhere(needs, tenant, { column: 'id_hash', value: hash(id) }),
    endOfUser: (tenant, userId) => endWhere(needs, tenant, { column: 'user_id', value: userId }),
    endOfUserAt: (tenant, userId, connectionId) => endWhere(needs, tenant, { column: 'user_id', value: userId, connectionId }),
    endOfConnection: (tenant, connectionId) => endWhere(needs, tenant, { column: 'connection_id', value: connectionId }),
    endOfTenant: (tenant) => endWhere(needs, tenant, { column: 'tenant_id', value: tenant }),
  };
}

const read = (row: SessionRow | undefined): Session | undefined => (row ? toSession(row) : undefined);

function readers({ store, world }: SessionStoreNeeds): Pick<SessionStore, 'find' | 'findByUid' | 'hold'> {
  const now = (): number => world.now().getTime();
  return {
    find: async (tenant, id) => read(await store.first(findById, { tenant, idHash: hash(id), now: now() })),
    findByUid: async (tenant, uid) => read(await store.first(findByUid, { tenant, uid, now: now() })),
    hold: async (tenant, uid) => read(await store.first(hold, { tenant, uid })),
  };
}

async function open(
  { store, keyring, world }: SessionStoreNeeds,
  tenant: TenantId,
  session: NewSession,
): Promise<{ id: SessionId; session: Session }> {
  const id = newSecret(world) as SessionId;
  const uid = newId<string>('ses', world);
  const now = world.now().getTime();
  const endsAt = now + session.lifetime.lifetimeSeconds * 1000;
  const row: Row = {
    tenant_id: tenant,
    id_hash: hash(id),
    uid,
    ...signInColumns(session),
    created_at: now,
    seen_at: now,
    expires_at: Math.min(endsAt, now + session.lifetime.idleSeconds * 1000),
    ends_at: endsAt,
    sealed_upstream: session.upstream ? keyring.seal(placeOf(tenant, uid), JSON.stringify(session.upstream)) : null,
    provider_state: writeApplications(session.applications ?? []),
    upstream_key_hash: upstreamKeyHash(session),
  };
  await store.change(insert, row);
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
    return open(needs, tenant, session);
  }
  const gone = await db
    .deleteFrom('sessions')
    .where('tenant_id', '=', tenant)
    .where('id_hash', '=', hash(replaced))
    .returning(['uid', 'provider_state'])
    .executeTakeFirst();
  const entered = gone ? readApplications(gone.provider_state) : [];
  const applications = [...new Set([...entered, ...(session.applications ?? [])])];
  const opened = await open(needs, tenant, { ...session, applications });
  if (gone) await needs.dependants.moveToSession(tenant, gone.uid, opened.session.uid);
  return opened;
}

async function touch(
  { store, world }: SessionStoreNeeds,
  { tenant, id }: { tenant: TenantId; id: SessionId },
  { applications, idleSeconds }: { applications: readonly string[]; idleSeconds: number },
): Promise<boolean> {
  const now = world.now().getTime();
  const idleEnd = now + idleSeconds * 1000;
  const touched = { tenant, idHash: hash(id), now, idleEnd, providerState: writeApplications(applications) };
  return (await store.change(update, touched)) > 0;
}

interface Ending {
  column: 'id_hash' | 'uid' | 'user_id' | 'connection_id' | 'tenant_id';
  value: string;
  /** Only those that came from this provider. */
  connectionId?: string;
}

/**
 * The session goes first, then what rests on it: whoever issues a token holds the session meanwhile, so either the token is there to be
 * ended, or the session is gone before the token is made.
 */
async function endWhere(
  { store, dependants }: SessionStoreNeeds,
  tenant: TenantId,
  { column, value, connectionId }: Ending,
): Promise<void> {
  await store.transact(async () => {
    const named = store.db().deleteFrom('sessions').where('tenant_id', '=', tenant).where(column, '=', value);
    const those = connectionId === undefined ? named : named.where('connection_id', '=', connectionId);
    const ended = await those.returning('uid').execute();
    if (ended.length > 0)
      await dependants.endOfSessions(
        tenant,
        ended.map(({ uid }) => uid),
      );
  });
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
