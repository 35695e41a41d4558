import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import { type AnswerChange, type Driver, makeKey, signJws, startDriver, startOidcIdp } from '#test/oidc/index.ts';

let driver: Driver;
/** Path of the endpoint that is waited for no longer than a moment: only where it never answers, however slow the machine. */
let hangs = '';
before(async () => {
  const fetch = createGuardedFetch({ allowPrivateNetwork: true });
  driver = await startDriver({
    fetch: (url, options) => fetch(url, new URL(url).pathname === hangs ? { ...options, timeoutMilliseconds: 100 } : options),
  });
});
after(() => driver.close());
beforeEach(async () => {
  hangs = '';
  await driver.signIn();
});

const html = { headers: { 'content-type': 'text/html' }, body: '<html>{"access_token":"x"}</html>' };

describe('T108: the token endpoint', () => {
  const cases: [string, string, AnswerChange][] = [
    ['200 HTML', 'oidc.token_answer_unreadable', html],
    ['JSON that calls itself HTML', 'oidc.token_answer_unreadable', { headers: { 'content-type': 'text/html' } }],
    ['no content type', 'oidc.token_answer_unreadable', { headers: { 'content-type': '' } }],
    ['10 MB', 'fetch.too_large', { body: 'x'.repeat(10_000_000) }],
    ['a gzip bomb', 'fetch.too_large', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50_000_000)) }],
    ['a redirect', 'oidc.token_answer_unreadable', { status: 307, headers: { location: '/canary' } }],
    ['500', 'oidc.token_answer_unreadable', { status: 500, body: 'oops', headers: { 'content-type': 'text/plain' } }],
    ['201', 'oidc.token_answer_unreadable', { status: 201 }],
    ['hangs', 'fetch.too_slow', { hang: true }],
    ['not JSON', 'oidc.token_answer_unreadable', { body: '{"access_token":' }],
    ['a list', 'oidc.token_answer_unreadable', { body: '[]' }],
    [
      'id_token twice',
      'oidc.token_answer_unreadable',
      { body: '{"access_token":"a","token_type":"Bearer","id_token":"a","id_token":"b"}' },
    ],
    [
      'a byte order mark',
      'oidc.token_answer_unreadable',
      { body: '\ufeff{"access_token":"a","token_type":"Bearer","id_token":"a"}' },
    ],
    ['no access token', 'oidc.token_answer_unreadable', { json: { access_token: undefined } }],
    ['an access token with a line break', 'oidc.token_answer_unreadable', { json: { access_token: 'a\r\nb: c' } }],
    ['another token type', 'oidc.token_answer_unreadable', { json: { token_type: 'mac' } }],
    ['no ID token', 'oidc.id_token_missing', { json: { id_token: undefined } }],
    ['an ID token that is no text', 'oidc.id_token_missing', { json: { id_token: { a: 1 } } }],
    ['an ID token of nonsense', 'oidc.token_malformed', { json: { id_token: 'nonsense' } }],
    ['a scope that is no text', 'oidc.library_refused', { json: { scope: 7 } }],
  ];
  for (const [what, code, change] of cases) {
    it(`${what} is ${code}`, async () => {
      hangs = change.hang ? '/token' : '';
      driver.idp.nextTokenResponse(change);
      await driver.refused(code);
      assert.equal(driver.idp.count('other'), 0);
    });
  }
  const errors: [string, string, AnswerChange][] = [
    ['invalid_client', 'oidc.client_refused', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }],
    ['invalid_grant', 'oidc.code_refused', { status: 400 }],
    ['invalid_grant as 403', 'oidc.code_refused', { status: 403 }],
    ['unsupported_grant_type', 'oidc.token_refused', { status: 400 }],
  ];
  for (const [error, code, change] of errors) {
    it(`${error} is ${code}`, async () => {
      driver.idp.nextTokenResponse({
        ...change,
        body: JSON.stringify({
          error: error.split(' ')[0],
          error_description: 'AADSTS7000215: <script>alert(1)</script>\nInvalid client secret',
        }),
      });
      const problem = await driver.refused(code);
      assert.equal(problem.facts.aadsts, 'AADSTS7000215');
      assert.ok(!String(problem.facts.description).includes('\n'));
    });
  }
  it('an error with 200 is no success', async () => {
    driver.idp.nextTokenResponse({ body: '{"error":"invalid_grant"}' });
    await driver.refused('oidc.token_answer_unreadable');
  });
  it('nobody there is unreachable', async () => {
    const gone = await startOidcIdp();
    await gone.close();
    await driver.refused('fetch.unreachable', { settings: { tokenEndpoint: `${gone.issuer}/token` } });
  });
});

describe('T107: userinfo', () => {
  const cases: [string, string, AnswerChange][] = [
    ['another sub', 'oidc.userinfo_subject_mismatch', { json: { sub: 'mallory' } }],
    ['no sub', 'oidc.userinfo_subject_mismatch', { json: { sub: undefined } }],
    ['a sub in a list', 'oidc.userinfo_subject_mismatch', { json: { sub: ['alice-0001'] } }],
    ['two sub members', 'oidc.userinfo_unreadable', { body: '{"sub":"mallory","sub":"alice-0001"}' }],
    ['HTML', 'oidc.userinfo_unreadable', html],
    ['500', 'oidc.userinfo_unreadable', { status: 500 }],
    ['401', 'oidc.userinfo_unreadable', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }],
    ['a redirect', 'oidc.userinfo_unreadable', { status: 302, headers: { location: '/canary' } }],
    ['10 MB', 'fetch.too_large', { body: 'x'.repeat(10_000_000) }],
    ['hangs', 'fetch.too_slow', { hang: true }],
  ];
  for (const [what, code, change] of cases) {
    it(`${what} is ${code}`, async () => {
      hangs = change.hang ? '/userinfo' : '';
      driver.idp.nextUserinfo(change);
      await driver.refused(code);
      assert.equal(driver.idp.count('other'), 0);
    });
  }
  const signed = (change: { alg?: string; header?: string; claims?: Record<string, unknown>; key?: KeyObject }): AnswerChange => {
    const [key] = driver.idp.keys;
    const alg = change.alg ?? 'ES256';
    const claims = { iss: driver.idp.issuer, aud: 'gateway', sub: 'alice-0001', department: 'Research', ...change.claims };
    const body = signJws(change.header ?? JSON.stringify({ alg, kid: key?.kid }), JSON.stringify(claims), {
      alg,
      key: change.key ?? key?.privateKey,
    });
    return { headers: { 'content-type': 'application/jwt' }, body };
  };
  it('control: a signed answer is verified and read', async () => {
    driver.idp.nextUserinfo(signed({}));
    assert.equal((await driver.signIn()).identity.claims.department, 'Research');
  });
  it('refuses a signed answer with alg none, by another key, of another issuer, for another client, about somebody else', async () => {
    driver.idp.nextUserinfo(signed({ alg: 'none', header: '{"alg":"none"}' }));
    await driver.refused('oidc.token_malformed');
    driver.idp.nextUserinfo(signed({ header: '{"alg":"none"}' }));
    await driver.refused('oidc.algorithm_refused');
    driver.idp.nextUserinfo(signed({ key: makeKey('key-1').privateKey }));
    await driver.refused('oidc.signature_invalid');
    driver.idp.nextUserinfo(signed({ claims: { iss: 'https://evil.example' } }));
    await driver.refused('oidc.issuer_mismatch');
    driver.idp.nextUserinfo(signed({ claims: { aud: 'other' } }));
    await driver.refused('oidc.audience_mismatch');
    driver.idp.nextUserinfo(signed({ claims: { sub: 'mallory' } }));
    await driver.refused('oidc.userinfo_subject_mismatch');
  });
});

describe('claims from two sources', () => {
  const claimsOf = async (
    settings: Record<string, unknown>,
    token: Record<string, unknown>,
    userinfo: Record<string, unknown>,
  ) => {
    driver.idp.nextToken({ claims: { email: undefined, email_verified: undefined, groups: undefined, ...token } });
    driver.idp.nextUserinfo({ json: { email: undefined, email_verified: undefined, groups: undefined, ...userinfo } });
    return (await driver.signIn({ settings })).identity;
  };
  it('the ID token goes first, userinfo adds, and says nothing about the token itself', async () => {
    const { claims, acr } = await claimsOf(
      {},
      { locale: 'de' },
      { locale: 'en', department: 'Research', acr: 'high', aud: 'x', tid: 'y' },
    );
    assert.equal(claims.locale, 'de');
    assert.equal(claims.department, 'Research');
    assert.equal(claims.aud, 'gateway');
    assert.equal(claims.tid, undefined);
    assert.equal(acr, null);
  });
  it('an address is not verified by what was said beside another', async () => {
    const mixed = await claimsOf({}, { email: 'victim@acme.example' }, { email: 'mallory@evil.example', email_verified: true });
    assert.equal(mixed.claims.email, 'victim@acme.example');
    assert.equal(mixed.emailVerification, 'unstated');
    const same = await claimsOf({}, { email: 'alice@acme.example' }, { email: 'alice@acme.example', email_verified: true });
    assert.equal(same.emailVerification, 'verified');
    const only = await claimsOf({}, {}, { email: 'alice@acme.example', email_verified: true });
    assert.equal(only.emailVerification, 'verified');
  });
  it('a word without an address vouches for no address of the other source', async () => {
    const fromToken = await claimsOf({}, { email_verified: true }, { email: 'victim@acme.example' });
    assert.equal(fromToken.claims.email, 'victim@acme.example');
    assert.equal(fromToken.emailVerification, 'unstated');
    const fromUserinfo = await claimsOf({}, { email: 'victim@acme.example' }, { email_verified: true });
    assert.equal(fromUserinfo.emailVerification, 'unstated');
    const unread = await claimsOf(
      { idTokenClaims: ['email_verified'] },
      { email: 'a@acme.example', email_verified: true },
      { email: 'b@acme.example' },
    );
    assert.equal(unread.emailVerification, 'unstated');
  });
  it('only the named claims are read; sub always', async () => {
    const { claims } = await claimsOf(
      { idTokenClaims: ['given_name'], userinfoClaims: ['department'] },
      {},
      { department: 'Research', title: 'Dr' },
    );
    assert.deepEqual(claims, { sub: 'alice-0001', given_name: 'Alice', department: 'Research' });
  });
  it('userinfo is not asked when the ID token has all that is named, or there is no endpoint', async () => {
    const before = driver.idp.count('userinfo');
    await driver.signIn({ settings: { userinfoClaims: ['email', 'given_name'] } });
    await driver.signIn({ settings: { userinfoEndpoint: null } });
    assert.equal(driver.idp.count('userinfo'), before);
    await driver.signIn({ settings: { userinfoClaims: ['email', 'department'] } });
    assert.equal(driver.idp.count('userinfo'), before + 1);
  });
});
