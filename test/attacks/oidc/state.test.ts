import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { REDIRECT_URI } from '../../kit/scene.ts';
import { refused, signsIn } from '../oracles.ts';
import { accept, answerTo, begin, nonceOf, openStage, refuse, refusedWith, type Stage, withField, without } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

describe('an answer belongs to an attempt of this browser, once (T103)', () => {
  accept(here, [{ name: 'the state of the request' }]);
  refuse(here, [
    { name: 'no state', code: 'sign_in.answer_without_handle', fields: without('state') },
    { name: 'an empty one', code: 'sign_in.attempt_unknown', fields: withField('state', '') },
    { name: 'an invented one', code: 'sign_in.attempt_unknown', fields: withField('state', 'A'.repeat(43)) },
    {
      name: 'the state in capitals',
      code: 'sign_in.attempt_unknown',
      fields: ({ state = '', ...rest }) => ({ ...rest, state: state.toUpperCase() }),
    },
    {
      name: 'the state with a space',
      code: 'sign_in.attempt_unknown',
      fields: ({ state = '', ...rest }) => ({ ...rest, state: `${state} ` }),
    },
    {
      name: 'the state with NUL',
      code: 'sign_in.attempt_unknown',
      fields: ({ state = '', ...rest }) => ({ ...rest, state: `${state}\0` }),
    },
    { name: '8 kB', code: 'sign_in.answer_without_handle', fields: withField('state', 's'.repeat(8000)) },
    {
      name: 'the nonce in its place',
      code: 'sign_in.attempt_unknown',
      fields: (fields, waiting) => ({ ...fields, state: nonceOf(waiting) }),
    },
  ]);
  it('100 kB of state do not get in', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const address = await answerTo(waiting, { fields: withField('state', 's'.repeat(100_000)) });
    // Not over the agent's kept connections: the gateway closes the one that this comes by.
    const cookie = waiting.agent.cookieHeader(new URL(address).origin);
    const { status, headers } = await fetch(address, { headers: { cookie, connection: 'close' }, redirect: 'manual' });
    assert.equal(status, 431);
    assert.equal(headers.get('set-cookie'), null);
  });
  for (const [name, add] of Object.entries({
    'two equal states': (state: string) => state,
    'two states, the second invented': () => 'A'.repeat(43),
    'two codes': (_state: string, code: string) => code,
  })) {
    it(`${name}: http.field_repeated`, async () => {
      const waiting = await begin(stage.acme, stage.oidc);
      const address = await answerTo(waiting, {
        fields: ({ state = '', code = '', ...rest }) =>
          new URLSearchParams([
            ...Object.entries({ ...rest, state, code }),
            [name === 'two codes' ? 'code' : 'state', add(state, code)],
          ]).toString(),
      });
      const tokens = stage.idp.count('token');
      await refused(waiting, { code: 'http.field_repeated', status: 400 }, () => waiting.agent.get(address));
      assert.equal(stage.idp.count('token'), tokens);
    });
  }
  it('the same answer a second time: sign_in.attempt_taken', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const address = await answerTo(waiting, {});
    await signsIn(waiting, { arrived: await waiting.agent.get(address), asked: waiting.asked });
    const tokens = stage.idp.count('token');
    await refusedWith(waiting, 'sign_in.attempt_taken', () => waiting.agent.get(address));
    assert.equal(stage.idp.count('token'), tokens);
  });
  it('a new code under the state of a sign-in that is over: sign_in.attempt_taken', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    await signsIn(waiting, { arrived: await waiting.agent.get(await answerTo(waiting, {})), asked: waiting.asked });
    const address = await answerTo(waiting, {});
    await refusedWith(waiting, 'sign_in.attempt_taken', () => waiting.agent.get(address));
  });
  it('a refused answer a second time: sign_in.attempt_taken', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const address = await answerTo(waiting, { token: { claims: { nonce: 'another' } } });
    await refusedWith(waiting, 'oidc.nonce_mismatch', () => waiting.agent.get(address));
    await refusedWith(waiting, 'sign_in.attempt_taken', async () => waiting.agent.get(await answerTo(waiting, {})));
  });
  it('twenty times at once: one session', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const address = await answerTo(waiting, {});
    const visits = await Promise.all(Array.from({ length: 20 }, () => waiting.agent.clone().get(address)));
    assert.equal(visits.filter(({ location }) => location?.startsWith(REDIRECT_URI)).length, 1);
  });
  it('another browser: sign_in.other_browser, and the person’s own is not kept from signing in', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const address = await answerTo(waiting, {});
    for (const agent of [new Agent(), (await begin(stage.acme, stage.oidc)).agent]) {
      await refusedWith({ ...waiting, agent }, 'sign_in.other_browser', () => agent.get(address));
    }
    await signsIn(waiting, { arrived: await waiting.agent.get(address), asked: waiting.asked });
  });
  it('login CSRF: the attacker’s whole answer in the victim’s browser: sign_in.other_browser', async () => {
    const attacker = await begin(stage.acme, stage.oidc);
    const address = await answerTo(attacker, {});
    const victim = await begin(stage.acme, stage.oidc);
    await refusedWith(victim, 'sign_in.other_browser', () => victim.agent.get(address));
  });
  it('a quarter of an hour later: sign_in.attempt_expired', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const address = await answerTo(waiting, {});
    stage.advance(15 * 60 + 1);
    await refusedWith(waiting, 'sign_in.attempt_expired', () => waiting.agent.get(address));
  });
  it('by a posted form, which was not asked for', async () => {
    const waiting = await begin(stage.acme, stage.oidc);
    const address = await answerTo(waiting, {});
    const [place = '', form = ''] = address.split('?');
    const visit = await waiting.agent.post(place, form);
    assert.equal(visit.status, 404);
    await signsIn(waiting, { arrived: await waiting.agent.get(address), asked: waiting.asked });
  });
});
