import { createHash } from 'node:crypto';
import type { TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Departure, DepartureStore } from './departures.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
const placeOf = (tenant: TenantId, stateHash: string): string => `departures.kept/${tenant}/${stateHash}`;

export function createDepartureStore({ store, keyring }: { store: Store; keyring: Keyring }): DepartureStore {
  return {
    async save(tenant, handle, { connectionId, browserHash, expiresAt, kept }) {
      const stateHash = hashOf(handle);
      const row = {
        tenant_id: tenant,
        state_hash: stateHash,
        connection_id: connectionId,
        browser_hash: browserHash,
        sealed_kept: keyring.seal(placeOf(tenant, stateHash), JSON.stringify(kept)),
        expires_at: expiresAt.getTime(),
      };
      await store.db().insertInto('departures').values(row).execute();
    },
    async take(tenant, handle, { browserHash, connectionId, now }) {
      const stateHash = hashOf(handle);
      const one = store.db().deleteFrom('departures').where('tenant_id', '=', tenant).where('state_hash', '=', stateHash);
      const row = await one
        .where('browser_hash', '=', browserHash)
        .where('connection_id', '=', connectionId)
        .where('expires_at', '>', now.getTime())
        .returning('sealed_kept')
        .executeTakeFirst();
      return row && (JSON.parse(keyring.unseal(placeOf(tenant, stateHash), row.sealed_kept)) as Departure['kept']);
    },
    async removeExpired(now, limit) {
      const old = store.db().selectFrom('departures').select('state_hash').where('expires_at', '<', now.getTime()).limit(limit);
      const over = store.db().deleteFrom('departures').where('expires_at', '<', now.getTime());
      const { numDeletedRows } = await over.where('state_hash', 'in', old).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
