import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driver, refusesToken, setUp } from './id-token.fixture.ts';

setUp();

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
