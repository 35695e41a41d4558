import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  ana,
  demand,
  first,
  given,
  held,
  leave,
  type Needs,
  needs,
  type Opened,
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
