import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { ApplicationId, UserId } from '#kernel/ids.ts';
import { acme, alice, artifact, artifacts, globex, grantOf, now, otherNode, setUp, store } from './artifacts.fixture.ts';
import { createArtifactStore, removeExpiredArtifacts } from './artifacts.sql.ts';

setUp();

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
