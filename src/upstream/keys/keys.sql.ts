import type { Selectable } from 'kysely';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { KeyPlace, KeyRegister } from './key-register.ts';
import type { OwnKey } from './own-keys.ts';

export interface KeyStoreNeeds {
  store: Store;
  keyring: Keyring;
}

/** Own keys in the database, private halves sealed. */
export function createKeyStore({ store, keyring }: KeyStoreNeeds): KeyRegister {
  return {
    listKeys: (tenant, id) => listKeys({ store, keyring }, tenant, id),
    async addKeys(tenant, keys) {
      if (keys.length === 0) return;
      const rows = keys.map((key) => toRow(keyring, tenant, key));
      await store.db().insertInto('connection_keys').values(rows).execute();
    },
    addKey: (tenant, key) => addKey({ store, keyring }, tenant, key),
    activateKey: (tenant, place, at) => activate(store, tenant, { ...place, at }),
    planKey: (tenant, place, at) => change(store, tenant, { place, columns: { planned_at: at?.getTime() ?? null } }),
    retireKey: (tenant, place, at) =>
      change(store, tenant, { place, columns: { state: 'retired', planned_at: null, retired_at: at.getTime() } }),
    async removeKey(tenant, { connection, key }) {
      const rows = store.db().deleteFrom('connection_keys').where('tenant_id', '=', tenant);
      await rows.where('connection_id', '=', connection).where('id', '=', key).execute();
      await countChange(store, tenant, connection);
    },
  };
}

async function listKeys({ store, keyring }: KeyStoreNeeds, tenant: TenantId, id: ConnectionId): Promise<OwnKey[]> {
  const own = await store.all(keysOf, { tenant, connection: id });
  const rank = ({ state }: OwnKey): number => ['active', 'next', 'retired'].indexOf(state);
  return own.map((row) => toKey(keyring, row)).sort((one, other) => rank(one) - rank(other));
}

const keysOf = statement((db, { tenant, connection }: Given<{ tenant: string; connection: string }>) =>
  db
    .selectFrom('connection_keys')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('connection_id', '=', connection)
    .orderBy('created_at', 'desc')
    .orderBy('id'),
);

async function addKey({ store, keyring }: KeyStoreNeeds, tenant: TenantId, key: OwnKey): Promise<'added' | 'taken'> {
  const insert = store
    .db()
    .insertInto('connection_keys')
    .values(toRow(keyring, tenant, key))
    .onConflict((conflict) => conflict.doNothing());
  const { numInsertedOrUpdatedRows } = await insert.executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows !== 1n) return 'taken';
  await countChange(store, tenant, key.connectionId);
  return 'added';
}

/** The active one steps down first: one of each use is active, and the database holds to it. */
async function activate(
  store: Store,
  tenant: TenantId,
  { connection, key, use, at }: KeyPlace & { use: OwnKey['use']; at: Date },
): Promise<void> {
  const now = at.getTime();
  const own = store.db().updateTable('connection_keys').where('tenant_id', '=', tenant).where('connection_id', '=', connection);
  await own.set({ state: 'retired', retired_at: now }).where('use', '=', use).where('state', '=', 'active').execute();
  const columns = { state: 'active', activated_at: now, planned_at: null, retired_at: null } as const;
  await change(store, tenant, { place: { connection, key }, columns });
}

async function change(
  store: Store,
  tenant: TenantId,
  { place, columns }: { place: KeyPlace; columns: Partial<Row> },
): Promise<void> {
  const { connection, key } = place;
  const update = store.db().updateTable('connection_keys').set(columns).where('tenant_id', '=', tenant);
  await update.where('connection_id', '=', connection).where('id', '=', key).execute();
  await countChange(store, tenant, connection);
}

/** Every node sees the number at its next look-up and reads the keys anew. */
async function countChange(store: Store, tenant: TenantId, connection: ConnectionId): Promise<void> {
  const update = store
    .db()
    .updateTable('connections')
    .set(({ eb }) => ({ keys_version: eb('keys_version', '+', 1) }));
  await update.where('tenant_id', '=', tenant).where('id', '=', connection).execute();
}

type Row = Selectable<Tables['connection_keys']>;

const dateOf = (milliseconds: number | null): Date | null => (milliseconds === null ? null : new Date(milliseconds));

function toKey(keyring: Keyring, row: Row): OwnKey {
  return {
    id: row.id,
    connectionId: row.connection_id as ConnectionId,
    use: row.use,
    state: row.state,
    certificatePem: row.certificate,
    privateKeyPem: keyring.unseal(placeOf(row.tenant_id, row.id), row.sealed_private_key),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    activatedAt: dateOf(row.activated_at),
    plannedAt: dateOf(row.planned_at),
    retiredAt: dateOf(row.retired_at),
  };
}

function toRow(keyring: Keyring, tenant: TenantId, key: OwnKey): Row {
  return {
    tenant_id: tenant,
    id: key.id,
    connection_id: key.connectionId,
    use: key.use,
    state: key.state,
    certificate: key.certificatePem,
    sealed_private_key: keyring.seal(placeOf(tenant, key.id), key.privateKeyPem),
    created_at: key.createdAt.getTime(),
    expires_at: key.expiresAt.getTime(),
    activated_at: key.activatedAt?.getTime() ?? null,
    planned_at: key.plannedAt?.getTime() ?? null,
    retired_at: key.retiredAt?.getTime() ?? null,
  };
}

/** Where a private key lies: sealed for one row, it opens at no other. */
const placeOf = (tenant: string, id: string): string => `connection_keys.sealed_private_key:${JSON.stringify([tenant, id])}`;
