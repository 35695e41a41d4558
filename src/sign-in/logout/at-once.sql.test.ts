import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import { createAuditLog } from '#audit/events.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import type { ConnectionId, UserId } from '#kernel/ids.ts';
import type { SessionStore } from '#sessions/index.ts';
import { createSessionStore } from '#sessions/sessions.sql.ts';
import type { Tenant } from '#tenants/index.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import type { Connection, HearsLogout, LogoutDemand, LogsOut, RevokesTokens } from '#upstream/index.ts';
import { createSpentStore } from '../attempts.sql.ts';
import { createSignInLog } from '../sign-ins.sql.ts';
import { giveBackTokens } from './give-back-tokens.ts';
import { hearLogout } from './hear-logout.ts';
import { createLogout } from './over.ts';
import { createRevocationStore } from './revocations.sql.ts';
import { signOut } from './sign-out.ts';

const [first, second] = ['idp_1', 'idp_2'] as [ConnectionId, ConnectionId];
const [ana, ben] = ['usr_ana', 'usr_ben'] as [UserId, UserId];

let given: TestTenants;
let tenant: Tenant;
let needs: ReturnType<typeof gather>;
before(async () => {
  given = await openTestTenants();
  tenant = { id: given.acme, name: 'acme' } as Tenant;
});
after(() => given.close());
beforeEach(async () => {
  for (const table of ['revocations', 'revocation_clients', 'links', 'sessions', 'spent'] as const)
    await given.store.db().deleteFrom(table).execute();
  needs = gather();
});

/** What a demand of the provider's says, by the text that brings it. */
const demands: Record<string, LogoutDemand> = {};
const connectionOf = (id: ConnectionId): Connection =>
  ({ id, kind: 'oidc', revision: 1, settings: {}, slug: id }) as unknown as Connection;

/** The stores as they are; the provider's part is played here. */
function gather() {
  const sessions = createSessionStore({
    ...given,
    dependants: { endOfSessions: async () => {}, moveToSession: async () => {} },
  });
  const protocol: Partial<LogsOut<unknown> & HearsLogout<unknown> & RevokesTokens<unknown>> = {
    prepareRevocation: () => ({}),
    readLogoutDemand: async (_settings, { fields }) => demands[fields['demand'] ?? ''] as LogoutDemand,
  };
  return {
    sessions,
    users: createUserStore(given),
    revocations: createRevocationStore(given),
    spent: createSpentStore(given),
    signIns: createSignInLog(given),
    audit: createAuditLog(given),
    connections: {
      find: async (...[, id]: [unknown, ConnectionId]) => connectionOf(id),
      findBySlug: async (...[, slug]: [unknown, string]) => connectionOf(slug as ConnectionId),
    },
    departures: { save: async () => {}, take: async () => undefined },
    budget: { take: () => ({ kind: 'keep', suppressed: 0 }) as const },
    transact: given.store.transact,
    world: given.world,
    logoutOf: () => protocol,
    revokerOf: () => protocol,
    protocolOf: () => assert.fail('nobody signs in'),
    onLogoutFault: (error: unknown) => assert.fail(String(error)),
  };
}
type Needs = ReturnType<typeof gather>;

/** Whoever comes here goes on when the other one is here as well, or waits for a lock of ours. Where one writes at a time, at once. */
function meetingPoint(): () => Promise<void> {
  let here = 0;
  return async () => {
    here += 1;
    if (!given.store.capabilities.concurrentWriters) return;
    const waiting = sql`select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`;
    while (here < 2 && (await waiting.execute(given.store.db())).rows.length === 0);
  };
}

/** Both look whether another session is left when both have ended their own, if they can. */
function withMeeting(): Needs {
  const meet = meetingPoint();
  const hasAnyOfUserAt: SessionStore['hasAnyOfUserAt'] = async (...whose) => {
    await meet();
    return needs.sessions.hasAnyOfUserAt(...whose);
  };
  return { ...needs, sessions: { ...needs.sessions, hasAnyOfUserAt } };
}

type Opened = Awaited<ReturnType<SessionStore['open']>>;
let subjects = 0;
/** Somebody signs in: the provider gives a refresh token, a session opens. */
async function signIn(userId: UserId, refreshToken: string, connectionId = first): Promise<Opened> {
  const now = given.world.now();
  const link = { id: `lnk_${(subjects += 1)}`, userId, connectionId, issuer: 'i', subject: userId };
  await needs.users.link(given.acme, { ...link, createdAt: now, lastUsedAt: now, refreshToken });
  return needs.sessions.open(given.acme, {
    userId,
    connectionId,
    authenticatedAt: now,
    amr: [],
    acr: null,
    askedAcr: [],
    lifetime: { idleSeconds: 600, lifetimeSeconds: 3600 },
    upstream: { issuer: 'i', subject: userId, index: userId },
    upstreamKey: 'shared',
  });
}
const leave = (by: Needs, session: Opened): Promise<unknown> =>
  signOut(by, { tenant, session, browser: undefined, target: null, applicationId: undefined });
let heard = 0;
function demand(by: Needs, uids: readonly string[], connectionId = first): Promise<unknown> {
  const name = `demand-${(heard += 1)}`;
  const until = new Date(given.world.now().getTime() + 60_000);
  demands[name] = { key: 'shared', issuer: 'i', indexes: [], spend: [{ id: name, until }], remember: null };
  const listByUpstreamKey: SessionStore['listByUpstreamKey'] = async (...key) => {
    const found = await needs.sessions.listByUpstreamKey(...key);
    return uids.flatMap((uid) => found.filter((one) => one.uid === uid));
  };
  const brought = { tenant, slug: connectionId, answer: { via: 'form' as const, fields: { demand: name } } };
  return hearLogout({ ...by, sessions: { ...by.sessions, listByUpstreamKey } }, brought);
}

/** Tokens that wait to be given back. */
async function waiting(): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const one = await needs.revocations.claim(given.world.now(), 60);
    if (!one) return found.sort();
    found.push(one.content.state === 'readable' ? one.content.token : one.content.state);
  }
}
const held = (userId: UserId, connectionId = first): Promise<string | undefined> =>
  needs.users.findRefreshToken(given.acme, { connectionId, issuer: 'i', subject: userId });

describe('The last of two sessions that end at once gives the refresh token back, once', () => {
  const ends: Record<string, (by: Needs, session: Opened) => Promise<unknown>> = {
    'a sign-out here': leave,
    'a demand of the provider’s': (by, { session }) => demand(by, [session.uid]),
  };
  const pairs = [
    ['a sign-out here', 'a sign-out here'],
    ['a sign-out here', 'a demand of the provider’s'],
    ['a demand of the provider’s', 'a demand of the provider’s'],
  ] as const;
  for (const [one, other] of pairs) {
    it(`${one} and ${other}`, async () => {
      const [phone, laptop] = [await signIn(ana, 'replaced'), await signIn(ana, 'token')];
      const by = withMeeting();
      await Promise.all([ends[one]?.(by, phone), ends[other]?.(by, laptop)]);
      assert.equal(await needs.sessions.hasAnyOfUserAt(given.acme, ana, first), false);
      assert.deepEqual([await waiting(), await held(ana)], [['token'], undefined]);
    });
  }

  it('the control: one after the other; the first gives nothing back, and nobody else’s is', async () => {
    const [phone, laptop] = [await signIn(ana, 'replaced'), await signIn(ana, 'token')];
    await signIn(ben, 'his');
    await signIn(ana, 'elsewhere', second);
    await leave(needs, phone);
    assert.deepEqual([await waiting(), await held(ana)], [[], 'token']);
    await leave(needs, laptop);
    assert.deepEqual([await waiting(), await held(ana)], [['token'], undefined]);
    assert.deepEqual([await held(ben), await held(ana, second)], ['his', 'elsewhere']);
  });
});

describe('Whoever signs in while their last session ends keeps the new refresh token', () => {
  it('a sign-in that has written its link and not its session', async () => {
    const old = await signIn(ana, 'old');
    const meet = meetingPoint();
    const signingIn = given.store.transact(async () => {
      await signIn(ana, 'new');
      await meet();
    });
    const hold: Needs['revocations']['hold'] = async (...whose) => {
      await needs.revocations.hold(...whose);
      await meet();
    };
    const leaving = leave({ ...needs, revocations: { ...needs.revocations, hold } }, old);
    await Promise.all([signingIn, leaving]);
    assert.deepEqual([await waiting(), await held(ana)], [[], 'new']);
  });

  it('and where the tokens of all are given back meanwhile, it is the new one that is', async () => {
    await signIn(ana, 'old');
    const meet = meetingPoint();
    const signingIn = given.store.transact(async () => {
      await signIn(ana, 'new');
      await meet();
    });
    await Promise.all([signingIn, needs.transact(() => giveBackTokens(needs, given.acme, { connectionId: first }))]);
    assert.deepEqual([await waiting(), await held(ana)], [['new'], undefined]);
  });
});

describe('Nobody waits for whoever waits for them', () => {
  it('two demands that name the same people in another order', async () => {
    const [hers, his] = [(await signIn(ana, 'a')).session.uid, (await signIn(ben, 'b')).session.uid];
    const meet = meetingPoint();
    const hold: Needs['revocations']['hold'] = async (...whose) => {
      await needs.revocations.hold(...whose);
      await meet();
    };
    const by = { ...needs, revocations: { ...needs.revocations, hold } };
    await Promise.all([demand(by, [hers, his]), demand(by, [his, hers])]);
    assert.deepEqual(await waiting(), ['a', 'b']);
  });

  it('two people who are disabled, with the same providers in another order', async () => {
    for (const at of [first, second]) await signIn(ana, `a ${at}`, at);
    given.world.pass(1);
    for (const at of [second, first]) {
      await signIn(ben, `b ${at}`, at);
      given.world.pass(1);
    }
    const meet = meetingPoint();
    const take: Needs['revocations']['take'] = async (...whose) => {
      const taken = await needs.revocations.take(...whose);
      await meet();
      return taken;
    };
    const { endSessionsOfUser } = createLogout({ ...needs, revocations: { take } }, needs.revokerOf);
    await Promise.all([ana, ben].map((who) => needs.transact(() => endSessionsOfUser(given.acme, who))));
    assert.deepEqual(await waiting(), ['a idp_1', 'a idp_2', 'b idp_1', 'b idp_2']);
  });
});
