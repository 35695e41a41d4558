import type { Selectable } from 'kysely';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { ConnectionRegister } from '../connection-register.ts';
import type { OwnKey } from './own-keys.ts';

/** Own keys in the database, private halves sealed. */
export function createKeyStore(needs: KeyStoreNeeds): Pick<ConnectionRegister, 'listKeys' | 'addKeys'> {
  const { store, keyring } = needs;
  return {
    async listKeys(tenant, id) {
      const rows = store.db().selectFrom('connection_keys').selectAll().where('tenant_id', '=', tenant);
      const own = await rows.where('connection_id', '=', id).orderBy('created_at', 'desc').orderBy('id').execute();
      return own.map((row) => toKey(keyring, row));
    },
    async addKeys(tenant, keys) {
      if (keys.length === 0) return;
      const rows = keys.map((key) => toRow(keyring, tenant, key));
      await store.db().insertInto('connection_keys').values(rows).execute();
    },
  };
}

interface KeyStoreNeeds {
  store: Store;
  keyring: Keyring;
}

type Row = Selectable<Tables['connection_keys']>;

function toKey(keyring: Keyring, row: Row): OwnKey {
  return {
    id: row.id,
    connectionId: row.connection_id as ConnectionId,
    use: row.use,
    certificatePem: row.certificate,
    privateKeyPem: keyring.unseal(placeOf(row.tenant_id, row.id), row.sealed_private_key),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
  };
}

function toRow(keyring: Keyring, tenant: TenantId, key: OwnKey): Row {
  return {
    tenant_id: tenant,
    id: key.id,
    connection_id: key.connectionId,
    use: key.use,
    certificate: key.certificatePem,
    sealed_private_key: keyring.seal(placeOf(tenant, key.id), key.privateKeyPem),
    created_at: key.createdAt.getTime(),
    expires_at: key.expiresAt.getTime(),
  };
}

/** Where a private key lies: sealed for one row, it opens at no other. */
const placeOf = (tenant: string, id: string): string => `connection_keys.sealed_private_key:${JSON.stringify([tenant, id])}`;
