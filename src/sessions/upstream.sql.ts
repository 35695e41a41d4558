import { hash as digestOf } from 'node:crypto';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { NewSession, SessionStore, UpstreamKept } from './session.ts';

interface Needs {
  store: Store;
  keyring: Keyring;
}

/** The sealed value is tied to the public handle: it survives a new secret, and cannot be moved to another session. */
export const placeOf = (tenant: TenantId, uid: string): string => `sessions.upstream/${tenant}/${uid}`;

/** The connection is part of it: what one provider names, another cannot. */
const hashOf = (connectionId: ConnectionId, key: string): string =>
  digestOf('sha256', JSON.stringify([connectionId, key]), 'base64url');

export function upstreamKeyHash({ connectionId, upstreamKey }: NewSession): string | null {
  return connectionId === null || upstreamKey === undefined ? null : hashOf(connectionId, upstreamKey);
}

/** What is kept of the providers' own sessions. */
export function upstreamReaders({
  store,
  keyring,
}: Needs): Pick<SessionStore, 'findUpstream' | 'listByUpstreamKey' | 'listOfUserAt' | 'hasAnyOfUserAt'> {
  const sealedOf = (tenant: TenantId) =>
    store.db().selectFrom('sessions').select(['uid', 'user_id', 'sealed_upstream']).where('tenant_id', '=', tenant);
  const read = (tenant: TenantId, { uid, sealed_upstream: sealed }: Pick<Row, 'uid' | 'sealed_upstream'>) =>
    sealed === null ? null : (JSON.parse(keyring.unseal(placeOf(tenant, uid), sealed)) as Record<string, unknown>);
  const list = (tenant: TenantId, rows: readonly Row[]): UpstreamKept[] =>
    rows.map((row) => ({ uid: row.uid, userId: row.user_id as UserId, upstream: readable(tenant, row) }));
  /** One that was sealed with a master key of long ago must not keep the others alive. */
  const readable = (tenant: TenantId, row: Row): Record<string, unknown> | undefined => {
    try {
      return read(tenant, row) ?? {};
    } catch {
      return undefined;
    }
  };
  return {
    async findUpstream(tenant, uid) {
      const row = await sealedOf(tenant).where('uid', '=', uid).executeTakeFirst();
      return row ? read(tenant, row) : null;
    },
    async listByUpstreamKey(tenant, connectionId, key) {
      const rows = sealedOf(tenant).where('upstream_key_hash', '=', hashOf(connectionId, key));
      return list(tenant, await rows.where('connection_id', '=', connectionId).orderBy('uid').execute());
    },
    async listOfUserAt(tenant, userId, connectionId) {
      const rows = sealedOf(tenant).where('user_id', '=', userId).where('connection_id', '=', connectionId);
      return list(tenant, await rows.orderBy('uid').execute());
    },
    async hasAnyOfUserAt(tenant, userId, connectionId) {
      const rows = store.db().selectFrom('sessions').select('uid').where('tenant_id', '=', tenant);
      const one = rows.where('user_id', '=', userId).where('connection_id', '=', connectionId).limit(1);
      return (await one.executeTakeFirst()) !== undefined;
    },
  };
}

interface Row {
  uid: string;
  user_id: string;
  sealed_upstream: string | null;
}
