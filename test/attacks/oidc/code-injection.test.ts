import { after, before, describe, it } from 'node:test';
import { signJws } from '../../kit/oidc/index.ts';
import { signsIn } from '../oracles.ts';
import {
  accept,
  answerTo,
  begin,
  nonceOf,
  openStage,
  refuse,
  refusedWith,
  type Stage,
  stateOf,
  VICTIM,
  VICTIM_EMAIL,
  withField,
  without,
} from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

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
