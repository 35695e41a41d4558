import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { signJws } from '../../kit/oidc/index.ts';
import { signsIn, turnedAway } from '../oracles.ts';
import {
  accept,
  answerTo,
  begin,
  type Fields,
  nonceOf,
  openStage,
  refuse,
  refusedWith,
  type Stage,
  stateOf,
  VICTIM,
  VICTIM_EMAIL,
} from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const without =
  (name: string) =>
  (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([own]) => own !== name));
const withField =
  (name: string, value: string) =>
  (fields: Fields): Fields => ({ ...fields, [name]: value });

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
      await turnedAway(waiting, { code: 'http.field_repeated', status: 400 }, () => waiting.agent.get(address));
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
    assert.equal(visits.filter(({ location }) => location?.includes('/oauth/authorize')).length, 1);
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

describe('an ID token carries the nonce of this sign-in (T104)', () => {
  accept(here, [{ name: 'the nonce of the request' }]);
  refuse(here, [
    { name: 'none', code: 'oidc.nonce_mismatch', token: { claims: { nonce: undefined } } },
    { name: 'null', code: 'oidc.nonce_mismatch', token: { claims: { nonce: null } } },
    { name: 'an empty one', code: 'oidc.nonce_mismatch', token: { claims: { nonce: '' } } },
    { name: 'an invented one', code: 'oidc.nonce_mismatch', token: { claims: { nonce: 'n'.repeat(43) } } },
    {
      name: 'the right one in a list',
      code: 'oidc.nonce_mismatch',
      token: (waiting) => ({ claims: { nonce: [nonceOf(waiting)] } }),
    },
    {
      name: 'the right one in capitals',
      code: 'oidc.nonce_mismatch',
      token: (waiting) => ({ claims: { nonce: nonceOf(waiting).toUpperCase() } }),
    },
    {
      name: 'the state in its place',
      code: 'oidc.nonce_mismatch',
      token: (waiting) => ({ claims: { nonce: stateOf(waiting) } }),
    },
  ]);
  it('that of an earlier sign-in: oidc.nonce_mismatch', async () => {
    const earlier = await begin(stage.acme, stage.oidc);
    await signsIn(earlier, { arrived: await earlier.agent.get(await answerTo(earlier, {})), asked: earlier.asked });
    const waiting = await begin(stage.acme, stage.oidc, { prompt: 'login' }, earlier.agent);
    const address = await answerTo(waiting, { token: { claims: { nonce: nonceOf(earlier) } } });
    await refusedWith(waiting, 'oidc.nonce_mismatch', () => waiting.agent.get(address));
  });
  it('that of a sign-in that still waits in the same browser: oidc.nonce_mismatch', async () => {
    const one = await begin(stage.acme, stage.oidc);
    const two = await begin(stage.acme, stage.oidc, {}, one.agent);
    const address = await answerTo(two, { token: { claims: { nonce: nonceOf(one) } } });
    await refusedWith(two, 'oidc.nonce_mismatch', () => two.agent.get(address));
  });
});

describe('a code belongs to the request that it was given for (T105)', () => {
  accept(here, [{ name: 'the code of the request' }]);
  const stolen = async (): Promise<string> =>
    (await stage.idp.authorize((await begin(stage.acme, stage.oidc)).url))['code'] ?? '';
  refuse(here, [
    {
      name: 'the attacker’s code under the victim’s state, at a provider that checks PKCE',
      code: 'oidc.code_refused',
      fields: async (fields) => ({ ...fields, code: await stolen() }),
    },
    { name: 'an invented code', code: 'oidc.code_refused', fields: withField('code', 'invented-by-somebody') },
    { name: 'an empty code', code: 'oidc.answer_malformed', fields: withField('code', '') },
    { name: 'no code', code: 'oidc.answer_malformed', fields: without('code') },
    { name: 'a code of 10 kB', code: 'oidc.answer_malformed', fields: withField('code', 'c'.repeat(10_000)) },
    { name: 'an error and a code', code: 'oidc.answer_contradictory', fields: withField('error', 'access_denied') },
    { name: 'an empty error and a code', code: 'oidc.answer_contradictory', fields: withField('error', '') },
    ...['id_token', 'access_token', 'token', 'response'].map((name) => ({
      name: `${name} and a code`,
      code: 'oidc.answer_contradictory',
      fields: withField(name, 'injected-by-somebody'),
    })),
    {
      name: 'fifty more fields',
      code: 'oidc.answer_malformed',
      fields: (fields) => ({ ...fields, ...Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`f${at}`, 'x'])) }),
    },
    {
      name: 'an error',
      code: 'oidc.access_denied',
      fields: ({ state = '', iss = '' }) => ({ state, iss, error: 'access_denied' }),
    },
  ]);
  it('the attacker’s code under the victim’s state, at a provider that does not check PKCE: the nonce is another', async () => {
    const attacker = await begin(stage.acme, stage.oidc);
    const waiting = await begin(stage.acme, stage.oidc);
    const token = signedFor({ ...attacker, sub: 'mallory-0001', email: 'mallory@acme.example' });
    const address = await answerTo(waiting, { code: await stolen(), tokenAnswer: tokensWith(token) });
    await refusedWith(waiting, 'oidc.nonce_mismatch', () => waiting.agent.get(address));
  });
  it('the victim’s code in the attacker’s browser under the attacker’s state: the nonce is another', async () => {
    const victim = await begin(stage.acme, stage.oidc);
    const attacker = await begin(stage.acme, stage.oidc);
    const { code } = await stage.idp.authorize(victim.url);
    const token = signedFor({ ...victim, sub: VICTIM, email: VICTIM_EMAIL });
    const address = await answerTo(attacker, { code, tokenAnswer: tokensWith(token) });
    await refusedWith(attacker, 'oidc.nonce_mismatch', () => attacker.agent.get(address));
  });
  it('a code twice, at a provider that redeems it twice: sign_in.answer_replayed', async () => {
    // The ID token says all that is asked for: the access token is never used.
    const bare = await stage.acme.connectOidc(stage.idp, { slug: 'bare', oidc: { userinfoClaims: ['email'] } });
    const first = await begin(stage.acme, bare);
    const { code } = await stage.idp.authorize(first.url);
    const person = { sub: 'alice-0001', email: 'alice@acme.example' };
    const redeemed = async (waiting: typeof first) =>
      waiting.agent.get(await answerTo(waiting, { code, tokenAnswer: tokensWith(signedFor({ ...waiting, ...person })) }));
    await signsIn(first, { arrived: await redeemed(first), asked: first.asked });
    const second = await begin(stage.acme, bare);
    await refusedWith(second, 'sign_in.answer_replayed', () => redeemed(second));
  });
});

/** An ID token with everything right for one sign-in, as a provider signs it. */
function signedFor({ url, sub, email }: { url: URL; sub: string; email: string }): string {
  const [key] = stage.idp.keys;
  const claims = {
    iss: stage.idp.issuer,
    aud: url.searchParams.get('client_id'),
    sub,
    email,
    email_verified: true,
    nonce: url.searchParams.get('nonce'),
    iat: stage.at(0),
    exp: stage.at(300),
  };
  return signJws(JSON.stringify({ alg: key?.alg, kid: key?.kid }), JSON.stringify(claims), {
    alg: key?.alg ?? '',
    key: key?.privateKey,
  });
}

const tokensWith = (idToken: string) => ({
  status: 200,
  body: JSON.stringify({ access_token: 'a'.repeat(32), token_type: 'Bearer', id_token: idToken }),
});
