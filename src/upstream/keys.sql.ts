import type { ConnectionId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { ConnectionRegister } from './connection-register.ts';
import type { OwnKey } from './own-keys.ts';

/** Own keys in the database, private halves sealed. */
export function createKeyStore({ store, keyring }: { store: Store; keyring: Keyring }): Pick<ConnectionRegister, 'listKeys' | 'addKeys'> {
  return {
    async listKeys(tenant, id) {
      const rows = await store.db().selectFrom('connection_keys').selectAll().where('tenant_id', '=', tenant).where('connection_id', '=', id)
        .orderBy('created_at', 'desc').orderBy('id').execute();
      return rows.map((row): OwnKey => ({
        id: row.id, connectionId: row.connection_id as ConnectionId, use: row.use, certificatePem: row.certificate,
        privateKeyPem: keyring.unseal(placeOf(tenant, row.id), row.sealed_private_key),
        createdAt: new Date(row.created_at), expiresAt: new Date(row.expires_at),
      }));
    },
    async addKeys(tenant, keys) {
      if (keys.length === 0) return;
      await store.db().insertInto('connection_keys').values(keys.map((key) => ({
        tenant_id: tenant, id: key.id, connection_id: key.connectionId, use: key.use, certificate: key.certificatePem,
        sealed_private_key: keyring.seal(placeOf(tenant, key.id), key.privateKeyPem),
        created_at: key.createdAt.getTime(), expires_at: key.expiresAt.getTime(),
      }))).execute();
    },
  };
}

/** Where a private key lies: sealed for one row, it opens at no other. */
const placeOf = (tenant: string, id: string): string => `connection_keys.sealed_private_key:${JSON.stringify([tenant, id])}`;
