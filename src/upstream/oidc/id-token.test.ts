import assert from 'node:assert/strict';
import { createHmac, type KeyObject } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Driver, makeKey, signJws, startDriver, type TokenChange } from '#test/oidc/index.ts';

let driver: Driver;
const attacker = makeKey('key-1', 'RS256');

before(async () => {
  driver = await startDriver({ alg: 'RS256' });
});
after(() => driver.close());
beforeEach(async () => {
  assert.equal((await driver.signIn()).identity.subject, 'alice-0001');
});

function refusesToken(
  what: string,
  code: string,
  change: TokenChange | (() => TokenChange),
  settings: Record<string, unknown> = {},
): void {
  it(`refuses ${what}`, async () => {
    driver.idp.nextToken(typeof change === 'function' ? change() : change);
    await driver.refused(code, { settings });
  });
}
const now = (): number => Math.floor(driver.clock.time / 1000);
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

describe('T93: the issuer is equal in every character', () => {
  const issuer = (): string => driver.idp.issuer;
  refusesToken('iss missing', 'oidc.issuer_mismatch', { claims: { iss: undefined } });
  refusesToken('iss empty', 'oidc.issuer_mismatch', { claims: { iss: '' } });
  refusesToken('iss null', 'oidc.issuer_mismatch', { claims: { iss: null } });
  refusesToken('another iss', 'oidc.issuer_mismatch', { claims: { iss: 'https://evil.example' } });
  refusesToken('iss with a slash', 'oidc.issuer_mismatch', () => ({ claims: { iss: `${issuer()}/` } }));
  refusesToken('iss in capitals', 'oidc.issuer_mismatch', () => ({ claims: { iss: issuer().toUpperCase() } }));
  refusesToken('iss in a list', 'oidc.issuer_mismatch', () => ({ claims: { iss: [issuer()] } }));
});

describe('T94: the audience is this client', () => {
  refusesToken('aud missing', 'oidc.audience_mismatch', { claims: { aud: undefined } });
  refusesToken('another aud', 'oidc.audience_mismatch', { claims: { aud: 'other' } });
  refusesToken('aud that begins alike', 'oidc.audience_mismatch', { claims: { aud: 'gateway2' } });
  refusesToken('an empty list', 'oidc.audience_mismatch', { claims: { aud: [] } });
  refusesToken('a nested list', 'oidc.audience_mismatch', { claims: { aud: [['gateway']] } });
  refusesToken('a list with something that is no text', 'oidc.audience_mismatch', {
    claims: { aud: ['gateway', 1], azp: 'gateway' },
  });
  refusesToken('an object', 'oidc.audience_mismatch', { claims: { aud: { gateway: true } } });
  refusesToken('a further audience without azp', 'oidc.authorized_party_mismatch', { claims: { aud: ['gateway', 'other'] } });
  refusesToken('a further audience with another azp', 'oidc.authorized_party_mismatch', {
    claims: { aud: ['gateway', 'other'], azp: 'other' },
  });
  refusesToken('another azp beside the right aud', 'oidc.authorized_party_mismatch', { claims: { azp: 'other' } });
  refusesToken('azp null', 'oidc.authorized_party_mismatch', { claims: { azp: null } });
  it('control: a list with only us, and one with others that names us as azp', async () => {
    for (const claims of [{ aud: ['gateway'] }, { aud: ['gateway', 'other'], azp: 'gateway' }]) {
      driver.idp.nextToken({ claims });
      await driver.signIn();
    }
  });
});

describe('T96: times are times, and now', () => {
  refusesToken('exp missing', 'oidc.time_malformed', { claims: { exp: undefined } });
  refusesToken('exp as a text', 'oidc.time_malformed', () => ({ claims: { exp: String(now() + 300) } }));
  refusesToken('exp 1e308', 'oidc.time_malformed', { claims: { exp: 1e308 } });
  refusesToken('exp beyond numbers', 'oidc.time_malformed', {
    payloadText: (payload) => JSON.stringify(payload).replace(/"exp":\d+/, '"exp":1e999'),
  });
  refusesToken('exp negative', 'oidc.time_malformed', { claims: { exp: -1 } });
  refusesToken('exp null', 'oidc.time_malformed', { claims: { exp: null } });
  refusesToken('exp past', 'oidc.token_expired', () => ({ claims: { exp: now() - 121, iat: now() - 400 } }));
  refusesToken('iat missing', 'oidc.time_malformed', { claims: { iat: undefined } });
  refusesToken('iat in an hour', 'oidc.token_not_yet_valid', () => ({ claims: { iat: now() + 3600, exp: now() + 4000 } }));
  refusesToken('iat of yesterday', 'oidc.token_too_old', () => ({ claims: { iat: now() - 86_400 } }));
  refusesToken('nbf in an hour', 'oidc.token_not_yet_valid', () => ({ claims: { nbf: now() + 3600 } }));
  refusesToken('nbf as a text', 'oidc.time_malformed', { claims: { nbf: 'now' } });
  it('control: clocks two minutes apart', async () => {
    driver.idp.nextToken({ claims: { exp: now() - 100, iat: now() - 400 } });
    await driver.signIn();
    driver.idp.nextToken({ claims: { iat: now() + 100, nbf: now() + 100 } });
    await driver.signIn();
  });
});

describe('T96: the person authenticated when and how it was asked for', () => {
  const asked = { maxAgeSeconds: 600 };
  refusesToken(
    'auth_time older than max_age',
    'oidc.authentication_too_old',
    () => ({ claims: { auth_time: now() - 721 } }),
    asked,
  );
  refusesToken('auth_time missing', 'oidc.authentication_time_missing', { claims: { auth_time: undefined } }, asked);
  refusesToken(
    'auth_time 0, which Glewlwyd always says',
    'oidc.authentication_time_missing',
    { claims: { auth_time: 0 } },
    asked,
  );
  refusesToken(
    'auth_time as a text',
    'oidc.authentication_time_missing',
    () => ({ claims: { auth_time: String(now()) } }),
    asked,
  );
  refusesToken('auth_time in an hour', 'oidc.authentication_too_old', () => ({ claims: { auth_time: now() + 3600 } }), asked);
  it('asks for max_age, and takes the shorter of what application and provider want', async () => {
    driver.idp.nextToken({ claims: { auth_time: now() - 100 } });
    const { url, identity } = await driver.signIn({ settings: asked, wish: { maxAgeSeconds: 60 } });
    assert.equal(url.searchParams.get('max_age'), '60');
    assert.equal(identity.authenticatedAt?.getTime(), (now() - 100) * 1000);
    driver.idp.nextToken({ claims: { auth_time: now() - 200 } });
    await driver.refused('oidc.authentication_too_old', { settings: asked, wish: { maxAgeSeconds: 60 } });
  });
  it('forces a new authentication with prompt=login, and notices an old one where the provider tells', async () => {
    const { url, identity } = await driver.signIn({ wish: { forceAuthn: true } });
    assert.equal(url.searchParams.get('prompt'), 'login');
    assert.equal(identity.authenticatedAt, null);
    driver.idp.nextToken({ claims: { auth_time: now() - 300 } });
    await driver.refused('oidc.authentication_too_old', { wish: { forceAuthn: true } });
  });
  it('asks only when so set', async () => {
    driver.idp.nextToken({ claims: { auth_time: undefined, acr: 'low', amr: ['pwd'] } });
    const settings = { ...asked, acrValues: ['high'], amrValues: ['mfa'], enforceContext: false };
    const { url, identity } = await driver.signIn({ settings });
    assert.equal(url.searchParams.get('acr_values'), 'high');
    assert.equal(identity.acr, 'low');
    assert.deepEqual(identity.amr, ['pwd']);
  });
  const context = { acrValues: ['high', 'higher'] };
  refusesToken('acr missing', 'oidc.context_mismatch', {}, context);
  refusesToken('another acr', 'oidc.context_mismatch', { claims: { acr: 'low' } }, context);
  refusesToken('acr in a list', 'oidc.context_mismatch', { claims: { acr: ['high'] } }, context);
  it('control: one of the acr values asked for; those of the application go first', async () => {
    driver.idp.nextToken({ claims: { acr: 'higher' } });
    assert.equal((await driver.signIn({ settings: context })).identity.acr, 'higher');
    await driver.refused('oidc.context_mismatch', { settings: context, wish: { acrValues: ['phr'] } });
    driver.idp.nextToken({ claims: { acr: 'higher' } });
    await driver.refused('oidc.context_mismatch', { settings: context, wish: { acrValues: ['phr'] } });
  });
  const methods = { amrValues: ['pwd', 'otp'] };
  refusesToken('a method missing', 'oidc.methods_mismatch', { claims: { amr: ['pwd'] } }, methods);
  refusesToken('amr missing', 'oidc.methods_mismatch', {}, methods);
  it('control: all methods asked for', async () => {
    driver.idp.nextToken({ claims: { amr: ['otp', 'pwd', 'mfa'] } });
    const { url } = await driver.signIn({ settings: methods });
    assert.deepEqual(JSON.parse(url.searchParams.get('claims') ?? ''), {
      id_token: { amr: { essential: true, values: ['pwd', 'otp'] } },
    });
  });
});

describe('T97: the subject is a text', () => {
  const bad: [string, unknown][] = [
    ['missing', undefined],
    ['empty', ''],
    ['a number', 7],
    ['a list', ['alice']],
    ['an object', { id: 1 }],
    ['null', null],
    ['300 characters', 'a'.repeat(300)],
    ['256 characters', 'a'.repeat(256)],
    ['with a line break', 'alice\n'],
    ['with NUL', 'alice\0'],
    ['blank', ' '],
    ['with a blank at the end', 'alice '],
    ['not ASCII', 'alicé'],
  ];
  for (const [what, sub] of bad) refusesToken(`sub ${what}`, 'oidc.subject_invalid', { claims: { sub } });
  refusesToken('sub in the header only', 'oidc.subject_invalid', { claims: { sub: undefined }, header: { sub: 'alice-0001' } });
  it('control: 255 characters', async () => {
    const sub = 'a'.repeat(255);
    driver.idp.nextToken({ claims: { sub } });
    driver.idp.nextUserinfo({ json: { sub } });
    assert.equal((await driver.signIn()).identity.subject, sub);
  });
});

describe('T98: an e-mail is verified by a literal true alone', () => {
  const cases: [unknown, string][] = [
    [true, 'verified'],
    [false, 'unverified'],
    [undefined, 'unstated'],
    ['true', 'unstated'],
    ['false', 'unstated'],
    [1, 'unstated'],
    [null, 'unstated'],
    [[true], 'unstated'],
  ];
  for (const [value, verdict] of cases) {
    it(`email_verified ${JSON.stringify(value)} is ${verdict}`, async () => {
      driver.idp.nextToken({ claims: { email_verified: value } });
      assert.equal((await driver.signIn({ settings: { userinfoEndpoint: null } })).identity.emailVerification, verdict);
    });
  }
  it('xms_edov means nothing at other providers than Microsoft', async () => {
    driver.idp.nextToken({ claims: { email_verified: undefined, xms_edov: true } });
    assert.equal((await driver.signIn({ settings: { userinfoEndpoint: null } })).identity.emailVerification, 'unstated');
  });
  it('says nothing without an e-mail', async () => {
    driver.idp.nextToken({ claims: { email: undefined } });
    assert.equal((await driver.signIn({ settings: { userinfoEndpoint: null } })).identity.emailVerification, 'unstated');
  });
});

describe('T104: the nonce is that of this sign-in', () => {
  refusesToken('nonce missing', 'oidc.nonce_mismatch', { claims: { nonce: undefined } });
  refusesToken('another nonce', 'oidc.nonce_mismatch', { claims: { nonce: 'n'.repeat(43) } });
  it('refuses the nonce of an earlier login', async () => {
    let earlier: unknown;
    driver.idp.nextToken({
      payloadText: (payload) => {
        earlier = payload.nonce;
        return JSON.stringify(payload);
      },
    });
    await driver.signIn();
    driver.idp.nextToken({ claims: { nonce: earlier } });
    await driver.refused('oidc.nonce_mismatch');
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

describe('T110: JSON that two readers understand differently', () => {
  const put =
    (member: string) =>
    (payload: Record<string, unknown>): string =>
      `{${member},${JSON.stringify(payload).slice(1)}`;
  for (const member of [
    '"aud":"evil"',
    '"sub":"admin"',
    '"email":"admin@acme.example"',
    '"\\u0073ub":"admin"',
    '"__proto__":{"admin":true}',
    '"a":"\\ud800"',
  ]) {
    refusesToken(member, 'oidc.token_malformed', { payloadText: put(member) });
  }
  refusesToken('nesting of 20,000', 'oidc.token_malformed', {
    payloadText: put(`"a":${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  });
  refusesToken('a byte order mark', 'oidc.token_malformed', { payloadText: (payload) => `\ufeff${JSON.stringify(payload)}` });
  refusesToken('a header with alg twice', 'oidc.token_malformed', { headerText: '{"alg":"none","alg":"RS256","kid":"key-1"}' });
  refusesToken('claims that are a list', 'oidc.token_malformed', { payloadText: (payload) => JSON.stringify([payload]) });
  refusesToken('200 kB', 'oidc.token_malformed', { claims: { filler: 'x'.repeat(150_000) } });
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
