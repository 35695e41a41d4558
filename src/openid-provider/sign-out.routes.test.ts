import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Browser } from './browser.fixture.ts';
import { ISSUER, insertTenant } from './node.fixture.ts';
import { one, register, setUp, shared, signedInBrowser, signIn, store, two } from './openid-provider.fixture.ts';

setUp();

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

const endSession = (fields: Record<string, string>): string => `${ISSUER}/oauth/end-session?${new URLSearchParams(fields)}`;
