import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { codeOf } from '../../kit/agent.ts';
import { type AnswerChange, makeKey, type SigningKey } from '../../kit/oidc/index.ts';
import { accept, acceptOne, answerTo, begin, openStage, refuse, refuseOne, type Stage } from './stage.ts';

/** For so long a withdrawn key may still be trusted, in seconds, and a little more. */
const KEYS_ARE_OLD = 601;
/** After so long an unknown key id makes the gateway look again, in seconds, and a little more. */
const LOOKS_AGAIN = 61;

let stage: Stage;
let sets = 0;
const here = (): Stage => stage;
const key = (): SigningKey => stage.idp.keys[0] as SigningKey;

/** The provider publishes at an address where nobody has looked yet. */
async function publishAnew(): Promise<void> {
  stage.idp.jwks(undefined);
  sets += 1;
  await stage.oidc.change({ oidc: { jwksUri: `${stage.idp.issuer}/jwks?set=${sets}` } });
}

describe('a published key is one that can be trusted (T90)', () => {
  before(async () => {
    stage = await openStage({ idp: { alg: 'RS256' } });
  });
  after(() => stage.close());
  beforeEach(publishAnew);

  const publish = (make: () => Record<string, unknown>[]) => (): void => stage.idp.jwks({ json: { keys: make() } });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const curve = makeKey('curve');
  const byCurve = { key: curve.privateKey, alg: 'ES256', header: { kid: 'curve' } };
  accept(here, [
    { name: 'one key' },
    { name: 'without use and alg', prepare: publish(() => [{ ...key().jwk, use: undefined, alg: undefined }]) },
    {
      name: 'beside symmetric keys, keys for encryption and unknown ones, all of its name',
      prepare: publish(() => {
        const kid = key().kid;
        return [{ kty: 'oct', kid, k: 'AAAA' }, { ...makeKey(kid, 'RS256').jwk, use: 'enc' }, { kty: 'AKP', kid }, key().jwk];
      }),
    },
    { name: 'on the curve P-256', prepare: publish(() => [curve.jwk]), token: byCurve },
  ]);
  refuse(here, [
    { name: 'two of one name', code: 'oidc.key_ambiguous', prepare: publish(() => [key().jwk, makeKey(key().kid, 'RS256').jwk]) },
    {
      name: 'two of one name, the stranger’s first',
      code: 'oidc.key_ambiguous',
      prepare: publish(() => [makeKey(key().kid, 'RS256').jwk, key().jwk]),
    },
    { name: 'the same twice', code: 'oidc.key_ambiguous', prepare: publish(() => [key().jwk, key().jwk]) },
    { name: 'use enc', code: 'oidc.keys_unavailable', prepare: publish(() => [{ ...key().jwk, use: 'enc' }]) },
    {
      name: 'use enc, beside another',
      code: 'oidc.key_unknown',
      prepare: publish(() => [{ ...key().jwk, use: 'enc' }, makeKey('other', 'RS256').jwk]),
    },
    {
      name: 'key_ops without verify',
      code: 'oidc.keys_unavailable',
      prepare: publish(() => [{ ...key().jwk, use: undefined, key_ops: ['encrypt', 'wrapKey'] }]),
    },
    {
      name: 'oct, and a token that is signed with it',
      code: 'oidc.algorithm_refused',
      prepare: publish(() => [
        { kty: 'oct', kid: key().kid, k: Buffer.from('published to everybody').toString('base64url') },
        key().jwk,
      ]),
      token: { alg: 'HS256', key: Buffer.from('published to everybody') },
    },
    { name: 'oct alone', code: 'oidc.keys_unavailable', prepare: publish(() => [{ kty: 'oct', kid: key().kid, k: 'AAAA' }]) },
    {
      name: 'RSA-1024',
      code: 'oidc.key_unusable',
      prepare: publish(() => [{ ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256' }]),
      token: { key: weak.privateKey, header: { kid: 'weak' } },
    },
    { name: 'RSA with e = 1', code: 'oidc.key_unusable', prepare: publish(() => [{ ...key().jwk, e: 'AQ' }]) },
    { name: 'RSA with an even e', code: 'oidc.key_unusable', prepare: publish(() => [{ ...key().jwk, e: 'AQAA' }]) },
    { name: 'RSA with a modulus of zero', code: 'oidc.key_unusable', prepare: publish(() => [{ ...key().jwk, n: 'AA' }]) },
    { name: 'RSA without a modulus', code: 'oidc.key_unusable', prepare: publish(() => [{ ...key().jwk, n: undefined }]) },
    { name: 'for another algorithm', code: 'oidc.key_unknown', prepare: publish(() => [{ ...key().jwk, alg: 'PS256' }]) },
    {
      name: 'EC with a point off its curve',
      code: 'oidc.key_unusable',
      prepare: publish(() => [{ ...curve.jwk, y: curve.jwk.x }]),
      token: byCurve,
    },
    {
      name: 'EC with a point at zero',
      code: 'oidc.key_unusable',
      prepare: publish(() => [{ ...curve.jwk, x: 'AA', y: 'AA' }]),
      token: byCurve,
    },
    {
      name: 'EC of another curve',
      code: 'oidc.key_unknown',
      prepare: publish(() => [{ ...curve.jwk, crv: 'P-384' }]),
      token: byCurve,
    },
    {
      name: 'ten thousand of them',
      code: 'oidc.keys_unavailable',
      prepare: publish(() => Array.from({ length: 10_000 }, (_, at) => ({ kty: 'RSA', kid: `k${at}` }))),
    },
    {
      name: 'members that are no keys',
      code: 'oidc.keys_unavailable',
      prepare: publish(() => [null, 'key', 7, []] as unknown as Record<string, unknown>[]),
    },
  ]);
  const answers: Record<string, AnswerChange> = {
    'a page': { headers: { 'content-type': 'text/html' }, body: '<html></html>' },
    'a list': { body: '[]' },
    'keys twice': { body: '{"keys":[],"keys":[]}' },
    'no keys': { json: { keys: undefined } },
    'keys that are no list': { json: { keys: {} } },
    'an error': { status: 500 },
    nothing: { body: '' },
    'a redirect': { status: 302, headers: { location: '/jwks?elsewhere' } },
    '10 MB': { body: `{"keys":[],"x":"${'x'.repeat(10_000_000)}"}` },
  };
  refuse(
    here,
    Object.entries(answers).map(([name, change]) => ({
      name: `the key set is ${name}`,
      code: 'oidc.keys_unavailable',
      prepare: () => stage.idp.jwks(change),
    })),
  );
});

describe('keys change, and providers fail (T91)', () => {
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());
  beforeEach(publishAnew);
  afterEach(() => stage.idp.jwks(undefined));

  it('a key that was made after the gateway looked signs people in at once', async () => {
    await acceptOne(stage);
    const before = stage.idp.count('jwks');
    await acceptOne(stage, { between: () => void stage.idp.rotateKeys() });
    assert.equal(stage.idp.count('jwks'), before + 1);
  });
  it('so does a new key under the old name', async () => {
    await acceptOne(stage);
    await acceptOne(stage, { between: () => void stage.idp.rotateKeys({ kid: key().kid }) });
  });
  it('a withdrawn key is trusted for ten minutes at most', async () => {
    await acceptOne(stage);
    const old = key();
    const token = { key: old.privateKey, header: { kid: old.kid } };
    stage.idp.rotateKeys();
    stage.advance(KEYS_ARE_OLD);
    await refuseOne(stage, { token }, 'oidc.key_unknown');
    await acceptOne(stage);
  });
  const failures: Record<string, AnswerChange> = {
    'an error': { status: 500 },
    'no keys': { json: { keys: [] } },
    'a page': { headers: { 'content-type': 'text/html' }, body: '<html></html>' },
    'a redirect': { status: 302, headers: { location: '/elsewhere' } },
  };
  for (const [what, change] of Object.entries(failures)) {
    it(`while the key set is ${what}, the keys that were known go on, and no others`, async () => {
      await acceptOne(stage);
      stage.idp.jwks(change);
      stage.advance(KEYS_ARE_OLD);
      await acceptOne(stage);
      await refuseOne(stage, { token: { key: makeKey('new').privateKey, header: { kid: 'new' } } }, 'oidc.key_unknown');
      stage.advance(25 * 3600);
      await refuseOne(stage, {}, 'oidc.keys_unavailable');
      stage.idp.jwks(undefined);
      stage.advance(LOOKS_AGAIN);
      await acceptOne(stage);
    });
  }
});

describe('invented key ids make the gateway look once, however many there are (T92)', () => {
  /** Enough for any honest burst, and what the list of attacks names. */
  const TOKENS = 1000;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  it('a thousand tokens, each with another kid, cost the provider two requests at most', async () => {
    await acceptOne(stage);
    const before = stage.idp.count('jwks');
    for (let at = 0; at < TOKENS; at += 1) {
      const waiting = await begin(stage.acme, stage.oidc);
      const address = await answerTo(waiting, {
        code: `code-of-sign-in-${at}`,
        tokenAnswer: { status: 200, ...tokenAnswerWith(`invented-${at}`) },
      });
      const visit = await waiting.agent.get(address);
      assert.equal(codeOf(visit), 'oidc.key_unknown');
    }
    assert.ok(stage.idp.count('jwks') - before <= 2, `${stage.idp.count('jwks') - before} requests`);
  });
  it('the valid control signs in after them', async () => {
    await acceptOne(stage);
  });
  it('and so does a new key, a minute later', async () => {
    stage.idp.rotateKeys();
    stage.advance(LOOKS_AGAIN);
    await acceptOne(stage);
  });
});

/** What a hostile provider answers, whatever the code. */
function tokenAnswerWith(kid: string): AnswerChange {
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  const token = `${part({ alg: 'ES256', kid })}.${part({ sub: 'mallory-0001' })}.${Buffer.alloc(64, 1).toString('base64url')}`;
  return { body: JSON.stringify({ access_token: 'a'.repeat(32), token_type: 'Bearer', id_token: token }) };
}
