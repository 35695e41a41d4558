import { createHash } from 'node:crypto';
import type { Store } from '#sql/store.ts';
import type { ConsentStore } from './consents.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

export function createConsentStore({ store }: { store: Store }): ConsentStore {
  return {
    ...requests(store),
    ...reports(store),
    async removeExpired(now, limit) {
      const old = store.db().selectFrom('consent_requests').select('state_hash').where('expires_at', '<', now.getTime());
      const over = store.db().deleteFrom('consent_requests').where('expires_at', '<', now.getTime());
      const { numDeletedRows } = await over.where('state_hash', 'in', old.limit(limit)).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function requests(store: Store): Pick<ConsentStore, 'save' | 'take'> {
  return {
    async save(tenant, state, { connectionId, purpose, clientId, directoryId, browserHash, expiresAt }) {
      const row = {
        tenant_id: tenant,
        state_hash: hashOf(state),
        connection_id: connectionId,
        purpose,
        client_id: clientId,
        directory_id: directoryId,
        browser_hash: browserHash,
        expires_at: expiresAt.getTime(),
      };
      await store.db().insertInto('consent_requests').values(row).execute();
    },
    async take(tenant, state, { browserHash, connectionId, now }) {
      const one = store.db().deleteFrom('consent_requests').where('tenant_id', '=', tenant);
      const row = await one
        .where('state_hash', '=', hashOf(state))
        .where('browser_hash', '=', browserHash)
        .where('connection_id', '=', connectionId)
        .where('expires_at', '>', now.getTime())
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      const { purpose, client_id: clientId, directory_id: directoryId } = row;
      return { connectionId, purpose, clientId, directoryId, browserHash, expiresAt: new Date(row.expires_at) };
    },
  };
}

function reports(store: Store): Pick<ConsentStore, 'report' | 'list'> {
  return {
    async report(tenant, connectionId, { purpose, clientId, reportedAt, ...rest }) {
      const told = { client_id: clientId, reported_at: reportedAt.getTime(), ...rest };
      await store
        .db()
        .insertInto('admin_consents')
        .values({ tenant_id: tenant, connection_id: connectionId, purpose, ...told })
        .onConflict((there) => there.columns(['tenant_id', 'connection_id', 'purpose']).doUpdateSet(told))
        .execute();
    },
    async list(tenant, connectionId) {
      const rows = store.db().selectFrom('admin_consents').selectAll().where('tenant_id', '=', tenant);
      const told = await rows.where('connection_id', '=', connectionId).orderBy('purpose').execute();
      return told.map(({ purpose, client_id: clientId, outcome, scope, error, reference, reported_at: at }) => ({
        purpose,
        clientId,
        outcome,
        scope,
        error,
        reference,
        reportedAt: new Date(at),
      }));
    },
  };
}
