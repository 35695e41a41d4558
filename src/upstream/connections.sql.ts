import type { Expression, Kysely } from 'kysely';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import { isProblem, Problem } from '#kernel/problem.ts';
import type { Keyring } from '#sql/keyring.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { TenantUrls } from '#tenants/index.ts';
import type { Connection, ConnectionDirectory, ConnectionPolicy } from './connection.ts';
import type { ConnectionRegister, StoredConnection } from './connection-register.ts';
import { holdById, type Row, toRow, toStored, type Written } from './connection-rows.sql.ts';
import type { ConnectionDocument } from './connections.schema.ts';
import type { KeyRegister } from './keys/key-register.ts';
import { createKeyStore } from './keys/keys.sql.ts';
import { missingSecrets } from './missing-secrets.ts';
import { problems } from './problems.ts';
import { readSettings, registeredOf } from './read-document.ts';
import { Recent } from './recent.ts';
import type { Registry } from './registry.ts';
import { createRevisionStore } from './revisions/revisions.sql.ts';

export interface ConnectionStoreNeeds {
  store: Store;
  keyring: Keyring;
  registry: Registry;
  urls: TenantUrls;
  /** Connections kept parsed. Default 2,000. */
  capacity?: number;
}

/** What a look-up reads each time: enough to know whether the parsed one is still right. */
type Head = Pick<Row, 'id' | 'revision' | 'keys_version'>;
/** A parsed connection, and which state of its keys it was parsed with. */
type Kept = { connection: Connection; keysVersion: number };

/** Measured: a parsed connection has 10 kB, most of it our own keys as text; once those have been needed, 24 kB. */
const PARSED_KEPT = 2000;
/** Heads, one or several at a time: some 300 bytes each. */
const HEADS_KEPT = 20_000;

/** Connections in the database. A look-up is one query by a unique index; documents, PEMs and keys are parsed once a revision. */
export function createConnectionStore(needs: ConnectionStoreNeeds): ConnectionDirectory & ConnectionRegister & KeyRegister {
  const parsed = new Recent<Kept>(needs.capacity ?? PARSED_KEPT);
  const { store } = needs;
  const kept = store.keep<readonly Head[]>({ of: ['connections', 'tenants'], most: HEADS_KEPT });
  const headsBy = async (key: string, read: () => Promise<readonly Head[]>): Promise<readonly Head[]> =>
    (await kept(key, read)) ?? [];
  const parse = (tenant: TenantId, head: Head | undefined) => parseOnce({ ...needs, parsed }, tenant, head);
  return {
    ...createRegister(needs),
    async find(tenant, id) {
      if (!isPlain(id)) return undefined;
      const [head] = await headsBy(`id ${tenant} ${id}`, () => store.all(headById, { tenant, id }));
      return parse(tenant, head);
    },
    async findBySlug(tenant, slug) {
      if (!isPlain(slug)) return undefined;
      const [head] = await headsBy(`slug ${tenant} ${slug}`, () => store.all(headBySlug, { tenant, slug }));
      return parse(tenant, head);
    },
    holdForSignIn: (tenant, id) => hold(store, { tenant, id }, (head) => parse(tenant, head)),
    async listUsable(tenant) {
      const found = await headsBy(`usable ${tenant}`, () => store.all(usableHeads, { tenant }));
      const connections: Connection[] = [];
      for (const head of found) {
        // One that a later release cannot read any more must not keep people from the others; reading it by itself says what is wrong.
        const connection = await parse(tenant, head).catch((error: unknown) => {
          if (isProblem(error)) return undefined;
          throw error;
        });
        if (connection?.policy.authentication.enabled) connections.push(connection);
      }
      return connections;
    },
    async findRevision(tenant, id, revision) {
      const head = isPlain(id) ? await store.first(headById, { tenant, id }) : undefined;
      return head?.revision === revision ? parse(tenant, head) : head && loadRevision(needs, tenant, { id, revision });
    },
  };
}

async function hold(
  store: Store,
  { tenant, id }: { tenant: TenantId; id: ConnectionId },
  parse: (head: Head) => Promise<Connection | undefined>,
): Promise<{ connection: Connection; isTenantActive: boolean } | undefined> {
  const held = isPlain(id) ? await store.first(holdById, { tenant, id }) : undefined;
  const connection = held && (await parse(held));
  return connection && { connection, isTenantActive: held.status === 'active' };
}

const heads = (db: Kysely<Tables>, tenant: Expression<string>) =>
  db.selectFrom('connections').select(['id', 'revision', 'keys_version']).where('tenant_id', '=', tenant);
const headById = statement((db, { tenant, id }: Given<{ tenant: string; id: string }>) => heads(db, tenant).where('id', '=', id));
const headBySlug = statement((db, { tenant, slug }: Given<{ tenant: string; slug: string }>) =>
  heads(db, tenant).where('slug', '=', slug),
);
const usableHeads = statement((db, { tenant }: Given<{ tenant: string }>) =>
  heads(db, tenant).where('enabled', '=', 1).orderBy('name').orderBy('id'),
);

/** Ids and slugs; anything else is nobody's, and PostgreSQL would not even take a NUL. */
const isPlain = (text: string): boolean => /^[\w-]{1,80}$/.test(text);

type Parsing = ConnectionStoreNeeds & { parsed: Recent<Kept> };

/** The same object for the same revision and keys: what protocols hang on its settings stays. */
async function parseOnce(needs: Parsing, tenant: TenantId, head: Head | undefined): Promise<Connection | undefined> {
  if (!head) return undefined;
  const key = `${tenant} ${head.id}`;
  const kept = needs.parsed.get(key);
  if (kept && isAsOf(kept, head)) return kept.connection;
  const read = await load(needs, tenant, head.id);
  if (!read) return undefined;
  // Somebody else may have parsed it meanwhile. What a transaction sees may never be committed: it is not kept.
  const meanwhile = needs.parsed.get(key);
  if (meanwhile && isAsOf(meanwhile, { revision: read.connection.revision, keys_version: read.keysVersion }))
    return meanwhile.connection;
  if (!needs.store.db().isTransaction && isNewer(read, meanwhile)) needs.parsed.set(key, read);
  return read.connection;
}

const isAsOf = ({ connection, keysVersion }: Kept, { revision, keys_version }: Omit<Head, 'id'>): boolean =>
  connection.revision === revision && keysVersion === keys_version;

function isNewer(read: Kept, kept: Kept | undefined): boolean {
  if (!kept || read.connection.revision !== kept.connection.revision) {
    return (kept?.connection.revision ?? 0) < read.connection.revision;
  }
  return kept.keysVersion < read.keysVersion;
}

async function load(needs: ConnectionStoreNeeds, tenant: TenantId, id: string): Promise<Kept | undefined> {
  const row = await needs.store.first(rowOfTenant, { tenant, id });
  return row && { connection: await parseRow(needs, row, toStored(needs.keyring, row)), keysVersion: row.keys_version };
}

/** Parsed anew each time, and never kept: nobody may find it who asks for the current one. */
async function loadRevision(
  needs: ConnectionStoreNeeds,
  tenant: TenantId,
  { id, revision }: { id: ConnectionId; revision: number },
): Promise<Connection | undefined> {
  const row = await needs.store.first(rowOfTenant, { tenant, id });
  const found = await createRevisionStore(needs).read(tenant, id, revision);
  if (!row || !found) return undefined;
  const { document, secrets, madeAt: updatedAt } = found;
  const createdAt = new Date(row.created_at);
  return parseRow(needs, row, { id, slug: row.slug, revision, trustRevision: revision, document, secrets, createdAt, updatedAt });
}

type RowOfTenant = Row & { tenant_name: string; tenant_region: string };

const rowOfTenant = statement((db, { tenant, id }: Given<{ tenant: string; id: string }>) =>
  db
    .selectFrom('connections')
    .innerJoin('tenants', 'tenants.id', 'connections.tenant_id')
    .selectAll('connections')
    .select(['tenants.name as tenant_name', 'tenants.region as tenant_region'])
    .where('connections.tenant_id', '=', tenant)
    .where('connections.id', '=', id),
);

async function parseRow(
  { store, keyring, registry, urls }: ConnectionStoreNeeds,
  row: RowOfTenant,
  { document, secrets, ...stored }: StoredConnection,
): Promise<Connection> {
  const entry = registeredOf(registry, document);
  if (!entry) throw new Error(`connection ${stored.id} is of a kind that this release does not know: ${document.kind}`);
  const fields = { ...document[entry.member], ...secrets };
  if (missingSecrets(entry, fields).length > 0) throw new Problem(problems.secret_missing);
  const keys =
    entry.neededKeys(fields).length === 0
      ? []
      : await createKeyStore({ store, keyring }).listKeys(row.tenant_id as TenantId, stored.id);
  const connectionUrl = `${urls.urlOf({ name: row.tenant_name, region: row.tenant_region })}/sso/${stored.slug}`;
  const settings = readSettings(entry, fields, { connectionUrl, keys });
  const { kind, preset, name, enabled } = document;
  return { ...stored, kind, preset, name, enabled, policy: policyOf(document), settings };
}

function policyOf(document: ConnectionDocument): ConnectionPolicy {
  const { users, claims, groupSync, assignedGroups, roleMappings, roleSync, authentication, branding, portal } = document;
  const { access, groupFilter, whenMissing } = document;
  const groupMappings = document.groupMappings.map(({ label, ...mapping }) => ({ ...mapping, label: label ?? undefined }));
  const admission = { users, access, groupFilter, whenMissing, groupMappings, groupSync, assignedGroups, roleMappings, roleSync };
  return { ...admission, claims, authentication, branding, portal };
}

function createRegister({ store, keyring }: ConnectionStoreNeeds): ConnectionRegister & KeyRegister {
  const select = (tenant: TenantId) => store.db().selectFrom('connections').selectAll().where('tenant_id', '=', tenant);
  return {
    ...createKeyStore({ store, keyring }),
    async listStored(tenant, { limit, after }) {
      const rows = select(tenant).orderBy('id').limit(limit);
      return (await (after === undefined ? rows : rows.where('id', '>', after)).execute()).map((row) => toStored(keyring, row));
    },
    async read(tenant, id) {
      const row = isPlain(id) ? await select(tenant).where('id', '=', id).executeTakeFirst() : undefined;
      return row && toStored(keyring, row);
    },
    async hold(tenant) {
      if (!store.capabilities.rowLocks) return;
      // Not `for update`: that would make every sign-in wait that writes a row under this tenant.
      await store.db().selectFrom('tenants').select('id').where('id', '=', tenant).forNoKeyUpdate().execute();
    },
    insert: (tenant, connection) => insertRow(store, toRow(keyring, tenant, connection)),
    replace: (tenant, connection, over) => replaceRow(store, toRow(keyring, tenant, connection), over),
    remove: (tenant, id) => store.transact(() => removeRows({ store, keyring }, tenant, id)),
  };
}

async function insertRow(store: Store, row: Written): Promise<'inserted' | 'taken'> {
  const insert = store.db().insertInto('connections').values(row);
  const { numInsertedOrUpdatedRows } = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n ? 'inserted' : 'taken';
}

async function replaceRow(store: Store, row: Written, over: number): Promise<boolean> {
  const { tenant_id: tenant, id, slug: _, created_at: _at, ...changes } = row;
  const update = store.db().updateTable('connections').set(changes).where('tenant_id', '=', tenant).where('id', '=', id);
  const { numUpdatedRows } = await update.where('revision', '=', over).executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function removeRows(
  { store, keyring }: Pick<ConnectionStoreNeeds, 'store' | 'keyring'>,
  tenant: TenantId,
  id: string,
): Promise<boolean> {
  const db = store.db();
  for (const table of ['connection_keys', 'connection_refreshes'] as const)
    await db.deleteFrom(table).where('tenant_id', '=', tenant).where('connection_id', '=', id).execute();
  await createRevisionStore({ store, keyring }).removeAll(tenant, id as ConnectionId);
  const { numDeletedRows } = await db
    .deleteFrom('connections')
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}
