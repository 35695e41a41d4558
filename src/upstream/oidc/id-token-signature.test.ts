import assert from 'node:assert/strict';
import { createHmac, type KeyObject } from 'node:crypto';
import { describe, it } from 'node:test';
import { makeKey, signJws, type TokenChange } from '#test/oidc/index.ts';
import { driver, refusesToken, setUp } from './id-token.fixture.ts';

setUp();

const attacker = makeKey('key-1', 'RS256');
const publicKey = (): KeyObject => driver.idp.keys[0]?.publicKey as KeyObject;

describe('T85: a signature is demanded', () => {
  for (const alg of ['none', 'None', 'nONe', 'NONE', ''])
    refusesToken(`alg "${alg}" and an empty signature`, 'oidc.token_malformed', { alg: 'none', header: { alg } });
  for (const alg of ['none', 'None', 'nONe', 'NONE', ''])
    refusesToken(`alg "${alg}" and some signature`, 'oidc.algorithm_refused', { header: { alg } });
  refusesToken('alg missing', 'oidc.algorithm_refused', { header: { alg: undefined } });
  refusesToken('alg as a list', 'oidc.algorithm_refused', { header: { alg: ['RS256'] } });
  refusesToken('an empty signature under RS256', 'oidc.token_malformed', { raw: (token) => token.replace(/[^.]*$/, '') });
  refusesToken('no signature part', 'oidc.token_malformed', { raw: (token) => token.split('.').slice(0, 2).join('.') });
  refusesToken('a signature of one byte', 'oidc.signature_invalid', { raw: (token) => token.replace(/[^.]*$/, 'AA') });
  refusesToken('a part that no bytes encode to', 'oidc.token_malformed', { raw: (token) => token.replace(/[^.]*$/, 'AAAAA') });
  refusesToken('claims changed after signing', 'oidc.signature_invalid', {
    raw: (token) => {
      const [header, , signature] = token.split('.');
      return `${header}.${Buffer.from('{"sub":"admin"}').toString('base64url')}.${signature}`;
    },
  });
  refusesToken('padding', 'oidc.token_malformed', { raw: (token) => `${token}=` });
  refusesToken('white space', 'oidc.token_malformed', { raw: (token) => ` ${token}` });
});

describe('T86: the public key is no shared secret', () => {
  const forms: [string, () => Buffer][] = [
    ['PEM', () => Buffer.from(publicKey().export({ type: 'spki', format: 'pem' }))],
    ['DER', () => publicKey().export({ type: 'spki', format: 'der' })],
    ['PKCS#1', () => publicKey().export({ type: 'pkcs1', format: 'der' })],
    ['the modulus', () => Buffer.from(String(publicKey().export({ format: 'jwk' }).n), 'base64url')],
    ['JWK', () => Buffer.from(JSON.stringify(publicKey().export({ format: 'jwk' })))],
    ['the client secret', () => Buffer.from('a-secret')],
  ];
  for (const [form, key] of forms)
    refusesToken(`HS256 keyed with ${form}`, 'oidc.algorithm_refused', () => ({ alg: 'HS256', key: key() }));
  refusesToken('an HMAC that calls itself RS256', 'oidc.signature_invalid', () => ({
    raw: (token) => {
      const input = token.split('.').slice(0, 2).join('.');
      return `${input}.${createHmac('sha256', forms[0]?.[1]() ?? '')
        .update(input)
        .digest('base64url')}`;
    },
  }));
});

describe('T88: the header brings no key', () => {
  refusesToken('jwk of the attacker', 'oidc.signature_invalid', { key: attacker.privateKey, header: { jwk: attacker.jwk } });
  refusesToken('jwk of the attacker under a new kid', 'oidc.key_unknown', {
    key: attacker.privateKey,
    header: { jwk: attacker.jwk, kid: 'mine' },
  });
  for (const name of ['jku', 'x5u']) {
    it(`${name} is fetched by nobody`, async () => {
      driver.idp.nextToken({ key: attacker.privateKey, header: { [name]: `${driver.idp.issuer}/canary` } });
      await driver.refused('oidc.signature_invalid');
      assert.equal(driver.idp.count('other'), 0);
    });
  }
  refusesToken('x5c of the attacker', 'oidc.signature_invalid', { key: attacker.privateKey, header: { x5c: ['MIIB'] } });
  it('control: a token that carries its own published key and certificate is judged by the published set alone', async () => {
    driver.idp.nextToken({ header: { jwk: driver.idp.keys[0]?.jwk, x5c: ['MIIB'], x5t: 'abc' } });
    await driver.signIn();
  });
});

describe('T89: the key id is a name, not a path, a query or a member', () => {
  for (const kid of [
    '../../dev/null',
    "' OR 1=1--",
    'https://evil.example/key',
    '__proto__',
    'constructor',
    'key-1 ',
    'KEY-1',
    '',
  ]) {
    refusesToken(`kid ${JSON.stringify(kid)}`, 'oidc.key_unknown', { key: attacker.privateKey, header: { kid } });
  }
  refusesToken('kid of 257 characters', 'oidc.header_refused', { header: { kid: 'k'.repeat(257) } });
  refusesToken('kid of 256 characters that nobody has', 'oidc.key_unknown', { header: { kid: 'k'.repeat(256) } });
  refusesToken('kid of 64 kB', 'oidc.header_refused', { header: { kid: 'k'.repeat(65_536) } });
  refusesToken('kid that is no text', 'oidc.header_refused', { header: { kid: 1 } });
  refusesToken('kid that is a list of the right one', 'oidc.header_refused', { header: { kid: ['key-1'] } });
  it('control: a missing kid is fine where only one key fits', async () => {
    driver.idp.nextToken({ header: { kid: undefined } });
    await driver.signIn();
  });
});

describe('RFC 8725 §3.11: a token of another kind is no ID token', () => {
  for (const typ of ['at+jwt', 'logout+jwt', 'application/at+jwt', 'secevent+jwt', 1])
    refusesToken(`typ ${typ}`, 'oidc.header_refused', { header: { typ } });
  refusesToken('typ JWT and more', 'oidc.header_refused', { header: { typ: 'JWT+more' } });
  refusesToken('typ as a list of the right one', 'oidc.header_refused', { header: { typ: ['JWT'] } });
  refusesToken('crit', 'oidc.header_refused', { header: { crit: ['exp'], exp: 1 } });
  refusesToken('an empty crit', 'oidc.header_refused', { header: { crit: [] } });
  refusesToken('b64', 'oidc.header_refused', { header: { b64: false } });
  it('control: typ may be missing or written otherwise', async () => {
    for (const typ of [undefined, 'jwt', 'application/jwt']) {
      driver.idp.nextToken({ header: { typ } });
      await driver.signIn();
    }
  });
});

describe('T109: an encrypted token is refused before it costs anything', () => {
  const jwe = (header: Record<string, unknown>): TokenChange => ({
    raw: () => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.AA.AA.AA.AA`,
  });
  refusesToken(
    'PBES2 with a count of 2147483647',
    'oidc.token_encrypted',
    jwe({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2_147_483_647, p2s: 'AA' }),
  );
  refusesToken('zip DEF', 'oidc.token_encrypted', jwe({ alg: 'RSA-OAEP', enc: 'A256GCM', zip: 'DEF' }));
  refusesToken('dir with an empty key', 'oidc.token_encrypted', jwe({ alg: 'dir', enc: 'A128GCM' }));
  refusesToken('six parts', 'oidc.token_malformed', { raw: (token) => `${token}.AA.AA.AA` });
  refusesToken('zip in a signed token', 'oidc.header_refused', { header: { zip: 'DEF' } });
});

describe('a stranger who signs with the right shape', () => {
  it('is refused although everything but the key is right', async () => {
    driver.idp.nextToken({ payloadText: (payload) => JSON.stringify(payload), key: attacker.privateKey });
    await driver.refused('oidc.signature_invalid');
    const forged = signJws('{"alg":"ES256","kid":"key-1"}', '{}', { alg: 'ES256', key: makeKey('key-1', 'ES256').privateKey });
    driver.idp.nextToken({ raw: () => forged });
    await driver.refused('oidc.key_unknown');
  });
});
