import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UserId } from '#kernel/ids.ts';
import { Browser } from './browser.fixture.ts';
import { insertPerson, insertTenant, REDIRECT_URI } from './node.fixture.ts';
import {
  acme,
  api,
  count,
  one,
  register,
  setUp,
  shared,
  signedInBrowser,
  signIn,
  store,
  two,
} from './openid-provider.fixture.ts';

setUp();

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

async function problemAt(url: URL): Promise<{ code: string }> {
  const answer = await new Browser(one).get(url.href);
  assert.equal(answer.headers.get('location'), null);
  return (await answer.json()) as { code: string };
}
