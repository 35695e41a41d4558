import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Browser } from './browser.fixture.ts';
import { insertTenant, REDIRECT_URI } from './node.fixture.ts';
import { api, one, register, setUp, shared, signedInBrowser, signIn, store } from './openid-provider.fixture.ts';

setUp();

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

  it('what was given at the moment in which an application left the house is worth nothing without consent', async () => {
    const crm = await register();
    const browser = await signedInBrowser(crm);
    const { tokens } = await signIn(crm, browser);
    const { code, verifier } = await crm.code(browser);
    // Written by itself: the step that changes an application would end both.
    const { document } = await store.db().selectFrom('applications').select('document').executeTakeFirstOrThrow();
    const strange = JSON.stringify({ ...JSON.parse(document), firstParty: false });
    await store.db().updateTable('applications').set({ document: strange }).execute();
    assert.equal((await crm.redeem(code, verifier)).body['error'], 'invalid_grant');
    assert.equal(await crm.userinfoStatus(tokens.access_token), 401);
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
