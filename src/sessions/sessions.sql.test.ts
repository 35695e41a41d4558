import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { openKeyring } from '#sql/keyring.ts';
import { openStore, type Store } from '#sql/store.ts';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { insertTenants } from '#test/tenant/index.ts';
import type { NewSession, SessionId, SessionStore } from './session.ts';
import { createSessionStore, removeExpiredSessions } from './sessions.sql.ts';

const acme = 'tnt_acme' as TenantId;
const globex = 'tnt_globex' as TenantId;
const alice = 'usr_alice' as UserId;
const entra = 'idp_entra' as ConnectionId;

let database: TestDatabase;
let store: Store;
let sessions: SessionStore;
let now: Date;
let ended: string[];
let moved: [string, string][];

const world: World = {
  now: () => now,
  randomBytes: (length) => randomBytes(length),
  fetch: () => Promise.reject(new Error('no network')),
};

const newSession = (given: Partial<NewSession> = {}): NewSession => ({
  userId: alice,
  connectionId: entra,
  authenticatedAt: now,
  amr: ['pwd', 'mfa'],
  acr: 'urn:acme:strong',
  askedAcr: ['urn:acme:strong'],
  lifetime: { idleSeconds: 600, lifetimeSeconds: 3600 },
  upstream: null,
  ...given,
});

const later = (seconds: number): void => {
  now = new Date(now.getTime() + seconds * 1000);
};

const insertToken = (uid: string, expiresAt: Date): Promise<unknown> =>
  store
    .db()
    .insertInto('oidc_artifacts')
    .values({
      tenant_id: acme,
      kind: 'RefreshToken',
      id_hash: uid,
      payload: '{}',
      grant_id: null,
      uid,
      account_id: null,
      expires_at: expiresAt.getTime(),
      consumed_at: null,
    })
    .execute();

before(async () => {
  database = await openTestDatabase();
  store = openStore(database.url);
  await insertTenants(store, [acme, globex]);
});
after(async () => {
  await store.close();
  await database.drop();
});
beforeEach(async () => {
  now = new Date('2026-11-22T10:00:00Z');
  ended = [];
  moved = [];
  await store.db().deleteFrom('sessions').execute();
  await store.db().deleteFrom('oidc_artifacts').execute();
  sessions = createSessionStore({
    store,
    world,
    keyring: openKeyring(['a master key of more than 32 characters']),
    dependants: {
      endOfSessions: async (_tenant, uids) => void ended.push(...uids),
      moveToSession: async (_tenant, from, to) => void moved.push([from, to]),
    },
  });
});

describe('A session that was opened', () => {
  it('is found by its secret and by its public handle, as it was opened', async () => {
    const { id, session } = await sessions.open(acme, newSession());
    assert.deepEqual(await sessions.find(acme, id), session);
    assert.deepEqual(await sessions.findByUid(acme, session.uid), session);
    assert.deepEqual(
      [session.amr, session.acr, session.askedAcr, session.userId, session.connectionId],
      [['pwd', 'mfa'], 'urn:acme:strong', ['urn:acme:strong'], alice, entra],
    );
  });

  it('is not found under another tenant, nor by the hash that the store holds', async () => {
    const { id, session } = await sessions.open(acme, newSession());
    const row = await store.db().selectFrom('sessions').selectAll().executeTakeFirstOrThrow();
    assert.notEqual(row.id_hash, id);
    assert.equal(await sessions.find(globex, id), undefined);
    assert.equal(await sessions.findByUid(globex, session.uid), undefined);
    assert.equal(await sessions.find(acme, row.id_hash as SessionId), undefined);
  });

  it('has a new secret and a new handle each time', async () => {
    const first = await sessions.open(acme, newSession());
    const second = await sessions.open(acme, newSession());
    assert.notEqual(first.id, second.id);
    assert.notEqual(first.session.uid, second.session.uid);
  });

  it('keeps what a logout upstream needs sealed', async () => {
    const { session } = await sessions.open(acme, newSession({ upstream: { nameId: 'alice@acme.example' } }));
    const row = await store.db().selectFrom('sessions').selectAll().executeTakeFirstOrThrow();
    assert.ok(!row.sealed_upstream?.includes('alice'));
    assert.deepEqual(await sessions.findUpstream(acme, session.uid), { nameId: 'alice@acme.example' });
  });
});

describe('The provider’s own session', () => {
  const okta = 'idp_okta' as ConnectionId;
  const bob = 'usr_bob' as UserId;
  const open = async (given: Partial<NewSession>): Promise<string> => (await sessions.open(acme, newSession(given))).session.uid;
  const uids = (found: readonly { uid: string }[]): string[] => found.map(({ uid }) => uid).sort();

  it('is found by what the provider names it by: of that tenant and connection alone, and no longer in clear', async () => {
    const upstream = { subject: 'alice', index: 'i1' };
    const mine = await open({ upstreamKey: 'sid-1', upstream });
    await open({ upstreamKey: 'sid-1', connectionId: okta });
    await open({ upstreamKey: 'sid-2' });
    await open({});
    await sessions.open(globex, newSession({ upstreamKey: 'sid-1' }));
    assert.deepEqual(await sessions.listByUpstreamKey(acme, entra, 'sid-1'), [{ uid: mine, userId: alice, upstream }]);
    assert.deepEqual(await sessions.listByUpstreamKey(acme, entra, 'SID-1'), []);
    const rows = await store.db().selectFrom('sessions').selectAll().execute();
    assert.ok(!JSON.stringify(rows).includes('sid-1'));
  });

  it('is found by the person, at one provider, however old it is: tokens may rest on it', async () => {
    const [one, two] = [await open({}), await open({})];
    await open({ userId: bob });
    await open({ connectionId: okta });
    later(4000);
    assert.deepEqual(uids(await sessions.listOfUserAt(acme, alice, entra)), [one, two].sort());
    assert.deepEqual(await sessions.listOfUserAt(globex, alice, entra), []);
  });

  it('is found and counted though it was sealed with a master key that is gone', async () => {
    const uid = await open({ upstreamKey: 'sid-1', upstream: { subject: 'alice' } });
    await store.db().updateTable('sessions').set({ sealed_upstream: 'v1.goneaway.AAAA.AAAA' }).where('uid', '=', uid).execute();
    const unreadable = [{ uid, userId: alice, upstream: undefined }];
    assert.deepEqual(await sessions.listByUpstreamKey(acme, entra, 'sid-1'), unreadable);
    assert.deepEqual(await sessions.listOfUserAt(acme, alice, entra), unreadable);
    assert.equal(await sessions.hasAnyOfUserAt(acme, alice, entra), true);
    assert.equal(await sessions.hasAnyOfUserAt(acme, bob, entra), false);
    assert.equal(await sessions.hasAnyOfUserAt(acme, alice, okta), false);
    assert.equal(await sessions.hasAnyOfUserAt(globex, alice, entra), false);
  });

  it('ends by its handle, with what rests on it, in its tenant alone', async () => {
    const uid = await open({ upstreamKey: 'sid-1' });
    await sessions.endByUid(globex, uid);
    assert.equal((await sessions.findByUid(acme, uid))?.uid, uid);
    await sessions.endByUid(acme, uid);
    assert.deepEqual([await sessions.findByUid(acme, uid), ended], [undefined, [uid]]);
  });
});

describe('A session ends by itself', () => {
  it('after its idle time', async () => {
    const { id } = await sessions.open(acme, newSession());
    later(599);
    assert.ok(await sessions.find(acme, id));
    later(1);
    assert.equal(await sessions.find(acme, id), undefined);
  });

  it('later when it is used, and at its latest end however much it is used', async () => {
    const { id } = await sessions.open(acme, newSession());
    for (let used = 0; used < 7; used += 1) {
      later(500);
      assert.equal(await sessions.touch(acme, id, { applications: [`app_${used}`], idleSeconds: 600 }), true);
    }
    assert.deepEqual((await sessions.find(acme, id))?.applications, ['app_6']);
    later(100);
    assert.equal(await sessions.find(acme, id), undefined);
  });

  it('and is not brought back by being used', async () => {
    const { id, session } = await sessions.open(acme, newSession());
    later(600);
    assert.equal(await sessions.touch(acme, id, { applications: [], idleSeconds: 600 }), false);
    assert.equal(await sessions.rename(acme, session.uid, 'another' as SessionId), false);
    assert.equal(await sessions.find(acme, id), undefined);
    assert.equal((await sessions.hold(acme, session.uid))?.uid, session.uid);
  });
});

describe('A new secret', () => {
  it('replaces the old one; the session stays as it was', async () => {
    const { id, session } = await sessions.open(acme, newSession({ upstream: { index: 'i1' } }));
    assert.equal(await sessions.rename(acme, session.uid, 'a-new-secret' as SessionId), true);
    assert.equal(await sessions.find(acme, id), undefined);
    assert.deepEqual(await sessions.find(acme, 'a-new-secret' as SessionId), session);
    assert.deepEqual(await sessions.findUpstream(acme, session.uid), { index: 'i1' });
  });
});

describe('A sign-in in a browser that has a session', () => {
  it('ends the old session; for the same person, what rests on it moves to the new one', async () => {
    const old = await sessions.open(acme, newSession());
    await sessions.touch(acme, old.id, { applications: ['app_crm'], idleSeconds: 600 });
    const fresh = await sessions.open(acme, newSession(), old.id);
    assert.equal(await sessions.find(acme, old.id), undefined);
    assert.deepEqual((await sessions.find(acme, fresh.id))?.applications, ['app_crm']);
    assert.deepEqual([moved, ended], [[[old.session.uid, fresh.session.uid]], []]);
  });

  it('ends the old session and what rests on it when somebody else signs in', async () => {
    const old = await sessions.open(acme, newSession());
    const fresh = await sessions.open(acme, newSession({ userId: 'usr_bob' as UserId }), old.id);
    assert.deepEqual(fresh.session.applications, []);
    assert.deepEqual([moved, ended], [[], [old.session.uid]]);
  });

  it("takes a secret that is nobody's for no session", async () => {
    const { id } = await sessions.open(acme, newSession(), 'planted' as SessionId);
    assert.ok(await sessions.find(acme, id));
    assert.deepEqual([moved, ended], [[], []]);
  });
});

describe('Ending on purpose', () => {
  it('ends one session and what rests on it', async () => {
    const { id, session } = await sessions.open(acme, newSession());
    const other = await sessions.open(acme, newSession());
    await sessions.end(acme, id);
    assert.equal(await sessions.find(acme, id), undefined);
    assert.equal(await sessions.hold(acme, session.uid), undefined);
    assert.ok(await sessions.find(acme, other.id));
    assert.deepEqual(ended, [session.uid]);
  });

  it('does nothing for another tenant', async () => {
    const { id } = await sessions.open(acme, newSession());
    await sessions.end(globex, id);
    await sessions.endOfUser(globex, alice);
    await sessions.endOfConnection(globex, entra);
    assert.ok(await sessions.find(acme, id));
    assert.deepEqual(ended, []);
  });

  it('ends all sessions of a user, and all of a connection', async () => {
    const one = await sessions.open(acme, newSession());
    const two = await sessions.open(acme, newSession({ connectionId: 'idp_okta' as ConnectionId }));
    const bob = await sessions.open(acme, newSession({ userId: 'usr_bob' as UserId }));
    await sessions.endOfUser(acme, alice);
    assert.deepEqual(ended.sort(), [one.session.uid, two.session.uid].sort());
    assert.ok(await sessions.find(acme, bob.id));
    await sessions.endOfConnection(acme, entra);
    assert.equal(await sessions.find(acme, bob.id), undefined);
  });

  it('ends all sessions of a tenant, and of no other', async () => {
    const mine = await sessions.open(acme, newSession());
    const theirs = await sessions.open(globex, newSession());
    await sessions.endOfTenant(acme);
    assert.equal(await sessions.find(acme, mine.id), undefined);
    assert.ok(await sessions.find(globex, theirs.id));
    assert.deepEqual(ended, [mine.session.uid]);
  });

  it('falls together with what rests on it', async () => {
    const failing = createSessionStore({
      store,
      world,
      keyring: openKeyring(['a master key of more than 32 characters']),
      dependants: { endOfSessions: () => Promise.reject(new Error('the store is away')), moveToSession: async () => {} },
    });
    const { id } = await failing.open(acme, newSession());
    await assert.rejects(failing.end(acme, id), /the store is away/);
    assert.ok(await failing.find(acme, id));
  });
});

describe('Housekeeping', () => {
  it('removes sessions whose time is over, and no others', async () => {
    await sessions.open(acme, newSession());
    const kept = await sessions.open(acme, newSession({ lifetime: { idleSeconds: 1200, lifetimeSeconds: 3600 } }));
    later(600);
    assert.equal(await removeExpiredSessions({ store }, now), 1);
    assert.equal(await removeExpiredSessions({ store }, now), 0);
    assert.ok(await sessions.find(acme, kept.id));
  });

  it('keeps one on which a refresh token rests, so that ending its connection still reaches the token', async () => {
    const { session } = await sessions.open(acme, newSession());
    later(600);
    await insertToken(session.uid, new Date(now.getTime() + 1000));
    assert.equal(await removeExpiredSessions({ store }, now), 0);
    await sessions.endOfConnection(acme, entra);
    assert.deepEqual(ended, [session.uid]);
  });
});
