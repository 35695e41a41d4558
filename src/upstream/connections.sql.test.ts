import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type ConnectionId, newId, type TenantId } from '#kernel/ids.ts';
import { isProblem } from '#kernel/problem.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import type { ConnectionDirectory } from './connection.ts';
import type { ConnectionRegister, StoredConnection } from './connection-register.ts';
import { connectionDocument } from './connections.schema.ts';
import { createConnectionStore } from './connections.sql.ts';
import type { OwnKey } from './keys/own-keys.ts';
import { createRegistry, type Registry } from './registry.ts';

let given: TestTenants;
let acme: TenantId;
let connections: ConnectionDirectory & ConnectionRegister;
let registry: Registry;
/** How often settings were read. */
let reads = 0;
const urls = createTenantUrls([{ region: 'na', template: 'https://sso.example.com/t/{tenant}' }]);
const own = makeCertifiedKey();
const idp = makeCertifiedKey();

before(async () => {
  given = await openTestTenants();
  acme = given.acme;
});
beforeEach(async () => {
  for (const table of ['connections', 'connection_keys'] as const) await given.store.db().deleteFrom(table).execute();
  registry = counted(createRegistry({ allowPrivateNetwork: false }));
  connections = createConnectionStore({ ...given, registry, urls });
  reads = 0;
});
after(() => given.close());

function counted(real: Registry): Registry {
  const count = (kind: keyof Registry) => ({
    ...real[kind],
    protocol: {
      ...real[kind].protocol,
      readSettings: (raw: unknown) => {
        reads++;
        return real[kind].protocol.readSettings(raw);
      },
    },
  });
  return { oidc: count('oidc'), 'microsoft-oidc': count('microsoft-oidc'), saml: count('saml') };
}

const oidc = {
  issuer: 'https://idp.acme.example',
  clientId: 'c',
  authorizationEndpoint: 'https://idp.acme.example/a',
  tokenEndpoint: 'https://idp.acme.example/t',
  jwksUri: 'https://idp.acme.example/k',
};

function stored(change: Record<string, unknown> = {}): StoredConnection {
  const { slug = 'acme' } = change as { slug?: string };
  const document = connectionDocument.parse({ kind: 'oidc', name: slug, slug, oidc, enabled: true, ...change });
  const now = given.world.now();
  return {
    id: newId<ConnectionId>('idp', given.world),
    slug,
    revision: 1,
    trustRevision: 1,
    document,
    secrets: { clientSecret: 'the-client-secret' },
    createdAt: now,
    updatedAt: now,
  };
}

function keyOf(connectionId: ConnectionId, use: OwnKey['use']): OwnKey {
  const now = given.world.now();
  return {
    id: newId('key', given.world),
    connectionId,
    use,
    state: 'active',
    activatedAt: now,
    plannedAt: null,
    retiredAt: null,
    certificatePem: own.certificatePem,
    privateKeyPem: own.privateKeyPem,
    createdAt: now,
    expiresAt: now,
  };
}

async function insert(change: Record<string, unknown> = {}, tenant = acme): Promise<StoredConnection> {
  const connection = stored(change);
  assert.equal(await connections.insert(tenant, connection), 'inserted');
  return connection;
}

const next = (connection: StoredConnection, change: Record<string, unknown>): StoredConnection => ({
  ...connection,
  revision: connection.revision + 1,
  document: connectionDocument.parse({ ...connection.document, ...change }),
});

describe('A connection', () => {
  test('is found by id and by slug, in its tenant only, with secrets and facts in its settings', async () => {
    const { id } = await insert();
    const found = await connections.find(acme, id);
    assert.equal(found, await connections.findBySlug(acme, 'acme'));
    const settings = found?.settings as Record<string, unknown>;
    assert.deepEqual(
      [settings['clientSecret'], settings['redirectUri']],
      ['the-client-secret', 'https://sso.example.com/t/acme/sso/acme/callback'],
    );
    assert.deepEqual(
      [found?.kind, found?.revision, found?.enabled, found?.policy.authentication.claim],
      ['oidc', 1, true, 'email'],
    );
    assert.equal(await connections.find(given.globex, id), undefined);
    assert.equal(await connections.findBySlug(given.globex, 'acme'), undefined);
    for (const odd of ['', 'ACME', 'acme\u0000', "acme' or 1=1--", '../acme', 'x'.repeat(200)])
      assert.equal(await connections.findBySlug(acme, odd), undefined, odd);
  });

  test('of SAML reads with its own keys', async () => {
    const saml = {
      issuer: 'https://idp.acme.example',
      ssoUrl: 'https://idp.acme.example/sso',
      verificationCertificates: [idp.certificatePem],
    };
    const connection = { ...stored({ kind: 'saml', oidc: undefined, saml }), secrets: {} };
    await connections.insert(acme, connection);
    await connections.addKeys(acme, [keyOf(connection.id, 'signing'), keyOf(connection.id, 'decryption')]);
    const settings = (await connections.find(acme, connection.id))?.settings as {
      acsUrl: string;
      ownKeys: { signing: unknown[]; decryption: unknown[] };
    };
    assert.deepEqual(
      [settings.acsUrl, settings.ownKeys.signing.length, settings.ownKeys.decryption.length],
      ['https://sso.example.com/t/acme/sso/acme/acs', 1, 1],
    );
  });

  test('is parsed once a revision: the settings stay the same object', async () => {
    const connection = await insert();
    const first = await connections.find(acme, connection.id);
    for (let time = 0; time < 5; time++) {
      assert.equal((await connections.findBySlug(acme, 'acme'))?.settings, first?.settings);
      assert.equal((await connections.listUsable(acme))[0]?.settings, first?.settings);
    }
    assert.equal(reads, 1);
    assert.equal(await connections.replace(acme, next(connection, { name: 'Two' }), 1), true);
    const second = await connections.find(acme, connection.id);
    assert.deepEqual([second?.revision, second?.name, reads], [2, 'Two', 2]);
    assert.notEqual(second?.settings, first?.settings);
  });

  test('that many ask for at once is one object to all of them afterwards', async () => {
    const { id } = await insert();
    const found = await Promise.all(Array.from({ length: 20 }, () => connections.find(acme, id)));
    const settled = await connections.find(acme, id);
    assert.ok(found.every((one) => one?.settings === settled?.settings));
  });

  test('as a transaction sees it is not kept when the transaction falls', async () => {
    const connection = await insert();
    await connections.find(acme, connection.id);
    await assert.rejects(
      given.store.transact(async () => {
        await connections.replace(acme, next(connection, { name: 'Never' }), 1);
        assert.equal((await connections.find(acme, connection.id))?.name, 'Never');
        throw new Error('falls');
      }),
      /falls/,
    );
    assert.equal((await connections.find(acme, connection.id))?.name, 'acme');
    await connections.replace(acme, next(connection, { name: 'Really' }), 1);
    assert.equal((await connections.find(acme, connection.id))?.name, 'Really', 'the other second revision');
  });

  test('costs one look-up when it is known, and none where the engine tells of commits', async () => {
    const { id } = await insert();
    await connections.find(acme, id);
    let asked = 0;
    const counted = <Ask extends (...given: never[]) => unknown>(ask: Ask): Ask =>
      ((...values: Parameters<Ask>) => {
        asked++;
        return ask(...values);
      }) as Ask;
    const { db, first, all } = given.store;
    const store = { ...given.store, db: counted(db), first: counted(first), all: counted(all) };
    const watched = createConnectionStore({ ...given, store, registry, urls });
    const findIt = async () => {
      await watched.find(acme, id);
      await watched.findBySlug(acme, 'acme');
      await watched.listUsable(acme);
    };
    await findIt();
    asked = 0;
    await findIt();
    assert.equal(asked, given.store.capabilities.tellsOfCommits ? 0 : 3);
  });

  test('is forgotten when others were asked for since, and read again', async () => {
    const small = createConnectionStore({ ...given, registry, urls, capacity: 2 });
    const ids: ConnectionId[] = [];
    for (const slug of ['a', 'b', 'c']) ids.push((await insert({ slug })).id);
    for (const id of [...ids, ...ids]) assert.equal((await small.find(acme, id))?.id, id);
    assert.equal(reads, 6);
    await small.find(acme, ids[2]!);
    assert.equal(reads, 6, 'the newest is kept');
  });

  test('is replaced only on top of the revision before', async () => {
    const connection = await insert();
    assert.equal(await connections.replace(acme, next(connection, { name: 'Two' }), 1), true);
    assert.equal(await connections.replace(acme, next(connection, { name: 'Lost' }), 1), false);
    assert.equal(await connections.replace(given.globex, { ...next(connection, {}), revision: 3 }, 2), false);
    assert.equal((await connections.read(acme, connection.id))?.document.name, 'Two');
  });

  test('has a slug of its own in its tenant; a second one leaves the transaction alive', async () => {
    await insert();
    await given.store.transact(async () => {
      assert.equal(await connections.insert(acme, stored()), 'taken');
      await insert({ slug: 'other' });
    });
    await insert({}, given.globex);
    assert.equal((await connections.listStored(acme, { limit: 9 })).length, 2);
  });

  test('has secrets that open nowhere else', async () => {
    const [one, other] = [await insert(), await insert({ slug: 'other' })];
    const rows = await given.store.db().selectFrom('connections').select(['id', 'sealed_secrets']).execute();
    const of = (id: string) => rows.find((row) => row.id === id)?.sealed_secrets ?? null;
    assert.notEqual(of(one.id), null);
    await given.store
      .db()
      .updateTable('connections')
      .set({ sealed_secrets: of(one.id) })
      .where('id', '=', other.id)
      .execute();
    await assert.rejects(connections.read(acme, other.id));
    assert.deepEqual((await connections.read(acme, one.id))?.secrets, { clientSecret: 'the-client-secret' });
  });

  test('takes its keys along', async () => {
    const connection = await insert();
    await connections.addKeys(acme, [keyOf(connection.id, 'signing')]);
    assert.equal(await connections.remove(given.globex, connection.id), false);
    assert.equal((await connections.listKeys(acme, connection.id)).length, 1);
    assert.equal(await connections.remove(acme, connection.id), true);
    assert.deepEqual(await given.store.db().selectFrom('connection_keys').selectAll().execute(), []);
    assert.equal(await connections.find(acme, connection.id), undefined);
  });
});

describe('Usable connections', () => {
  test('are those enabled and enabled for user authentication, by name', async () => {
    await insert({ slug: 'b' });
    await insert({ slug: 'a' });
    await insert({ slug: 'off', enabled: false });
    await insert({ slug: 'scim', authentication: { enabled: false } });
    await insert({ slug: 'foreign' }, given.globex);
    assert.deepEqual(
      (await connections.listUsable(acme)).map(({ slug }) => slug),
      ['a', 'b'],
    );
  });

  test('are not kept from people by one that cannot be read', async () => {
    const broken = await insert({ slug: 'broken', oidc: { clientId: 'c' } });
    await insert({ slug: 'whole' });
    assert.deepEqual(
      (await connections.listUsable(acme)).map(({ slug }) => slug),
      ['whole'],
    );
    await assert.rejects(connections.find(acme, broken.id), (error) => isProblem(error, 'oidc.settings_invalid'));
  });
});
