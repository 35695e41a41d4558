import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import { Browser } from './browser.fixture.ts';
import { ISSUER, REDIRECT_URI, startNode } from './node.fixture.ts';
import {
  acme,
  count,
  one,
  otherStore,
  overSocket,
  register,
  setUp,
  shared,
  signedInBrowser,
  signIn,
} from './openid-provider.fixture.ts';

setUp();

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
