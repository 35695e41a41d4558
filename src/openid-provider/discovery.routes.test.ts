import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Browser } from './browser.fixture.ts';
import { ISSUER, startNode } from './node.fixture.ts';
import { one, overSocket, register, setUp, shared, signedInBrowser, signIn, store } from './openid-provider.fixture.ts';

setUp();

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
