import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { ExpiryFacts } from './calendar.ts';
import type { KeyFacts } from './expiries-of.ts';

/** Two queries a tenant; nothing secret is opened for them. */
export function createExpiryFacts({ store }: { store: Store }): ExpiryFacts {
  return {
    async listExpiring(tenant) {
      const found = new Map<ConnectionId, { keys: KeyFacts[]; metadataValidUntil: Date | null }>();
      const of = (id: string) => {
        const facts = found.get(id as ConnectionId) ?? { keys: [], metadataValidUntil: null };
        found.set(id as ConnectionId, facts);
        return facts;
      };
      for (const { connection_id, id, use, state, expires_at } of await listKeys(store, tenant)) {
        of(connection_id).keys.push({ id, use, state, expiresAt: new Date(expires_at) });
      }
      for (const { connection_id, valid_until } of await listMetadata(store, tenant)) {
        of(connection_id).metadataValidUntil = valid_until === null ? null : new Date(valid_until);
      }
      return found;
    },
  };
}

function listKeys(store: Store, tenant: TenantId) {
  return store
    .db()
    .selectFrom('connection_keys')
    .select(['connection_id', 'id', 'use', 'state', 'expires_at'])
    .where('tenant_id', '=', tenant)
    .orderBy('expires_at')
    .orderBy('id')
    .execute();
}

function listMetadata(store: Store, tenant: TenantId) {
  return store
    .db()
    .selectFrom('connection_refreshes')
    .select(['connection_id', 'valid_until'])
    .where('tenant_id', '=', tenant)
    .where('valid_until', 'is not', null)
    .execute();
}
