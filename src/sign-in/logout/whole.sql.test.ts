import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
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

setUp();

const failure = new Error('the audit log refuses');
const unwritable = (): Needs => ({ ...needs, audit: { ...needs.audit, append: () => Promise.reject(failure) } });

describe('A sign-out happens as a whole, or not at all', () => {
  let session: Opened;
  beforeEach(async () => {
    session = await signIn(ana, 'token');
  });
  const lives = (): Promise<boolean> => needs.sessions.hasAnyOfUserAt(given.acme, ana, first);
  /** The demand counts once: it is the same one both times. */
  const demanded = (by: Needs) => demand(by, [session.session.uid], { name: 'the same demand' });
  const ways: Record<string, (by: Needs) => Promise<unknown>> = {
    'somebody signs out here': (by) => leave(by, session),
    'a provider demands it': demanded,
  };
  for (const [name, end] of Object.entries(ways)) {
    it(`${name}: what cannot be written down has not happened, and may be tried again`, async () => {
      await assert.rejects(end(unwritable()), (error) => error === failure);
      assert.deepEqual([await lives(), await waiting(), await held(ana)], [true, [], 'token']);
      await end(needs);
      assert.deepEqual([await lives(), await waiting(), await held(ana)], [false, ['token'], undefined]);
    });
  }
});

describe('A demand of a provider’s', () => {
  it('says whether it ended anything', async () => {
    const { session } = await signIn(ana, 'token');
    assert.equal((await demand(needs, [session.uid])).outcome, 'ended');
    assert.equal((await demand(needs, [session.uid])).outcome, 'none-left');
  });

  it('ends a session of an account that is tied to nobody: a provider may name people anew each time', async () => {
    const { session } = await signIn(ana, 'token');
    await given.store.db().deleteFrom('links').execute();
    assert.equal((await demand(needs, [session.uid], { subject: ana })).outcome, 'ended');
  });

  it('ends the session that it names, and one that the provider gave no name to', async () => {
    const [named, other] = [(await signIn(ana, 'a')).session, (await signIn(ben, 'b')).session];
    const { session: nameless } = await signIn(ana, 'a', { index: null });
    const uids = [named.uid, other.uid, nameless.uid];
    assert.equal((await demand(needs, uids, { indexes: ['another'] })).outcome, 'ended');
    assert.equal(await needs.sessions.findByUid(given.acme, nameless.uid), undefined);
    assert.ok(await needs.sessions.findByUid(given.acme, named.uid));
    assert.equal((await demand(needs, uids, { indexes: [ana] })).outcome, 'ended');
    assert.equal(await needs.sessions.findByUid(given.acme, named.uid), undefined);
    assert.ok(await needs.sessions.findByUid(given.acme, other.uid));
  });

  it('counts once for that provider: what another one calls the same is another', async () => {
    const [here, there] = [(await signIn(ana, 'a')).session, (await signIn(ana, 'b', { at: second })).session];
    assert.equal((await demand(needs, [here.uid], { name: 'same' })).outcome, 'ended');
    assert.equal((await demand(needs, [there.uid], { name: 'same', at: second })).outcome, 'ended');
    await assert.rejects(demand(needs, [here.uid], { name: 'same' }), (error) => isProblem(error, 'logout.demand_replayed'));
  });
});
