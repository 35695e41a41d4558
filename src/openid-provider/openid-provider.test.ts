import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request as requestOverSocket } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import pino from 'pino';
import type { AuditEntry, AuditLog } from '#audit/index.ts';
import type { Person, UserStore } from '#directory/index.ts';
import { createAuthorization } from '#http/authorization.ts';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { createServer, sendProblem } from '#http/server.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { SessionId, SessionStore } from '#sessions/index.ts';
import { createSessionStore } from '#sessions/sessions.sql.ts';
import { leave } from '#sign-in/logout/logout.routes.ts';
import { createSigningKeys } from '#signing-keys/signing-keys.sql.ts';
import { openKeyring } from '#sql/keyring.ts';
import { openStore, type Store } from '#sql/store.ts';
import { createTenantUrls, type Tenant, type TenantStore } from '#tenants/index.ts';
import { locateTenant, tenantScope } from '#tenants/scope.routes.ts';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { applicationRoutes } from './applications.routes.ts';
import { createApplicationStore } from './applications.sql.ts';
import { createArtifactStore } from './artifacts.sql.ts';
import type { SignInWish } from './decide-authorization.ts';
import { findTokenUser } from './find-token-user.ts';
import { createOpenIdProvider, registerOpenIdProvider } from './openid-provider.routes.ts';

const OPERATOR_TOKEN = 'operator-token-of-the-test';
const REDIRECT_URI = 'https://crm.example/callback';
const ISSUER = 'https://sso.example.com/t/acme';

let shared: Shared;
let database: TestDatabase;
let store: Store;
let otherStore: Store;
let one: Node;
let two: Node;

before(async () => {
  database = await openTestDatabase();
  store = openStore(database.url);
  // The embedded engine serves one process: its two nodes share the store, and differ in everything else.
  otherStore = database.engine === 'postgres' ? openStore(database.url) : store;
  shared = newShared();
  one = await startNode(shared, store);
  two = await startNode(shared, otherStore);
});
after(async () => {
  await one.close();
  await two.close();
  await store.close();
  if (otherStore !== store) await otherStore.close();
  await database.drop();
});
beforeEach(async () => {
  for (const table of ['tenants', 'oidc_artifacts', 'sessions', 'applications', 'signing_keys'] as const)
    await store.db().deleteFrom(table).execute();
  Object.assign(shared, newShared());
  insertPerson(shared, 'usr_alice');
  insertPerson(shared, 'usr_bob');
  await insertTenant(shared, store, 'acme');
});

describe('A sign-in to an application (OpenID Connect Core §3.1)', () => {
  it('gives ID token and userinfo with what the person is', async () => {
    const crm = await register();
    const { tokens, claims } = await signIn(crm);
    assert.equal(claims.iss, ISSUER);
    assert.equal(claims.aud, crm.id);
    assert.deepEqual(
      [claims.sub, claims['name'], claims['given_name'], claims['family_name'], claims['locale'], claims['phone_number']],
      ['usr_alice', 'Alice Liddell', 'Alice', 'Liddell', 'en-GB', '+441234567'],
    );
    assert.deepEqual([claims['email'], claims['email_verified']], ['alice@acme.example', true]);
    assert.deepEqual(
      [claims['groups'], claims['roles'], claims['idp'], claims['amr'], claims['acr']],
      [['Engineering', 'Everybody'], ['Editor'], 'entra', ['pwd', 'mfa'], 'urn:acme:strong'],
    );
    assert.equal(typeof claims['auth_time'], 'number');
    assert.match(String(claims['sid']), /^ses_/);
    const userinfo = await client.fetchUserInfo(crm.config, tokens.access_token, 'usr_alice');
    const { sid: _sid, iss: _iss, aud: _aud, exp: _exp, iat: _iat, nonce: _nonce, ...told } = claims;
    assert.deepEqual({ ...userinfo }, told);
  });

  it('starts the sign-in before the Provider is entered, with what the application asked for', async () => {
    const crm = await register();
    await crm.authorize(new Browser(one), {
      prompt: 'login',
      max_age: '0',
      login_hint: 'alice@acme.example',
      domain_hint: 'acme.example',
      idp: 'entra',
      acr_values: 'urn:a urn:b',
      ui_locales: 'de',
    });
    const [wish] = shared.wishes;
    assert.ok(wish);
    const { returnTo, ...asked } = wish;
    assert.deepEqual(asked, {
      forceAuthn: true,
      acrValues: ['urn:a', 'urn:b'],
      idp: 'entra',
      loginHint: 'alice@acme.example',
      domainHint: 'acme.example',
      applicationId: crm.id,
      uiLocales: 'de',
    });
    const back = new URL(returnTo, 'https://any.example').searchParams;
    assert.deepEqual(
      ['prompt', 'max_age', 'login_hint', 'domain_hint', 'idp'].filter((name) => back.has(name)),
      [],
    );
    assert.equal(back.get('acr_values'), 'urn:a urn:b');
    assert.equal(await count('Interaction'), 0);
  });

  it('needs no second sign-in while the session lives', async () => {
    const crm = await register();
    const wiki = await register({ name: 'Wiki' });
    const browser = new Browser(one);
    await signIn(crm, browser);
    const second = await signIn(wiki, browser);
    assert.equal(shared.wishes.length, 1);
    assert.equal(second.claims.sub, 'usr_alice');
  });

  it('asks again when the session is older than max_age, and once only', async () => {
    const crm = await register();
    const browser = new Browser(one);
    shared.signsIn.authenticatedAt = new Date(Date.now() - 3_600_000);
    await signIn(crm, browser);
    // The provider still says the same: the answer is its word, not another round.
    const { claims } = await signIn(crm, browser, { max_age: '60' });
    assert.equal(shared.wishes.length, 2);
    assert.equal(shared.wishes[1]?.maxAgeSeconds, 60);
    assert.equal(claims['auth_time'], Math.floor(shared.signsIn.authenticatedAt.getTime() / 1000));
  });

  it('asks once for an authentication context that the provider does not give', async () => {
    const crm = await register();
    const browser = new Browser(one);
    await signIn(crm, browser, { acr_values: 'urn:acme:stronger' });
    await signIn(crm, browser, { acr_values: 'urn:acme:stronger' });
    assert.equal(shared.wishes.length, 1);
    await signIn(crm, browser, { acr_values: 'urn:acme:strongest' });
    assert.equal(shared.wishes.length, 2);
  });

  it('takes a POST as well as a GET', async () => {
    const crm = await register();
    const browser = new Browser(one);
    const { url, check } = await crm.request({});
    const landed = await browser.follow(await browser.post(`${ISSUER}/oauth/authorize`, Object.fromEntries(url.searchParams)));
    assert.equal((await crm.exchange(landed, check)).claims()?.sub, 'usr_alice');
  });

  it('answers by a posted form on request', async () => {
    const crm = await register();
    const browser = new Browser(one);
    await signIn(crm, browser);
    const { url } = await crm.request({ response_mode: 'form_post' });
    const answer = await browser.get(url.href);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /name="code"/);
  });

  it('with prompt=none and nobody signed in is refused at the application, with iss (RFC 9207 §2)', async () => {
    const crm = await register();
    const landed = await crm.authorize(new Browser(one), { prompt: 'none' });
    assert.deepEqual([landed.searchParams.get('error'), landed.searchParams.get('iss')], ['login_required', ISSUER]);
    assert.equal(shared.wishes.length, 0);
  });

  it('signs with RS256 where the tenant says so, and the change takes effect at once', async () => {
    const crm = await register();
    const browser = new Browser(one);
    assert.equal((await signIn(crm, browser)).algorithm, 'ES256');
    const tenant = shared.tenants.get('acme');
    assert.ok(tenant);
    shared.tenants.set('acme', {
      ...tenant,
      settings: { ...tenant.settings, idTokenAlgorithm: 'RS256' },
      updatedAt: new Date(Date.now() + 1),
    });
    assert.equal((await signIn(await crm.again(), browser)).algorithm, 'RS256');
  });

  it('after a rotation signs with the new key, and an ID token of the old one is still a hint', async () => {
    const crm = await register({ postLogoutRedirectUris: ['https://crm.example/bye'] });
    const browser = new Browser(one);
    const before = await signIn(crm, browser);
    await one.signingKeys.rotate(acme(), 'ES256', 'forced');
    await one.signingKeys.rotate(acme(), 'ES256', 'forced');
    const fresh = await startNode(shared, otherStore);
    const after = await signIn(crm, browser.at(fresh), {}, fresh);
    assert.notEqual(after.kid, before.kid);
    const jwks = (await overSocket(fresh, '/t/acme/oauth/jwks', {})) as { keys: { kid: string }[] };
    assert.deepEqual(new Set(jwks.keys.map(({ kid }) => kid)), new Set([before.kid, after.kid]));
    const hinted = await crm.authorize(browser.at(fresh), { prompt: 'none', id_token_hint: before.tokens.id_token ?? '' });
    assert.ok(hinted.searchParams.get('code'), hinted.href);
    shared.signsIn.userId = 'usr_bob';
    const bobs = await signIn(crm, new Browser(one));
    const mismatch = await crm.authorize(browser.at(fresh), { prompt: 'none', id_token_hint: bobs.tokens.id_token ?? '' });
    assert.equal(mismatch.searchParams.get('error'), 'login_required');
    await fresh.close();
  });

  it('for a person other than the one hinted at signs in once more, and then says so instead of going in circles', async () => {
    const crm = await register();
    shared.signsIn.userId = 'usr_bob';
    const bobs = await signIn(crm, new Browser(one));
    shared.signsIn.userId = 'usr_alice';
    const browser = await signedInBrowser(crm);
    shared.wishes.length = 0;
    const landed = await crm.authorize(browser, { id_token_hint: bobs.tokens.id_token ?? '' });
    assert.deepEqual([landed.searchParams.get('error'), shared.wishes.length], ['login_required', 1]);
    shared.signsIn.userId = 'usr_bob';
    const fits = await crm.authorize(browser, { id_token_hint: bobs.tokens.id_token ?? '' });
    assert.ok(fits.searchParams.get('code'), fits.href);
  });

  it('accepts a signed request object, and refuses an unsigned one (RFC 9101)', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const crm = await register({ jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] } });
    const { url, check } = await crm.request({});
    const payload = { ...Object.fromEntries(url.searchParams), iss: crm.id, aud: ISSUER };
    const request = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setExpirationTime('5m')
      .sign(privateKey);
    const landed = await new Browser(one).open(
      `${ISSUER}/oauth/authorize?${new URLSearchParams({ client_id: crm.id, request, response_type: 'code', scope: 'openid', redirect_uri: REDIRECT_URI })}`,
    );
    assert.equal((await crm.exchange(landed, check)).claims()?.sub, 'usr_alice');
    const none = [{ alg: 'none' }, { ...payload, redirect_uri: 'https://evil.example/' }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const refused = await new Browser(one).open(
      `${ISSUER}/oauth/authorize?${new URLSearchParams({ client_id: crm.id, request: `${none.join('.')}.`, response_type: 'code', redirect_uri: REDIRECT_URI })}`,
    );
    assert.deepEqual(
      [refused.origin + refused.pathname, refused.searchParams.get('error')],
      [REDIRECT_URI, 'invalid_request_object'],
    );
  });
});

describe('A redirect URI (T112)', () => {
  const variants: Record<string, string | string[]> = {
    'of another application': 'https://wiki.example/callback',
    'on a sub-domain': 'https://evil.crm.example/callback',
    'with a longer path': `${REDIRECT_URI}/more`,
    'with a dot segment': 'https://crm.example/other/..;/callback',
    'with an at sign': 'https://crm.example@evil.example/callback',
    'with a percent-encoded dot': 'https://crm%2eexample/callback',
    'with an added query': `${REDIRECT_URI}?next=evil`,
    'with a fragment': `${REDIRECT_URI}#x`,
    'in other letters': 'https://CRM.example/callback',
    'that begins like loopback': 'http://localhost.evil.example/callback',
    'sent twice': [REDIRECT_URI, 'https://evil.example/'],
    'not sent': [],
  };
  for (const [title, value] of Object.entries(variants)) {
    it(`${title} is answered with a page and no redirect`, async () => {
      const crm = await register();
      await register({ name: 'Wiki', redirectUris: ['https://wiki.example/callback'] });
      const { url } = await crm.request({});
      url.searchParams.delete('redirect_uri');
      for (const uri of [value].flat()) url.searchParams.append('redirect_uri', uri);
      for (const browser of [new Browser(one), await signedInBrowser(crm)]) {
        const answer = await browser.get(url.href);
        assert.equal(answer.headers.get('location'), null);
        assert.equal(answer.status, 400);
        const { code } = (await answer.json()) as { code: string };
        assert.ok(['openid_provider.redirect_uri_unregistered', 'openid_provider.request_invalid'].includes(code), code);
      }
      assert.equal((await signIn(crm)).claims.sub, 'usr_alice');
    });
  }

  it('of an unknown application, and of one that is switched off, is never gone to', async () => {
    const crm = await register();
    const { url } = await crm.request({});
    await api('PATCH', `applications/${crm.id}`, { enabled: false });
    assert.equal((await problemAt(url)).code, 'openid_provider.application_unknown');
    for (const id of ['app_nobody', 'x\0y', '\u{1f600}', 'a'.repeat(500)]) {
      url.searchParams.set('client_id', id);
      assert.equal((await problemAt(url)).code, 'openid_provider.application_unknown', id);
    }
  });

  it('on loopback may have any port, for an application on a device (RFC 8252 §7.3)', async () => {
    const app = await register({ kind: 'public', redirectUris: ['http://127.0.0.1/callback', 'com.example.app:/callback'] });
    const { url, check } = await app.request({ redirect_uri: 'http://127.0.0.1:51004/callback' });
    const landed = await new Browser(one).open(url.href);
    assert.equal(landed.origin, 'http://127.0.0.1:51004');
    assert.equal((await app.exchange(landed, check)).claims()?.sub, 'usr_alice');
  });
});

describe('Proof key for code exchange (T113, RFC 7636)', () => {
  const challenges: Record<string, Record<string, string>> = {
    'no challenge': { code_challenge: '', code_challenge_method: '' },
    'the method plain': { code_challenge_method: 'plain' },
    'a challenge without method': { code_challenge_method: '' },
    'a challenge of 42 characters': { code_challenge: 'a'.repeat(42) },
    'a challenge of 129 characters': { code_challenge: 'a'.repeat(129) },
  };
  for (const [title, given] of Object.entries(challenges)) {
    it(`${title} is refused`, async () => {
      const crm = await register();
      const browser = await signedInBrowser(crm);
      const landed = await crm.authorize(browser, given);
      assert.equal(landed.searchParams.get('error'), 'invalid_request');
      assert.equal(landed.searchParams.get('code'), null);
    });
  }

  it('a code without, with a wrong, a too short and a too long verifier is refused', async () => {
    const crm = await register();
    const browser = await signedInBrowser(crm);
    for (const verifier of [undefined, 'b'.repeat(43), 'b'.repeat(42), 'b'.repeat(129)]) {
      const { code } = await crm.code(browser);
      const answer = await crm.token({
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT_URI,
        ...(verifier ? { code_verifier: verifier } : {}),
      });
      assert.equal(answer.status, 400);
      assert.ok(['invalid_grant', 'invalid_request'].includes(String(answer.body['error'])), JSON.stringify(answer.body));
    }
    const { code, verifier } = await crm.code(browser);
    assert.equal((await crm.redeem(code, verifier)).status, 200);
  });
});

describe('A code (T114, T115, RFC 6749 §4.1.2)', () => {
  it('is spent by its first use; the second ends what the first gave', async () => {
    const crm = await register({ grantTypes: ['authorization_code', 'refresh_token'] });
    const browser = await signedInBrowser(crm);
    const { code, verifier } = await crm.code(browser, { scope: 'openid offline_access' });
    const first = await crm.redeem(code, verifier);
    assert.equal(first.status, 200);
    assert.equal(await crm.userinfoStatus(String(first.body['access_token'])), 200);
    const second = await crm.redeem(code, verifier, two);
    assert.deepEqual([second.status, second.body['error']], [400, 'invalid_grant']);
    assert.equal(await crm.userinfoStatus(String(first.body['access_token'])), 401);
    assert.equal((await crm.refresh(String(first.body['refresh_token']))).body['error'], 'invalid_grant');
    assert.deepEqual(
      shared.audit.filter(({ action }) => action === 'grant.ended').map(({ code: reason }) => reason),
      ['openid_provider.code_reused'],
    );
  });

  it('taken by fifty at once at two nodes gives tokens once at most, and those are ended', async () => {
    const crm = await register();
    const browser = await signedInBrowser(crm);
    const { code, verifier } = await crm.code(browser);
    const before = await count('AccessToken');
    const answers = await Promise.all(Array.from({ length: 50 }, (_, turn) => crm.redeem(code, verifier, turn % 2 ? one : two)));
    const won = answers.filter(({ status }) => status === 200);
    assert.ok(won.length <= 1, `${won.length} got tokens`);
    assert.ok(
      answers.every(({ status, body }) => status === 200 || body['error'] === 'invalid_grant'),
      JSON.stringify(answers.map(({ body }) => body['error'])),
    );
    for (const { body } of won) assert.equal(await crm.userinfoStatus(String(body['access_token'])), 401);
    assert.equal(await count('AccessToken'), before);
  });

  it('of one application is worth nothing to another', async () => {
    const crm = await register();
    const wiki = await register({ name: 'Wiki' });
    const browser = await signedInBrowser(crm);
    const { code, verifier } = await crm.code(browser);
    assert.equal((await wiki.redeem(code, verifier)).body['error'], 'invalid_grant');
    assert.equal((await crm.redeem(code, verifier)).status, 200);
  });

  it('is worth nothing with another redirect URI, after its time, after the person was disabled, and at another tenant', async (test) => {
    const crm = await register({ redirectUris: [REDIRECT_URI, 'https://crm.example/other'] });
    const browser = await signedInBrowser(crm);
    const elsewhere = await crm.code(browser);
    const other = await crm.token({
      grant_type: 'authorization_code',
      code: elsewhere.code,
      code_verifier: elsewhere.verifier,
      redirect_uri: 'https://crm.example/other',
    });
    assert.equal(other.body['error'], 'invalid_grant');

    const disabled = await crm.code(browser);
    insertPerson(shared, 'usr_alice', 'disabled');
    assert.equal((await crm.redeem(disabled.code, disabled.verifier)).body['error'], 'invalid_grant');
    insertPerson(shared, 'usr_alice');

    const late = await crm.code(await signedInBrowser(crm));
    test.mock.timers.enable({ apis: ['Date'], now: Date.now() + 10 * 60_000 });
    assert.equal((await crm.redeem(late.code, late.verifier)).body['error'], 'invalid_grant');
    test.mock.timers.reset();

    await insertTenant(shared, store, 'globex');
    const theirs = await register({}, 'globex');
    const ours = await crm.code(await signedInBrowser(crm));
    assert.equal((await theirs.redeem(ours.code, ours.verifier)).body['error'], 'invalid_grant');
  });

  it('is worth nothing once the session is over, however little time has passed', async () => {
    const crm = await register();
    const browser = await signedInBrowser(crm);
    const { code, verifier } = await crm.code(browser);
    await one.sessions.endOfUser(acme(), 'usr_alice' as UserId);
    assert.equal((await crm.redeem(code, verifier)).body['error'], 'invalid_grant');
  });

  it('and everything else of a suspended tenant is refused in the words of its endpoint (T116)', async () => {
    const crm = await register({ grantTypes: ['authorization_code', 'refresh_token'] });
    const browser = await signedInBrowser(crm);
    const { tokens } = await signIn(crm, browser, { scope: 'openid offline_access' });
    const { code, verifier } = await crm.code(browser);
    const tenant = shared.tenants.get('acme');
    assert.ok(tenant);
    shared.tenants.set('acme', { ...tenant, status: 'suspended' });
    assert.equal((await crm.redeem(code, verifier)).body['error'], 'invalid_grant');
    assert.equal((await crm.refresh(tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
    assert.equal(await crm.userinfoStatus(tokens.access_token), 401);
    assert.deepEqual((await crm.introspect(tokens.access_token)).body, { active: false });
    shared.tenants.set('acme', tenant);
    assert.equal((await crm.redeem(code, verifier)).status, 200);
  });
});

describe('A refresh token (T116, RFC 9700 §4.14)', () => {
  const withRefresh = () => register({ grantTypes: ['authorization_code', 'refresh_token'] });

  it('is given for offline_access only, and to applications that are registered for it', async () => {
    const crm = await withRefresh();
    assert.ok((await signIn(crm, new Browser(one), { scope: 'openid offline_access' })).tokens.refresh_token);
    assert.equal((await signIn(crm, new Browser(one), { scope: 'openid' })).tokens.refresh_token, undefined);
    const wiki = await register({ name: 'Wiki', grantTypes: ['authorization_code'] });
    const ignored = await signIn(wiki, new Browser(one), { scope: 'openid offline_access' });
    assert.deepEqual([ignored.tokens.refresh_token, ignored.tokens.scope], [undefined, 'openid']);
  });

  it('is renewed at each use, and its claims are those of today', async () => {
    const crm = await withRefresh();
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid profile offline_access' });
    const person = insertPerson(shared, 'usr_alice');
    shared.people.set('usr_alice', { ...person, roles: ['Auditor'] });
    const renewed = await client.refreshTokenGrant(crm.config, tokens.refresh_token ?? '');
    assert.notEqual(renewed.refresh_token, tokens.refresh_token);
    const claims = renewed.claims();
    assert.deepEqual(
      [claims?.['roles'], claims?.['idp'], claims?.['acr'], claims?.sub],
      [['Auditor'], 'entra', 'urn:acme:strong', 'usr_alice'],
    );
    assert.equal(await crm.userinfoStatus(renewed.access_token), 200);
  });

  it('that comes a second time ends its family', async () => {
    const crm = await withRefresh();
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    const renewed = await crm.refresh(tokens.refresh_token ?? '');
    assert.equal(renewed.status, 200);
    assert.equal((await crm.refresh(tokens.refresh_token ?? '', two)).body['error'], 'invalid_grant');
    assert.equal((await crm.refresh(String(renewed.body['refresh_token']))).body['error'], 'invalid_grant');
    assert.equal(await crm.userinfoStatus(String(renewed.body['access_token'])), 401);
    assert.deepEqual(
      shared.audit.filter(({ action }) => action === 'grant.ended').map(({ code }) => code),
      ['openid_provider.refresh_token_reused'],
    );
  });

  it('that comes twenty times at once at two nodes gives tokens once at most, and those are ended', async () => {
    const crm = await withRefresh();
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => crm.refresh(tokens.refresh_token ?? '', turn % 2 ? one : two)),
    );
    const won = answers.filter(({ status }) => status === 200);
    assert.ok(won.length <= 1, `${won.length} were renewed`);
    assert.ok(
      answers.every(({ status, body }) => status === 200 || body['error'] === 'invalid_grant'),
      JSON.stringify(answers.map(({ body }) => body['error'])),
    );
    for (const { body } of won) assert.equal((await crm.refresh(String(body['refresh_token']))).body['error'], 'invalid_grant');
  });

  it('is worth nothing to another application, and that attempt harms nobody', async () => {
    const crm = await withRefresh();
    const wiki = await register({ name: 'Wiki', grantTypes: ['authorization_code', 'refresh_token'] });
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    assert.equal((await wiki.refresh(tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
    assert.equal((await crm.refresh(tokens.refresh_token ?? '')).status, 200);
  });

  it('ends with a sign-out, and with the person, whose return does not bring it back', async () => {
    const crm = await withRefresh();
    const first = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    await one.sessions.endOfUser(acme(), 'usr_alice' as UserId);
    assert.equal((await crm.refresh(first.tokens.refresh_token ?? '', two)).body['error'], 'invalid_grant');
    assert.equal(await crm.userinfoStatus(first.tokens.access_token), 401);

    const second = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    insertPerson(shared, 'usr_alice', 'disabled');
    assert.equal(await crm.userinfoStatus(second.tokens.access_token), 401);
    assert.equal((await crm.introspect(second.tokens.access_token)).body['active'], false);
    assert.equal((await crm.refresh(second.tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
    insertPerson(shared, 'usr_alice');
    assert.equal((await crm.refresh(second.tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
  });

  it("outlives the idle end of the session, and not the family's lifetime", async (test) => {
    const crm = await withRefresh();
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    test.mock.timers.enable({ apis: ['Date'], now: Date.now() + 20 * 3_600_000 });
    const renewed = await crm.refresh(tokens.refresh_token ?? '');
    assert.equal(renewed.status, 200);
    test.mock.timers.setTime(Date.now() + 5 * 3_600_000);
    assert.equal((await crm.refresh(String(renewed.body['refresh_token']))).body['error'], 'invalid_grant');
    test.mock.timers.reset();
  });

  it('stays with the person who signs in once more in the same browser', async () => {
    const crm = await withRefresh();
    const wiki = await register({ name: 'Wiki' });
    const browser = new Browser(one);
    const { tokens } = await signIn(crm, browser, { scope: 'openid offline_access' });
    await signIn(wiki, browser, { prompt: 'login' });
    const renewed = await crm.refresh(tokens.refresh_token ?? '');
    assert.equal(renewed.status, 200);
    shared.signsIn.userId = 'usr_bob';
    await signIn(wiki, browser, { prompt: 'login' });
    assert.equal((await crm.refresh(String(renewed.body['refresh_token']))).body['error'], 'invalid_grant');
  });
});

describe('Introspection and revocation (T118, T119, RFC 7662, RFC 7009)', () => {
  it('tell the client of a token about it, with how the person authenticated (RFC 9470 §6.2)', async () => {
    const crm = await register();
    const { tokens, claims } = await signIn(crm);
    const { body } = await crm.introspect(tokens.access_token);
    assert.deepEqual(
      [body['active'], body['sub'], body['client_id'], body['iss'], body['acr'], body['auth_time'], body['token_type']],
      [true, 'usr_alice', crm.id, ISSUER, 'urn:acme:strong', claims['auth_time'], 'Bearer'],
    );
  });

  it('tell nothing to another client, to a public one, or to nobody', async () => {
    const crm = await register();
    const wiki = await register({ name: 'Wiki' });
    const app = await register({ kind: 'public', name: 'App' });
    const { tokens } = await signIn(crm);
    assert.deepEqual((await wiki.introspect(tokens.access_token)).body, { active: false });
    const own = await signIn(app);
    assert.deepEqual((await app.introspect(own.tokens.access_token)).body, { active: false });
    const nobody = await post(one, `${ISSUER}/oauth/introspect`, { token: tokens.access_token });
    assert.equal(nobody.status, 400);
    const guessed = await post(one, `${ISSUER}/oauth/introspect`, {
      token: tokens.access_token,
      client_id: crm.id,
      client_secret: 'guessed',
    });
    assert.deepEqual([guessed.status, guessed.body['error']], [401, 'invalid_client']);
  });

  it('take a token only as it was given out, and only at its issuer', async () => {
    const crm = await register();
    const { tokens } = await signIn(crm);
    const token = tokens.access_token;
    const flipped = token[0] === token[0]?.toLowerCase() ? token.toUpperCase() : token.toLowerCase();
    for (const other of [token.slice(0, -1), token.slice(0, -20), flipped, `${token}\0`, `${token} `]) {
      assert.equal((await crm.introspect(other)).body['active'], false, JSON.stringify(other));
    }
    await insertTenant(shared, store, 'globex');
    const theirs = await register({}, 'globex');
    assert.equal(await theirs.userinfoStatus(token), 401);
    assert.equal((await theirs.introspect(token)).body['active'], false);
    assert.equal(await crm.userinfoStatus(token), 200);
  });

  it('revoke a token with its family, for its own client only', async () => {
    const crm = await register({ grantTypes: ['authorization_code', 'refresh_token'] });
    const wiki = await register({ name: 'Wiki' });
    const browser = new Browser(one);
    const { tokens } = await signIn(crm, browser, { scope: 'openid offline_access' });
    const unrelated = await signIn(crm, browser);
    assert.equal((await wiki.revoke(tokens.access_token)).status, 200);
    assert.equal(await crm.userinfoStatus(tokens.access_token), 200);
    assert.equal((await crm.revoke(tokens.refresh_token ?? '')).status, 200);
    assert.equal(await crm.userinfoStatus(tokens.access_token), 401);
    assert.equal((await crm.refresh(tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
    assert.equal(await crm.userinfoStatus(unrelated.tokens.access_token), 200);
    assert.deepEqual(
      shared.audit.filter(({ action }) => action === 'grant.ended'),
      [],
    );
  });
});

describe('Client authentication (RFC 6749 §2.3, RFC 7523)', () => {
  it('by secret in the header and in the body, and by nothing else', async () => {
    for (const tokenEndpointAuthMethod of ['client_secret_basic', 'client_secret_post'] as const) {
      const crm = await register({ tokenEndpointAuthMethod });
      assert.equal((await signIn(crm)).claims.sub, 'usr_alice');
      const { code, verifier } = await crm.code(await signedInBrowser(crm));
      const wrong = await post(one, `${ISSUER}/oauth/token`, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
        client_id: crm.id,
        client_secret: `${crm.secret}x`,
      });
      assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client']);
      const nothing = await post(one, `${ISSUER}/oauth/token`, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
        client_id: crm.id,
      });
      assert.deepEqual([nothing.status, nothing.body['error']], [401, 'invalid_client']);
    }
  });

  it('by key: the issuer alone is the audience, and an assertion is good once at all nodes', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const crm = await register({
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] },
    });
    const browser = await signedInBrowser(crm, client.PrivateKeyJwt({ key: privateKey, kid: 'k1' }));
    const assertion = (claims: Record<string, unknown>, expires = '1m') =>
      new SignJWT({ iss: crm.id, sub: crm.id, jti: randomBytes(8).toString('hex'), aud: ISSUER, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey);
    const redeem = async (jwt: string, node: Node = one) => {
      const { code, verifier } = await crm.code(browser);
      return post(node, `${ISSUER}/oauth/token`, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
        client_assertion: jwt,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
    };
    const good = await assertion({});
    assert.equal((await redeem(good)).status, 200);
    const refused = [
      good,
      await assertion({ aud: `${ISSUER}/oauth/token` }),
      await assertion({ aud: [ISSUER, 'https://evil.example'] }),
      await assertion({ aud: `${ISSUER}/` }),
      await assertion({ iss: 'app_other' }),
      await assertion({}, '2h'),
    ];
    for (const jwt of refused) assert.deepEqual((await redeem(jwt, two)).body['error'], 'invalid_client');
    const once = await assertion({});
    const answers = await Promise.all(Array.from({ length: 10 }, (_, turn) => redeem(once, turn % 2 ? one : two)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });
});

describe('Consent', () => {
  it('is asked of people for applications that are not of the house, remembered, and asked again for more', async () => {
    const shop = await register({ name: 'Shop', firstParty: false });
    const browser = new Browser(one);
    const asked = await shop.consentPage(browser, { scope: 'openid email' });
    assert.match(asked.html, /Shop/);
    const landed = await browser.follow(await browser.post(asked.action, { answer: 'allow' }));
    const tokens = await shop.exchange(landed, asked.check);
    assert.equal(tokens.claims()?.['email'], 'alice@acme.example');
    assert.equal(tokens.claims()?.['groups'], undefined);
    const again = await signIn(shop, browser, { scope: 'openid email' });
    assert.equal(again.claims['email'], 'alice@acme.example');
    const more = await shop.consentPage(browser, { scope: 'openid email groups' });
    const widened = await shop.exchange(await browser.follow(await browser.post(more.action, { answer: 'allow' })), more.check);
    assert.deepEqual(widened.claims()?.['groups'], ['Engineering', 'Everybody']);
    assert.equal(await shop.userinfoStatus(widened.access_token), 200);
  });

  it('that is refused goes back to the application as access_denied', async () => {
    const shop = await register({ firstParty: false });
    const browser = new Browser(one);
    const { action } = await shop.consentPage(browser, { scope: 'openid' });
    const landed = await browser.follow(await browser.post(action, { answer: 'deny' }));
    assert.deepEqual([landed.searchParams.get('error'), landed.searchParams.get('code')], ['access_denied', null]);
  });

  it('cannot be given from another site, by another browser, or by calling its address', async () => {
    const shop = await register({ firstParty: false });
    const browser = new Browser(one);
    const { action } = await shop.consentPage(browser, { scope: 'openid' });
    const elsewhere = await browser.post(action, { answer: 'allow' }, { 'sec-fetch-site': 'cross-site' });
    assert.equal(((await elsewhere.json()) as { code: string }).code, 'openid_provider.consent_not_here');
    const stranger = await new Browser(one).post(action, { answer: 'allow' });
    assert.equal(((await stranger.json()) as { code: string }).code, 'openid_provider.interaction_over');
    const called = await browser.get(action.replace('/oauth/interaction/', '/oauth/authorize/'));
    assert.equal(((await called.json()) as { code: string }).code, 'openid_provider.interaction_over');
    const landed = await browser.follow(await browser.post(action, { answer: 'allow' }));
    assert.ok(landed.searchParams.get('code'));
  });
});

describe('Sign-out (T128, OpenID Connect RP-Initiated Logout)', () => {
  const POST_LOGOUT = 'https://crm.example/bye?from=sso';

  it('with an ID token of the person ends the session and its tokens, and goes to the registered address', async () => {
    const crm = await register({ postLogoutRedirectUris: [POST_LOGOUT] });
    const browser = new Browser(one);
    const { tokens } = await signIn(crm, browser);
    const old = browser.copy();
    const answer = await browser.get(
      endSession({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: POST_LOGOUT, state: 's 1' }),
    );
    assert.equal(answer.headers.get('location'), `${POST_LOGOUT}&state=s+1`);
    assert.equal(await crm.userinfoStatus(tokens.access_token), 401);
    for (const left of [browser, old.at(two)]) {
      const landed = await crm.authorize(left, { prompt: 'none' });
      assert.equal(landed.searchParams.get('error'), 'login_required');
    }
  });

  it('without one asks first, and does nothing from another site', async () => {
    const crm = await register({ postLogoutRedirectUris: [POST_LOGOUT] });
    const browser = await signedInBrowser(crm);
    const page = await browser.get(endSession({ client_id: crm.id, post_logout_redirect_uri: POST_LOGOUT }));
    assert.equal(page.status, 200);
    assert.match(await page.text(), /end-session\/confirm/);
    const elsewhere = await browser.post(
      `${ISSUER}/oauth/end-session/confirm`,
      { answer: 'yes' },
      { 'sec-fetch-site': 'cross-site' },
    );
    assert.equal(((await elsewhere.json()) as { code: string }).code, 'openid_provider.sign_out_not_here');
    assert.equal((await crm.authorize(browser, { prompt: 'none' })).searchParams.get('error'), null);
    const confirmed = await browser.post(`${ISSUER}/oauth/end-session/confirm`, {
      answer: 'yes',
      client_id: crm.id,
      post_logout_redirect_uri: POST_LOGOUT,
    });
    assert.equal(confirmed.headers.get('location'), POST_LOGOUT);
    assert.equal((await crm.authorize(browser, { prompt: 'none' })).searchParams.get('error'), 'login_required');
  });

  it("with somebody else's ID token asks first", async () => {
    const crm = await register();
    const browser = await signedInBrowser(crm);
    shared.signsIn.userId = 'usr_bob';
    const bobs = await signIn(crm, new Browser(one));
    const page = await browser.get(endSession({ id_token_hint: bobs.tokens.id_token ?? '' }));
    assert.match(await page.text(), /end-session\/confirm/);
  });

  it('with a hint or an address that is not ours is refused', async () => {
    const crm = await register({ postLogoutRedirectUris: [POST_LOGOUT] });
    const browser = new Browser(one);
    const { tokens } = await signIn(crm, browser);
    await insertTenant(shared, store, 'globex');
    const theirs = await signIn(await register({}, 'globex'));
    const hint = tokens.id_token ?? '';
    const cases: [Record<string, string>, string][] = [
      [{ id_token_hint: theirs.tokens.id_token ?? '' }, 'openid_provider.sign_out_hint_invalid'],
      [{ id_token_hint: `${hint.slice(0, -4)}AAAA` }, 'openid_provider.sign_out_hint_invalid'],
      [{ id_token_hint: hint, client_id: 'app_other' }, 'openid_provider.sign_out_hint_invalid'],
      [{ id_token_hint: hint, post_logout_redirect_uri: `${POST_LOGOUT}&x=1` }, 'openid_provider.sign_out_uri_unregistered'],
      [{ post_logout_redirect_uri: POST_LOGOUT }, 'openid_provider.sign_out_uri_unregistered'],
      [{ client_id: 'app_other', post_logout_redirect_uri: POST_LOGOUT }, 'openid_provider.sign_out_uri_unregistered'],
    ];
    for (const [fields, code] of cases) {
      const answer = await browser.get(endSession(fields));
      assert.deepEqual([answer.headers.get('location'), ((await answer.json()) as { code: string }).code], [null, code]);
    }
    assert.equal((await crm.authorize(browser, { prompt: 'none' })).searchParams.get('error'), null);
  });
});

describe('Discovery', () => {
  it("names the tenant's URLs, whatever the request says of its host (T121)", async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
      'x-forwarded-prefix': '/evil',
    };
    for (const path of [
      '/t/acme/.well-known/openid-configuration',
      '/t/acme/.well-known/openid-configuration/',
      'http://evil.example/t/acme/.well-known/openid-configuration',
    ]) {
      const document = await overSocket(one, path, headers);
      assert.equal(document['issuer'], ISSUER);
      assert.ok(!JSON.stringify(document).includes('evil'), JSON.stringify(document));
      assert.deepEqual(
        ['authorization', 'token', 'userinfo', 'introspection', 'revocation', 'end_session'].map(
          (name) => document[`${name}_endpoint`],
        ),
        ['authorize', 'token', 'userinfo', 'introspect', 'revoke', 'end-session'].map((name) => `${ISSUER}/oauth/${name}`),
      );
      assert.equal(document['jwks_uri'], `${ISSUER}/oauth/jwks`);
    }
  });

  it('offers what is served and nothing else', async () => {
    const document = await overSocket(one, '/t/acme/.well-known/openid-configuration', {});
    assert.deepEqual(document['response_types_supported'], ['code']);
    assert.deepEqual(document['response_modes_supported'], ['query', 'form_post']);
    assert.deepEqual(document['code_challenge_methods_supported'], ['S256']);
    assert.deepEqual(document['grant_types_supported'], ['authorization_code', 'refresh_token']);
    assert.deepEqual(document['token_endpoint_auth_methods_supported'], [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
    ]);
    assert.deepEqual(document['request_object_signing_alg_values_supported'], ['RS256', 'PS256', 'ES256']);
    assert.equal(document['authorization_response_iss_parameter_supported'], true);
    for (const absent of ['registration_endpoint', 'pushed_authorization_request_endpoint', 'device_authorization_endpoint'])
      assert.equal(document[absent], undefined);
    const jwks = (await overSocket(one, '/t/acme/oauth/jwks', {})) as { keys: Record<string, unknown>[] };
    assert.deepEqual(
      jwks.keys.map(({ alg, use, d }) => [alg, use, d]),
      [['ES256', 'sig', undefined]],
    );
  });

  it('of a tenant under its own host follows the URL template', async () => {
    const own = await startNode(shared, store, 'https://{tenant}.sso.example.com');
    const document = await overSocket(own, '/.well-known/openid-configuration', { host: 'acme.sso.example.com' });
    assert.deepEqual(
      [document['issuer'], document['token_endpoint']],
      ['https://acme.sso.example.com', 'https://acme.sso.example.com/oauth/token'],
    );
    await own.close();
  });

  const refusedAtAuthorize: [Record<string, string>, string][] = [
    [{ response_mode: 'fragment' }, 'invalid_request'],
    [{ response_mode: 'form_post.jwt' }, 'unsupported_response_mode'],
    [{ response_type: 'id_token', nonce: 'n' }, 'invalid_request'],
    [{ response_type: 'code id_token', nonce: 'n' }, 'invalid_request'],
    [{ response_type: 'none' }, 'unsupported_response_type'],
    [{ request_uri: 'http://127.0.0.1:1/' }, 'request_uri_not_supported'],
    [{ registration: '{}' }, 'registration_not_supported'],
    [{ scope: 'openid sallyport_api' }, 'invalid_scope'],
  ];
  for (const [given, error] of refusedAtAuthorize) {
    it(`keeps to it: ${JSON.stringify(given)} is ${error} (T120)`, async () => {
      const crm = await register();
      const landed = await crm.authorize(await signedInBrowser(crm), given);
      const answer = landed.hash ? new URLSearchParams(landed.hash.slice(1)) : landed.searchParams;
      assert.deepEqual([answer.get('error'), answer.get('code')], [error, null]);
    });
  }
});

describe('The store', () => {
  it('holds no code, token or secret in the clear', async () => {
    const crm = await register({ grantTypes: ['authorization_code', 'refresh_token'] });
    const shop = await register({ firstParty: false });
    const browser = new Browser(one);
    const { tokens } = await signIn(crm, browser, { scope: 'openid offline_access' });
    const { code } = await crm.code(browser);
    const asked = await shop.consentPage(browser, { scope: 'openid' });
    const rows = JSON.stringify([
      await store.db().selectFrom('oidc_artifacts').selectAll().execute(),
      await store.db().selectFrom('sessions').selectAll().execute(),
      await store.db().selectFrom('applications').selectAll().execute(),
    ]);
    const uid = asked.action.split('/').at(-1) ?? '';
    for (const secret of [
      tokens.access_token,
      tokens.refresh_token ?? '',
      code,
      crm.secret ?? '',
      browser.cookie('sallyport-session') ?? '',
      uid,
    ]) {
      assert.ok(secret.length > 20);
      assert.ok(!rows.includes(secret), `a ${secret.length} character secret is stored`);
    }
  });
});

describe("Access tokens at the gateway's own API", () => {
  it('open it only when they were given for that', async () => {
    const crm = await register({ scopes: ['openid', 'sallyport_api'] });
    const find = (token: string) =>
      findTokenUser({ artifacts: one.artifacts, world, findPermissions: async () => new Set(['users:read']) }, acme(), token);
    const plain = await signIn(crm, new Browser(one), { scope: 'openid' });
    const forApi = await signIn(crm, new Browser(one), { scope: 'openid sallyport_api' });
    assert.equal(await find(plain.tokens.access_token), undefined);
    assert.deepEqual(await find(forApi.tokens.access_token), { id: 'usr_alice', permissions: new Set(['users:read']) });
    assert.equal(await find('guessed'), undefined);
  });
});

describe('The applications API', () => {
  it('registers, lists, reads, changes and removes; the secret is told once', async () => {
    const created = await api('POST', 'applications', { name: 'CRM', redirectUris: [REDIRECT_URI] });
    assert.equal(created.status, 201);
    assert.match(String(created.body['clientSecret']), /^[\w-]{43}$/);
    const id = String(created.body['id']);
    const read = await api('GET', `applications/${id}`);
    assert.deepEqual([read.body['name'], read.body['clientSecret'], read.body['kind']], ['CRM', undefined, 'confidential']);
    assert.ok(!JSON.stringify((await api('GET', 'applications')).body).includes(String(created.body['clientSecret'])));
    assert.equal((await api('PATCH', `applications/${id}`, { name: 'Sales' })).body['name'], 'Sales');
    assert.equal((await api('DELETE', `applications/${id}`)).status, 204);
    assert.equal((await api('GET', `applications/${id}`)).body['code'], 'openid_provider.application_not_found');
    assert.deepEqual(
      shared.audit.map(({ action }) => action),
      ['application.created', 'application.changed', 'application.removed'],
    );
    assert.ok(!JSON.stringify(shared.audit).includes(String(created.body['clientSecret'])));
  });

  it('pages through many', async () => {
    for (const name of ['a', 'b', 'c']) await register({ name });
    const first = await api('GET', 'applications?limit=2');
    const second = await api('GET', `applications?limit=2&cursor=${String(first.body['next'])}`);
    const ids = [first, second].flatMap(({ body }) => (body['items'] as { id: string }[]).map(({ id }) => id));
    assert.deepEqual([new Set(ids).size, second.body['next']], [3, null]);
  });

  it('tells every fault at once, with pointers', async () => {
    const { status, body } = await api('POST', 'applications', {
      name: 'Bad',
      kind: 'confidential',
      tokenEndpointAuthMethod: 'private_key_jwt',
      scopes: ['openid', 'everything'],
      redirectUris: [
        'https://ok.example/cb',
        'http://crm.example/cb',
        'https://crm.example/cb#x',
        'https://*.example/cb',
        'https://a:b@crm.example/',
        'com.example:/cb',
        'javascript:alert(1)',
        '/cb',
        'https://crm.example/a/../b',
      ],
      postLogoutRedirectUris: ['http://crm.example/'],
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43), d: 'secret' }] },
    });
    assert.equal(status, 422);
    assert.deepEqual(
      (body['errors'] as { pointer: string; code: string }[]).map(({ pointer, code }) => `${pointer} ${code}`),
      [
        '/redirectUris/1 http_not_loopback',
        '/redirectUris/2 fragment',
        '/redirectUris/3 wildcard',
        '/redirectUris/4 userinfo',
        '/redirectUris/5 private_use_not_public',
        '/redirectUris/6 scheme',
        '/redirectUris/7 not_a_uri',
        '/redirectUris/8 dot_segment',
        '/postLogoutRedirectUris/0 http_not_loopback',
        '/jwks/keys/0/d private_key',
        '/scopes/1 unknown',
      ],
    );
    assert.ok(!JSON.stringify(body).includes('"secret"'));
  });

  it('renews a secret: the old one is worth nothing, tokens stay', async () => {
    const crm = await register();
    const { tokens } = await signIn(crm);
    const renewed = await api('POST', `applications/${crm.id}/secret`);
    assert.equal((await crm.introspect(tokens.access_token)).body['error'], 'invalid_client');
    crm.secret = String(renewed.body['clientSecret']);
    assert.equal((await crm.introspect(tokens.access_token)).body['active'], true);
    const app = await register({ kind: 'public' });
    assert.equal((await api('POST', `applications/${app.id}/secret`)).body['code'], 'openid_provider.secret_not_used');
  });

  it('ends what an application holds when it is switched off, narrowed or removed', async () => {
    for (const end of [{ enabled: false }, { scopes: ['openid'] }, { firstParty: false }, null]) {
      const crm = await register({ grantTypes: ['authorization_code', 'refresh_token'] });
      const other = await register();
      const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
      const unharmed = await signIn(other);
      if (end) await api('PATCH', `applications/${crm.id}`, end);
      else await api('DELETE', `applications/${crm.id}`);
      assert.equal(await crm.userinfoStatus(tokens.access_token), 401);
      assert.equal(await other.userinfoStatus(unharmed.tokens.access_token), 200);
      if (end && 'enabled' in end) {
        await api('PATCH', `applications/${crm.id}`, { enabled: true });
        assert.equal((await crm.refresh(tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
      }
    }
  });

  it('is closed to whoever has no permission, and to other tenants', async () => {
    const crm = await register();
    const anonymous = await fetch(`${one.origin}/t/acme/api/v1/applications`);
    assert.equal(((await anonymous.json()) as { code: string }).code, 'authorization.token_missing');
    await insertTenant(shared, store, 'globex');
    const elsewhere = await api('GET', `applications/${crm.id}`, undefined, 'globex');
    assert.equal(elsewhere.body['code'], 'openid_provider.application_not_found');
  });
});

// ---- harness

interface Shared {
  tenants: Map<string, Tenant>;
  people: Map<string, Person>;
  audit: AuditEntry[];
  wishes: SignInWish[];
  /** Who signs in next, and how. */
  signsIn: { userId: string; authenticatedAt?: Date };
}

/** One gateway process: its own Providers, over the shared database. */
interface Node {
  readonly origin: string;
  readonly sessions: SessionStore;
  readonly artifacts: ReturnType<typeof createArtifactStore>;
  readonly signingKeys: ReturnType<typeof createSigningKeys>;
  close(): Promise<void>;
}

const world: World = {
  now: () => new Date(),
  randomBytes: (length) => randomBytes(length),
  fetch: () => Promise.reject(new Error('no network')),
};

function newShared(): Shared {
  return { tenants: new Map(), people: new Map(), audit: [], wishes: [], signsIn: { userId: 'usr_alice' } };
}

async function insertTenant(to: Shared, into: Store, name: string): Promise<Tenant> {
  const tenant: Tenant = {
    id: `tnt_${name}_${randomBytes(4).toString('hex')}` as TenantId,
    name,
    displayName: `The ${name} company`,
    region: 'default',
    status: 'active',
    createdAt: new Date(),
    updatedAt: new Date(),
    settings: {
      idTokenAlgorithm: 'ES256',
      sessionIdleSeconds: 3600,
      sessionLifetimeSeconds: 36_000,
      accessTokenSeconds: 600,
      refreshTokenSeconds: 86_400,
      recheckMinutes: 60,
      traceDays: 30,
      language: 'en',
      noticeRecipients: [],
    },
  };
  to.tenants.set(name, tenant);
  await into
    .db()
    .insertInto('tenants')
    .values({
      id: tenant.id,
      name,
      display_name: name,
      region: 'default',
      status: 'active',
      settings: '{}',
      created_at: 0,
      updated_at: 0,
    })
    .execute();
  return tenant;
}

function insertPerson(to: Shared, id: string, status: Person['user']['status'] = 'active'): Person {
  const now = new Date(1_700_000_000_000);
  const person: Person = {
    groups: ['Engineering', 'Everybody'],
    roles: ['Editor'],
    user: {
      id: id as UserId,
      email: `${id.slice(4)}@acme.example`,
      emailVerified: true,
      userId: null,
      userPrincipalName: null,
      status,
      profile: { firstName: 'Alice', lastName: 'Liddell', locale: 'en-GB', phone: '+441234567', custom: {} },
      createdAt: now,
      updatedAt: now,
      lastSignInAt: null,
    },
  };
  to.people.set(id, person);
  return person;
}

async function startNode(given: Shared, on: Store, template = 'https://sso.example.com/t/{tenant}'): Promise<Node> {
  const keyring = openKeyring(['a master key of more than 32 characters']);
  const urls = createTenantUrls([{ region: 'default', template }]);
  const artifacts = createArtifactStore({ store: on });
  const sessions = createSessionStore({ store: on, keyring, world, dependants: artifacts });
  const signingKeys = createSigningKeys({ store: on, keyring, world });
  const applications = createApplicationStore({ store: on, keyring });
  const audit: AuditLog = {
    append: async (_tenant, entry) => void given.audit.push(entry),
    list: async () => [],
    findBreak: async () => null,
  };
  const users = {
    find: async (_tenant: TenantId, id: UserId) => given.people.get(id)?.user,
    findPerson: async (_tenant: TenantId, id: UserId) => given.people.get(id),
  } as UserStore;
  const app = createServer({
    logger: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
    locate: (host, path) => locateTenant(urls, host, path),
    sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
  });
  const { transact } = on;
  const base = {
    applications,
    artifacts,
    sessions,
    users,
    audit,
    world,
    signingKeys,
    transact,
    transactLightly: on.transactLightly,
  };
  const providers = createOpenIdProvider({
    ...base,
    connections: { find: async (_tenant, id) => ({ id, slug: 'entra' }) as never },
  });
  tenantScope(app, { urls, tenants: { findByName: async (name) => given.tenants.get(name) } as TenantStore }, (scope) => {
    registerOpenIdProvider(scope, {
      ...base,
      providers,
      sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
      leave: leave.bind(null, { ...base, ...NOTHING_AT_THE_PROVIDER }),
      startSignIn: async ({ request, reply }, wish) => {
        given.wishes.push(wish);
        const { tenant, tenantUrl } = request;
        const cookies = cookiesOf(tenant.name, tenantUrl);
        const { id } = await sessions.open(
          tenant.id,
          {
            userId: given.signsIn.userId as UserId,
            connectionId: 'idp_entra' as ConnectionId,
            authenticatedAt: given.signsIn.authenticatedAt ?? new Date(),
            amr: ['pwd', 'mfa'],
            acr: 'urn:acme:strong',
            askedAcr: wish.acrValues,
            upstream: null,
            lifetime: {
              idleSeconds: tenant.settings.sessionIdleSeconds,
              lifetimeSeconds: tenant.settings.sessionLifetimeSeconds,
            },
          },
          readCookie(request.headers.cookie, cookies.nameOf('session')) as SessionId | undefined,
        );
        return reply.header('set-cookie', cookies.serialize('session', id, 'lax')).redirect(`${tenantUrl}${wish.returnTo}`, 303);
      },
    });
    applicationRoutes(scope, {
      ...base,
      authorization: createAuthorization({ operatorToken: OPERATOR_TOKEN, findTokenUser: async () => undefined }),
    });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    sessions,
    artifacts,
    signingKeys,
    close: () => app.close(),
  };
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

/** Sends what is meant for the tenant's URL to a node. */
function to(node: Node, url: string | URL): string {
  const { pathname, search } = new URL(url);
  return `${node.origin}${pathname}${search}`;
}

async function post(
  node: Node,
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(to(node, url), {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { accept: 'application/json', ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}

async function api(method: string, path: string, body?: unknown, tenant = 'acme'): Promise<Answer> {
  const response = await fetch(`${one.origin}/t/${tenant}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}

/** Keeps cookies by name and path, and follows redirects within the gateway. */
class Browser {
  readonly #jar: Map<string, { name: string; value: string; path: string }>;
  readonly #node: Node;

  constructor(node: Node, jar = new Map<string, { name: string; value: string; path: string }>()) {
    this.#node = node;
    this.#jar = jar;
  }

  copy(): Browser {
    return new Browser(this.#node, new Map(this.#jar));
  }
  at(node: Node): Browser {
    return new Browser(node, this.#jar);
  }

  cookie(part: string): string | undefined {
    return [...this.#jar.values()].find(({ name }) => name.includes(part))?.value;
  }

  async get(url: string): Promise<Response> {
    return this.#send(url, {});
  }

  async post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(url, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
    });
  }

  /** Follows until the gateway is left. */
  async follow(response: Response): Promise<URL> {
    let answer = response;
    for (let hops = 0; hops < 10; hops += 1) {
      const location = answer.headers.get('location');
      assert.ok(location, `no redirect but ${answer.status}: ${await answer.clone().text()}`);
      if (!location.startsWith('https://sso.example.com/')) return new URL(location);
      answer = await this.get(location);
    }
    throw new Error('round and round');
  }

  async open(url: string): Promise<URL> {
    return this.follow(await this.get(url));
  }

  async #send(
    url: string,
    init: { method?: string; body?: URLSearchParams; headers?: Record<string, string> },
  ): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.#jar.values()]
      .filter(({ path }) => pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(to(this.#node, url), {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      assert.match(line, /secure/i);
      assert.match(line, /httponly/i);
      if (value === '') this.#jar.delete(`${name} ${path}`);
      else this.#jar.set(`${name} ${path}`, { name, value, path });
    }
    return response;
  }
}

class Client {
  secret: string | null;
  readonly id: string;
  readonly config: client.Configuration;
  readonly redirectUri: string;
  readonly issuer: string;

  constructor(given: { id: string; secret: string | null; config: client.Configuration; redirectUri: string; issuer: string }) {
    this.id = given.id;
    this.secret = given.secret;
    this.config = given.config;
    this.redirectUri = given.redirectUri;
    this.issuer = given.issuer;
  }

  /** The same application, which has read the configuration of the provider anew. */
  async again(node: Node = one): Promise<Client> {
    return new Client({
      id: this.id,
      secret: this.secret,
      redirectUri: this.redirectUri,
      issuer: this.issuer,
      config: await discover({ issuer: this.issuer, id: this.id, secret: this.secret }, undefined, node),
    });
  }

  async request(given: Record<string, string>) {
    const verifier = client.randomPKCECodeVerifier();
    const check = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
    const url = client.buildAuthorizationUrl(this.config, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile email phone',
      state: check.expectedState,
      nonce: check.expectedNonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...given,
    });
    for (const [name, value] of Object.entries(given)) if (value === '') url.searchParams.delete(name);
    return { url, check, verifier };
  }

  async authorize(browser: Browser, given: Record<string, string> = {}): Promise<URL> {
    return browser.open((await this.request(given)).url.href);
  }

  exchange(landed: URL, check: client.AuthorizationCodeGrantChecks): ReturnType<typeof client.authorizationCodeGrant> {
    return client.authorizationCodeGrant(this.config, landed, check);
  }

  async code(browser: Browser, given: Record<string, string> = {}): Promise<{ code: string; verifier: string }> {
    const { url, verifier } = await this.request(given);
    const landed = await browser.open(url.href);
    const code = landed.searchParams.get('code');
    assert.ok(code, landed.href);
    return { code, verifier };
  }

  token(fields: Record<string, string>, node: Node = one): Promise<Answer> {
    return post(node, `${this.issuer}/oauth/token`, { ...fields, ...this.#credentials() });
  }

  redeem(code: string, verifier: string, node: Node = one): Promise<Answer> {
    return this.token({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: this.redirectUri }, node);
  }

  refresh(token: string, node: Node = one): Promise<Answer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: token }, node);
  }

  introspect(token: string): Promise<Answer> {
    return post(one, `${this.issuer}/oauth/introspect`, { token, ...this.#credentials() });
  }

  revoke(token: string): Promise<Answer> {
    return post(one, `${this.issuer}/oauth/revoke`, { token, ...this.#credentials() });
  }

  async userinfoStatus(token: string): Promise<number> {
    return (await fetch(to(one, `${this.issuer}/oauth/userinfo`), { headers: { authorization: `Bearer ${token}` } })).status;
  }

  /** Goes as far as the page that asks for consent. */
  async consentPage(browser: Browser, given: Record<string, string>) {
    const { url, check } = await this.request(given);
    let answer = await browser.get(url.href);
    for (let hops = 0; hops < 5 && answer.status !== 200; hops += 1)
      answer = await browser.get(answer.headers.get('location') ?? '');
    const html = await answer.text();
    const action = /action="([^"]+\/oauth\/interaction\/[^"]+)"/.exec(html)?.[1];
    assert.ok(action, html);
    return { html, action, check };
  }

  #credentials(): Record<string, string> {
    return { client_id: this.id, ...(this.secret ? { client_secret: this.secret } : {}) };
  }
}

async function discover(
  { issuer, id, secret }: { issuer: string; id: string; secret: string | null },
  authentication?: client.ClientAuth,
  node: Node = one,
): Promise<client.Configuration> {
  const customFetch = (url: string, options: unknown) => fetch(to(node, url), options as RequestInit);
  const method = authentication ?? (secret ? client.ClientSecretBasic(secret) : client.None());
  return client.discovery(new URL(issuer), id, {}, method, { [client.customFetch]: customFetch });
}

async function register(settings: Record<string, unknown> = {}, tenant = 'acme'): Promise<Client> {
  const { status, body } = await api('POST', 'applications', { name: 'CRM', redirectUris: [REDIRECT_URI], ...settings }, tenant);
  assert.equal(status, 201, JSON.stringify(body));
  shared.audit.length = 0;
  const issuer = `https://sso.example.com/t/${tenant}`;
  const id = String(body['id']);
  const secret = body['clientSecret'] as string | null;
  return new Client({
    id,
    secret,
    config: await discover({ issuer, id, secret }),
    redirectUri: (body['redirectUris'] as string[])[0] ?? '',
    issuer,
  });
}

async function signIn(app: Client, browser = new Browser(one), given: Record<string, string> = {}, at?: Node) {
  const { url, check } = await app.request(given);
  const landed = await browser.open(url.href);
  const tokens = await (at ? await app.again(at) : app).exchange(landed, check);
  const claims = tokens.claims();
  assert.ok(claims);
  const [header = ''] = (tokens.id_token ?? '').split('.');
  return { tokens, claims: { ...decodeJwt(tokens.id_token ?? ''), ...claims }, ...readHeader(header) };
}

function readHeader(header: string): { algorithm: string; kid: string } {
  const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string; kid: string };
  return { algorithm: alg, kid };
}

async function signedInBrowser(app: Client, authentication?: client.ClientAuth): Promise<Browser> {
  const browser = new Browser(one);
  if (authentication) await app.authorize(browser);
  else await signIn(app, browser);
  return browser;
}

async function problemAt(url: URL): Promise<{ code: string }> {
  const answer = await new Browser(one).get(url.href);
  assert.equal(answer.headers.get('location'), null);
  return (await answer.json()) as { code: string };
}

/** Another one in every test: what a node keeps of a tenant it keeps by its id. */
function acme(): TenantId {
  const tenant = shared.tenants.get('acme');
  assert.ok(tenant);
  return tenant.id;
}

/** Of a provider that nobody is signed out at. */
const NOTHING_AT_THE_PROVIDER = {
  connections: { find: async () => undefined },
  departures: { save: () => Promise.reject(new Error('nobody is sent there')) },
  revocations: { take: () => Promise.reject(new Error('there are no tokens')) },
  logoutOf: () => ({}),
  revokerOf: () => ({}),
  onLogoutFault: (error: unknown) => assert.fail(String(error)),
};

const endSession = (fields: Record<string, string>): string => `${ISSUER}/oauth/end-session?${new URLSearchParams(fields)}`;

async function count(kind: string): Promise<number> {
  return (await store.db().selectFrom('oidc_artifacts').select('kind').where('kind', '=', kind).execute()).length;
}

/** `fetch` does not let a Host header or an absolute request line through. */
function overSocket(node: Node, path: string, headers: Record<string, string>): Promise<Record<string, unknown>> {
  const { hostname, port } = new URL(node.origin);
  return new Promise((resolve, reject) => {
    requestOverSocket({ hostname, port, path, headers }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (chunk: string) => {
          text += chunk;
        })
        .on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end();
  });
}
