import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ApplicationId, TenantId, UserId } from '#kernel/ids.ts';
import { openKeyring } from '#sql/keyring.ts';
import { openStore, type Store } from '#sql/store.ts';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import type { Application } from './application.ts';
import { createApplicationStore } from './applications.sql.ts';
import { createArtifactStore, removeExpiredArtifacts } from './artifacts.sql.ts';
import type { Artifact, ArtifactStore } from './artifacts.ts';
import { newGrantId, readGrantId } from './grants.ts';
import { UnitOfWork } from './unit-of-work.ts';

const acme = 'tnt_acme' as TenantId;
const globex = 'tnt_globex' as TenantId;
const alice = 'usr_alice' as UserId;
const now = new Date('2026-11-22T10:00:00Z');
const world = {
  now: () => now,
  randomBytes: (length: number) => new Uint8Array(length).fill(7),
  fetch: () => Promise.reject(new Error('no network')),
};
const grantOf = (id: string) => newGrantId({ applicationId: id as ApplicationId, basis: 'registered', userId: alice }, world);

let database: TestDatabase;
let store: Store;
let otherNode: Store;
let artifacts: ArtifactStore;

const artifact = (given: Partial<Artifact> = {}): Artifact => ({
  payload: { scope: 'openid' },
  grantId: grantOf('app_crm'),
  sessionUid: 'ses_1',
  accountId: alice,
  expiresAt: new Date(now.getTime() + 60_000),
  ...given,
});

before(async () => {
  database = await openTestDatabase();
  store = openStore(database.url);
  otherNode = database.engine === 'postgres' ? openStore(database.url) : store;
  for (const id of [acme, globex]) {
    await store
      .db()
      .insertInto('tenants')
      .values({
        id,
        name: id.slice(4),
        display_name: id,
        region: 'eu',
        status: 'active',
        settings: '{}',
        created_at: 0,
        updated_at: 0,
      })
      .execute();
  }
});
after(async () => {
  await store.close();
  if (otherNode !== store) await otherNode.close();
  await database.drop();
});
beforeEach(async () => {
  await store.db().deleteFrom('oidc_artifacts').execute();
  artifacts = createArtifactStore({ store });
});

describe('An artifact', () => {
  it('is found by its id, kind and tenant, as it was put', async () => {
    await artifacts.put(acme, { kind: 'AccessToken', id: 'secret' }, artifact());
    assert.deepEqual(await artifacts.find(acme, { kind: 'AccessToken', id: 'secret' }), { ...artifact(), consumedAt: null });
    assert.equal(await artifacts.find(acme, { kind: 'RefreshToken', id: 'secret' }), undefined);
    assert.equal(await artifacts.find(globex, { kind: 'AccessToken', id: 'secret' }), undefined);
    const { id_hash: hash } = await store.db().selectFrom('oidc_artifacts').select('id_hash').executeTakeFirstOrThrow();
    assert.equal(await artifacts.find(acme, { kind: 'AccessToken', id: hash }), undefined);
  });

  it('that is spent stays spent when it is written again', async () => {
    await artifacts.put(acme, { kind: 'AuthorizationCode', id: 'code' }, artifact());
    assert.equal(await artifacts.consume(acme, { kind: 'AuthorizationCode', id: 'code' }, now), 'consumed');
    await artifacts.put(acme, { kind: 'AuthorizationCode', id: 'code' }, artifact({ payload: { scope: 'more' } }));
    assert.equal(await artifacts.consume(acme, { kind: 'AuthorizationCode', id: 'code' }, now), 'spent');
    assert.deepEqual((await artifacts.find(acme, { kind: 'AuthorizationCode', id: 'code' }))?.consumedAt, now);
  });

  it('is spent once, by fifty at once at two nodes', async () => {
    const other = createArtifactStore({ store: otherNode });
    await artifacts.put(acme, { kind: 'AuthorizationCode', id: 'code' }, artifact());
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, turn) =>
        (turn % 2 ? artifacts : other).consume(acme, { kind: 'AuthorizationCode', id: 'code' }, now),
      ),
    );
    assert.deepEqual(
      [outcomes.filter((outcome) => outcome === 'consumed').length, outcomes.filter((outcome) => outcome === 'spent').length],
      [1, 49],
    );
    assert.equal(await artifacts.consume(acme, { kind: 'AuthorizationCode', id: 'nobody knows it' }, now), 'gone');
  });

  it('is added once, by ten at once at two nodes', async () => {
    const other = createArtifactStore({ store: otherNode });
    const added = await Promise.all(
      Array.from({ length: 10 }, (_, turn) =>
        (turn % 2 ? artifacts : other).add(acme, { kind: 'ReplayDetection', id: 'jti' }, artifact()),
      ),
    );
    assert.equal(added.filter(Boolean).length, 1);
  });
});

describe('What ends together', () => {
  const left = async (): Promise<string[]> => {
    const ids = ['a', 'b', 'c', 'd'];
    const found = await Promise.all(
      ids.map(async (id) => ((await artifacts.find(acme, { kind: 'RefreshToken', id: id })) ? id : '')),
    );
    return found.filter(Boolean);
  };
  beforeEach(async () => {
    await artifacts.put(acme, { kind: 'RefreshToken', id: 'a' }, artifact());
    await artifacts.put(acme, { kind: 'RefreshToken', id: 'b' }, artifact({ grantId: grantOf('app_wiki'), sessionUid: 'ses_2' }));
    await artifacts.put(
      acme,
      { kind: 'RefreshToken', id: 'c' },
      artifact({ grantId: grantOf('app_crm2'), sessionUid: 'ses_3', accountId: 'usr_bob' as UserId }),
    );
    await artifacts.put(
      acme,
      { kind: 'RefreshToken', id: 'd' },
      artifact({ grantId: grantOf('app-crm'), sessionUid: 'ses_4', accountId: 'usr_bob' as UserId }),
    );
    await artifacts.put(globex, { kind: 'RefreshToken', id: 'a' }, artifact());
  });

  it('is a family', async () => {
    await artifacts.endOfGrant(acme, grantOf('app_crm'));
    assert.deepEqual(await left(), ['b', 'c', 'd']);
  });
  it('is what rests on sessions', async () => {
    await artifacts.endOfSessions(acme, ['ses_1', 'ses_3']);
    await artifacts.endOfSessions(acme, []);
    assert.deepEqual(await left(), ['b', 'd']);
  });
  it('is what a person has, but not what the person has consented to', async () => {
    await artifacts.put(acme, { kind: 'Consent', id: 'app_crm.usr_alice' }, artifact({ grantId: null }));
    await artifacts.endOfAccount(acme, alice);
    assert.deepEqual(await left(), ['c', 'd']);
    assert.ok(await artifacts.find(acme, { kind: 'Consent', id: 'app_crm.usr_alice' }));
  });
  it('is what an application has, and no other whose id looks like it', async () => {
    await artifacts.endOfApplication(acme, 'app_crm' as ApplicationId);
    assert.deepEqual(await left(), ['b', 'c', 'd']);
  });
  it('never what another tenant has', async () => {
    await artifacts.endOfGrant(acme, grantOf('app_crm'));
    await artifacts.endOfSessions(acme, ['ses_1']);
    await artifacts.endOfAccount(acme, alice);
    await artifacts.endOfApplication(acme, 'app_crm' as ApplicationId);
    assert.ok(await artifacts.find(globex, { kind: 'RefreshToken', id: 'a' }));
  });
  it('moves with the session that it rests on', async () => {
    await artifacts.moveToSession(acme, 'ses_1', 'ses_9');
    await artifacts.endOfSessions(acme, ['ses_1']);
    assert.equal((await artifacts.find(acme, { kind: 'RefreshToken', id: 'a' }))?.sessionUid, 'ses_9');
  });
});

describe('Housekeeping', () => {
  it('removes what has been over for a minute, and keeps what has no end', async () => {
    await artifacts.put(acme, { kind: 'AccessToken', id: 'over' }, artifact({ expiresAt: new Date(now.getTime() - 60_001) }));
    await artifacts.put(acme, { kind: 'AccessToken', id: 'just over' }, artifact({ expiresAt: new Date(now.getTime() - 1000) }));
    await artifacts.put(acme, { kind: 'Consent', id: 'kept' }, artifact({ expiresAt: null }));
    assert.equal(await removeExpiredArtifacts({ store }, now), 1);
    assert.equal(await removeExpiredArtifacts({ store }, now), 0);
    assert.ok(await artifacts.find(acme, { kind: 'AccessToken', id: 'just over' }));
    assert.ok(await artifacts.find(acme, { kind: 'Consent', id: 'kept' }));
  });
});

describe('A unit of work', () => {
  const found = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await artifacts.find(acme, { kind: 'AccessToken', id: id })) !== undefined));
  const put = (id: string) => () => artifacts.put(acme, { kind: 'AccessToken', id: id }, artifact());

  it('is one transaction, that sees its own writes', async () => {
    const unit = new UnitOfWork(store.transact);
    await unit.write(put('a'));
    await unit.write(put('b'));
    assert.ok(await unit.read(() => artifacts.find(acme, { kind: 'AccessToken', id: 'a' })));
    await unit.end('keep');
    assert.deepEqual(await found('a', 'b'), [true, true]);
  });

  it('leaves nothing when it is undone', async () => {
    const unit = new UnitOfWork(store.transact);
    await Promise.all([unit.write(put('a')), unit.write(put('b'))]);
    await unit.end('undo');
    assert.deepEqual(await found('a', 'b'), [false, false]);
    await assert.rejects(unit.write(put('c')), /has ended/);
  });

  it('holds the store only from its first write on', async () => {
    const reading = new UnitOfWork(store.transact);
    await reading.read(() => artifacts.find(acme, { kind: 'AccessToken', id: 'a' }));
    const writing = new UnitOfWork(store.transact);
    await writing.write(put('a'));
    await writing.end('keep');
    await reading.end('keep');
    assert.deepEqual(await found('a'), [true]);
  });

  it('tells when it could not begin or be kept', async () => {
    const away = new UnitOfWork(() => Promise.reject(new Error('the store is away')));
    await assert.rejects(away.write(put('a')), /the store is away/);
    const unit = new UnitOfWork(async (work) => {
      await store.transact(work);
      throw new Error('the commit failed');
    });
    await unit.write(put('a'));
    await assert.rejects(unit.end('keep'), /the commit failed/);
  });
});

describe("A grant's id", () => {
  it('says whose it is, and is read only in its own shape', () => {
    assert.deepEqual(readGrantId(grantOf('app_crm')), { applicationId: 'app_crm', basis: 'registered', userId: alice });
    for (const other of [
      '',
      'app_crm',
      'app_crm.registered.usr_alice',
      `${grantOf('app_crm')}.more`,
      'app_crm.admin.usr_alice.x',
    ])
      assert.equal(readGrantId(other), undefined, other);
  });
});

describe('The store of applications', () => {
  const crm: Application = {
    id: 'app_crm' as ApplicationId,
    name: 'CRM',
    kind: 'confidential',
    redirectUris: ['https://crm.example/'],
    postLogoutRedirectUris: [],
    grantTypes: ['authorization_code'],
    tokenEndpointAuthMethod: 'client_secret_basic',
    jwks: null,
    firstParty: true,
    scopes: ['openid'],
    initiateLoginUri: null,
    launchUrls: [],
    enabled: true,
    createdAt: now,
    updatedAt: now,
  };
  const open = () => createApplicationStore({ store, keyring: openKeyring(['a master key of more than 32 characters']) });
  beforeEach(() => store.db().deleteFrom('applications').execute());

  it('gives back what was put, its secret unsealed, under its own tenant only', async () => {
    await open().insert(acme, crm, 'a-secret');
    assert.deepEqual(await open().find(acme, crm.id), { application: crm, secret: 'a-secret' });
    assert.equal(await open().find(globex, crm.id), undefined);
    assert.ok(!JSON.stringify(await store.db().selectFrom('applications').selectAll().execute()).includes('a-secret'));
  });

  it('keeps, renews and removes the secret', async () => {
    const applications = open();
    await applications.insert(acme, crm, 'a-secret');
    await applications.update(acme, { ...crm, name: 'Sales' });
    assert.deepEqual(await applications.find(acme, crm.id), { application: { ...crm, name: 'Sales' }, secret: 'a-secret' });
    await applications.update(acme, crm, 'another');
    assert.equal((await applications.find(acme, crm.id))?.secret, 'another');
    await applications.update(acme, crm, null);
    assert.equal((await applications.find(acme, crm.id))?.secret, null);
    assert.deepEqual(
      [
        await applications.remove(globex, crm.id),
        await applications.remove(acme, crm.id),
        await applications.remove(acme, crm.id),
      ],
      [false, true, false],
    );
  });

  it('does not open a secret that was moved to another application', async () => {
    const applications = open();
    await applications.insert(acme, crm, 'a-secret');
    await applications.insert(acme, { ...crm, id: 'app_wiki' as ApplicationId }, 'wiki-secret');
    assert.equal((await applications.find(acme, crm.id))?.secret, 'a-secret');
    const { sealed_secret: moved } = await store
      .db()
      .selectFrom('applications')
      .selectAll()
      .where('id', '=', 'app_crm')
      .executeTakeFirstOrThrow();
    await store.db().updateTable('applications').set({ sealed_secret: moved }).where('id', '=', 'app_wiki').execute();
    await assert.rejects(applications.find(acme, 'app_wiki' as ApplicationId));
  });
});
