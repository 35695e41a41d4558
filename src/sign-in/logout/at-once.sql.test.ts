import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import type { SessionStore } from '#sessions/index.ts';
import { giveBackTokens } from './give-back-tokens.ts';
import {
  ana,
  ben,
  demand,
  first,
  given,
  held,
  leave,
  type Needs,
  needs,
  type Opened,
  second,
  setUp,
  signIn,
  waiting,
} from './logout.fixture.ts';
import { createLogout } from './over.ts';

setUp();

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

  for (const [name, end] of Object.entries(ends)) {
    it(`the control, ${name}: one after the other, the first gives nothing back, and nobody else’s is`, async () => {
      const [phone, laptop] = [await signIn(ana, 'replaced'), await signIn(ana, 'token')];
      await signIn(ben, 'his');
      await signIn(ana, 'elsewhere', { at: second });
      await end(needs, phone);
      assert.deepEqual([await waiting(), await held(ana)], [[], 'token']);
      await end(needs, laptop);
      assert.deepEqual([await waiting(), await held(ana)], [['token'], undefined]);
      assert.deepEqual([await held(ben), await held(ana, second)], ['his', 'elsewhere']);
    });
  }
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
    for (const at of [first, second]) await signIn(ana, `a ${at}`, { at });
    given.world.pass(1);
    for (const at of [second, first]) {
      await signIn(ben, `b ${at}`, { at });
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
