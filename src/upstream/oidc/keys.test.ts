import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { World } from '#kernel/world.ts';
import { type Driver, makeKey, type OidcIdp, type SignatureAlgorithm, type SigningKey, startDriver } from '#test/oidc/index.ts';
import { createKeySets } from './key-sets.ts';

const MINUTE = 60_000;

describe('RFC 7518: the algorithms on the list', () => {
  for (const alg of [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
  ] as SignatureAlgorithm[]) {
    it(`control: signs in with ${alg}, and notices one changed byte`, async () => {
      const driver = await startDriver({ alg });
      assert.equal((await driver.signIn()).identity.subject, 'alice-0001');
      driver.idp.nextToken({
        raw: (token) =>
          token.replace(
            /\.([^.]*)$/,
            (_all, signature: string) => `.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
          ),
      });
      await driver.refused('oidc.signature_invalid');
      await driver.close();
    });
  }
});

describe('T90: keys that are no good', () => {
  let driver: Driver;
  let idp: OidcIdp;
  before(async () => {
    ({ idp } = await startDriver({ alg: 'RS256' }));
  });
  after(() => idp.close());
  beforeEach(async () => {
    idp.jwks(undefined);
    driver = await startDriver({ idp });
  });
  const key = (): SigningKey => driver.idp.keys[0] as SigningKey;
  const publish = (...jwks: Record<string, unknown>[]): void => driver.idp.jwks({ json: { keys: jwks } });

  const cases: [string, string, () => Record<string, unknown>[]][] = [
    ['two keys with one name', 'oidc.key_ambiguous', () => [key().jwk, makeKey(key().kid, 'RS256').jwk]],
    ['the same key twice', 'oidc.key_ambiguous', () => [key().jwk, key().jwk]],
    ['use enc', 'oidc.keys_unavailable', () => [{ ...key().jwk, use: 'enc' }]],
    ['use enc beside another', 'oidc.key_unknown', () => [{ ...key().jwk, use: 'enc' }, makeKey('other', 'RS256').jwk]],
    ['key_ops without verify', 'oidc.keys_unavailable', () => [{ ...key().jwk, use: undefined, key_ops: ['encrypt'] }]],
    ['oct', 'oidc.keys_unavailable', () => [{ kty: 'oct', kid: key().kid, k: 'c2VjcmV0' }]],
    ['another alg', 'oidc.key_unknown', () => [{ ...key().jwk, alg: 'PS256' }]],
    ['another kind of key', 'oidc.key_unknown', () => [makeKey(key().kid, 'ES256').jwk]],
    ['e = 1', 'oidc.key_unusable', () => [{ ...key().jwk, e: 'AQ' }]],
    ['an even e', 'oidc.key_unusable', () => [{ ...key().jwk, e: 'AQAA' }]],
    ['no modulus', 'oidc.key_unusable', () => [{ ...key().jwk, n: undefined }]],
    ['a modulus of zero', 'oidc.key_unusable', () => [{ ...key().jwk, n: 'AA' }]],
    ['members that are no objects', 'oidc.keys_unavailable', () => [null, 'key', 7] as unknown as Record<string, unknown>[]],
    ['10,000 keys', 'oidc.keys_unavailable', () => Array.from({ length: 10_000 }, (_, at) => ({ kty: 'RSA', kid: `k${at}` }))],
  ];
  for (const [what, code, keys] of cases) {
    it(`refuses ${what}`, async () => {
      publish(...keys());
      await driver.refused(code);
    });
  }
  it('refuses RSA of 1,024 bits', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    publish({ ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256' });
    driver.idp.nextToken({ key: privateKey });
    await driver.refused('oidc.key_unusable');
  });
  it('refuses an EC point that is off its curve', async () => {
    const ec = makeKey('ec', 'ES256');
    publish({ ...ec.jwk, y: ec.jwk.x });
    driver.idp.nextToken({ key: ec.privateKey, alg: 'ES256', header: { kid: 'ec' } });
    await driver.refused('oidc.key_unusable');
  });
  it('refuses a token without key id where several keys fit', async () => {
    driver.idp.rotateKeys({ keepOld: true, alg: 'RS256' });
    driver.idp.nextToken({ header: { kid: undefined } });
    await driver.refused('oidc.key_ambiguous');
  });
  it('refuses a key set with a member twice, of the wrong shape, not JSON, or too large', async () => {
    for (const body of ['{"keys":[],"keys":[]}', '[]', '<html>', '{"keys":{}}', `{"keys":[],"x":"${'x'.repeat(600_000)}"}`]) {
      driver.idp.jwks({ body });
      await driver.refused('oidc.keys_unavailable');
    }
  });
  it('control: a key beside symmetric ones, ones for encryption and unknown ones; without alg and use', async () => {
    const { alg: _alg, use: _use, ...bare } = key().jwk;
    publish(
      { kty: 'oct', kid: key().kid, k: 'AA' },
      { ...makeKey(key().kid, 'RS256').jwk, use: 'enc' },
      { kty: 'AKP', kid: 'pq' },
      bare,
    );
    await driver.signIn();
  });
});

describe('T91: keys that change', () => {
  let driver: Driver;
  beforeEach(async () => {
    driver = await startDriver();
    await driver.signIn();
  });
  afterEach(() => driver.close());

  it('signs in with a key that was made just before signing', async () => {
    driver.idp.rotateKeys();
    await driver.signIn();
    assert.equal(driver.idp.count('jwks'), 2);
  });
  it('signs in with a new key under the old name', async () => {
    driver.idp.rotateKeys({ kid: 'key-1' });
    await driver.signIn();
  });
  it('fetches keys once for many sign-ins, and anew after ten minutes', async () => {
    for (let round = 0; round < 3; round += 1) await driver.signIn();
    assert.equal(driver.idp.count('jwks'), 1);
    driver.clock.time += 11 * MINUTE;
    await driver.signIn();
    assert.equal(driver.idp.count('jwks'), 2);
  });
  it('trusts a withdrawn key for ten minutes and no longer', async () => {
    const [old] = driver.idp.keys;
    driver.idp.rotateKeys();
    driver.idp.nextToken({ key: old?.privateKey, header: { kid: 'key-1' } });
    await driver.signIn();
    driver.clock.time += 11 * MINUTE;
    driver.idp.nextToken({ key: old?.privateKey, header: { kid: 'key-1' } });
    await driver.refused('oidc.key_unknown');
  });
  for (const [what, change] of [
    ['500', { status: 500, body: 'oops' }],
    ['no keys', { json: { keys: [] } }],
    ['HTML', { body: '<html>' }],
    ['a redirect', { status: 302, headers: { location: '/' } }],
  ] as const) {
    it(`keeps the old keys while the provider answers ${what}, for a day`, async () => {
      driver.idp.jwks(change);
      driver.clock.time += 11 * MINUTE;
      await driver.signIn();
      await driver.signIn();
      assert.equal(driver.idp.count('jwks'), 2, 'a failing key set is asked for once a minute');
      driver.clock.time += 25 * 60 * MINUTE;
      await driver.refused('oidc.keys_unavailable');
      driver.idp.jwks(undefined);
      driver.clock.time += 2 * MINUTE;
      await driver.signIn();
    });
  }
  it('signs in as soon as a provider that never had keys publishes some', async () => {
    const fresh = await startDriver();
    fresh.idp.jwks({ status: 503 });
    await fresh.refused('oidc.keys_unavailable');
    fresh.idp.jwks(undefined);
    await fresh.signIn();
    await fresh.close();
  });
});

describe('T92: invented key ids', () => {
  let driver: Driver;
  before(async () => {
    driver = await startDriver();
  });
  after(() => driver.close());
  it('make at most two requests, however many there are', async () => {
    await driver.signIn();
    for (let at = 0; at < 50; at += 1) {
      driver.clock.time += 100;
      driver.idp.nextToken({ header: { kid: `random-${at}` } });
      await driver.refused('oidc.key_unknown');
    }
    assert.equal(driver.idp.count('jwks'), 2);
  });
  it('also when a thousand come at once', async () => {
    const { world, asked } = publisher(() => driver.clock.time);
    const keySets = createKeySets({ capacity: 2 });
    await keySets.current('a', world);
    const renewed = await Promise.all(Array.from({ length: 1000 }, () => keySets.renew('a', world)));
    assert.equal(asked.length, 2);
    assert.ok(
      renewed.every((keys) => keys?.length === 1),
      'all who waited got what one asked for',
    );
    assert.equal(await keySets.renew('a', world), undefined);
  });
  it('do not keep others out: the keys at hand go on', async () => {
    await driver.signIn();
  });
  it('control: a new key is found again after a minute', async () => {
    driver.clock.time += 61_000;
    driver.idp.rotateKeys();
    await driver.signIn();
  });
});

describe('a store of keys with a bound', () => {
  it('forgets the keys that were not used for longest', async () => {
    const { world, asked } = publisher(() => 0);
    const keySets = createKeySets({ capacity: 2 });
    for (const uri of ['a', 'b', 'a', 'c', 'a', 'b']) await keySets.current(uri, world);
    assert.deepEqual(asked, ['a', 'b', 'c', 'b']);
  });
  it('asks once for all who wait', async () => {
    const { world, asked } = publisher(() => 0);
    const keySets = createKeySets({ capacity: 2 });
    await Promise.all(Array.from({ length: 20 }, () => keySets.current('a', world)));
    assert.equal(asked.length, 1);
  });
});

/** A world in which every address answers with one key, a turn of the event loop later. */
function publisher(time: () => number): { world: World; asked: string[] } {
  const asked: string[] = [];
  const body = JSON.stringify({ keys: [makeKey('k').jwk] });
  const fetch = async (url: string | URL): Promise<Response> => {
    asked.push(String(url));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    return new Response(body);
  };
  return { world: { now: () => new Date(time()), randomBytes: (length) => new Uint8Array(length), fetch }, asked };
}
