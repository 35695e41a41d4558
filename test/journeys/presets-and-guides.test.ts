import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { type Json } from '../kit/scene.ts';
import { acme, scene, setUp } from './presets.fixture.ts';

setUp();

const GUID = '4f1c0b5e-5a0c-4ac5-8d6f-2f1d0a6f7b11';

describe('Presets and guides by API', () => {
  interface Steps {
    steps: { copy?: { label: string; value: string }[]; paste?: { pointer: string }[] }[];
    preset: string;
    kind: string;
    language: string;
  }
  const handed = ({ steps }: Steps) => steps.flatMap(({ copy }) => copy ?? []).map(({ value }) => value);

  it('lists what each fills in, in both languages', async () => {
    const list = async (language: string) =>
      (
        await acme.api.call<{
          items: { id: string; buttonText: string; kinds: { kind: string; defaults: object; know: string[] }[] }[];
        }>('GET', `/api/v1/identity-provider-presets?language=${language}`)
      ).json.items;
    const [english, german] = [await list('en'), await list('de')];
    assert.deepEqual(
      english.map(({ id }) => id),
      ['entra', 'okta', 'auth0', 'ping', 'google', 'adfs', 'onelogin', 'jumpcloud', 'keycloak', 'generic-oidc', 'generic-saml'],
    );
    assert.deepEqual(
      english.map(({ kinds }) => kinds.map(({ defaults }) => defaults)),
      german.map(({ kinds }) => kinds.map(({ defaults }) => defaults)),
    );
    assert.deepEqual([english[0]?.buttonText, german[0]?.buttonText], ['Sign in with Microsoft', 'Mit Microsoft anmelden']);
  });

  it('guides before the provider is made, for the slug that it is to have', async () => {
    const path = '/api/v1/identity-provider-presets/keycloak/guide';
    const { status, json } = await acme.api.call<Steps>('GET', `${path}?kind=saml&slug=my-keycloak&language=de`);
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual([json.preset, json.kind, json.language], ['keycloak', 'saml', 'de']);
    assert.ok(handed(json).includes(`${acme.url}/sso/my-keycloak/acs`));
    const first = await acme.api.call<Steps>('GET', `${path}?slug=my-keycloak`);
    assert.equal(first.json.kind, 'oidc');
  });

  it('guides to a provider that is made, with its certificates, by its preset or by what it is recognised as', async () => {
    const idp = createSamlIdp({
      entityId: 'https://id.acme.example/realms/acme',
      ssoUrl: 'https://id.acme.example/realms/acme/protocol/saml',
    });
    const { id } = await acme.connectSaml(idp, { name: 'Realm', slug: 'realm' });
    const { status, json } = await acme.api.call<Steps>('GET', `/api/v1/identity-providers/${id}/guide?language=en`);
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal(json.preset, 'keycloak');
    assert.ok(handed(json).includes(`${acme.url}/sso/realm/acs`));
    assert.equal(handed(json).filter((value) => value.startsWith('-----BEGIN CERTIFICATE-----')).length, 2);
    assert.doesNotMatch(JSON.stringify(json), /PRIVATE KEY/);
  });

  const refused: [path: string, status: number, code: string][] = [
    ['identity-provider-presets/okto/guide?slug=a', 404, 'upstream.preset_unknown'],
    ['identity-provider-presets/entra/guide?slug=a&kind=oidc', 422, 'upstream.preset_mismatch'],
    ['identity-provider-presets/entra/guide', 422, 'http.input_invalid'],
    ['identity-provider-presets/entra/guide?slug=../evil', 422, 'http.input_invalid'],
    ['identity-provider-presets?language=fr', 422, 'http.input_invalid'],
    ['identity-providers/idp_nobody/guide', 404, 'upstream.connection_unknown'],
  ];
  for (const [path, status, code] of refused) {
    it(`answers ${code} to ${path}`, async () => {
      const { json, ...answer } = await acme.api.call('GET', `/api/v1/${path}`);
      assert.deepEqual([answer.status, json.code], [status, code]);
    });
  }

  it('says whose product a fetched configuration is', async () => {
    const entityId = 'https://accounts.google.com/o/saml2?idpid=C01abcdef';
    const idp = createSamlIdp({ entityId, ssoUrl: 'https://accounts.google.com/o/saml2/idp?idpid=C01abcdef' });
    const fetched = await acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { metadata: idp.metadata() });
    assert.deepEqual([fetched.status, fetched.json['preset']], [200, 'google'], JSON.stringify(fetched.json));
    const own = await scene.startOidcIdp();
    const unknown = await acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { issuer: own.issuer });
    assert.equal(unknown.json['preset'], null);
    const document = JSON.stringify({ ...own.metadata(), issuer: 'https://acme.auth0.com/' });
    const auth0 = await acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { metadata: document });
    assert.equal(auth0.json['preset'], 'auth0');
    const codes = (auth0.json['warnings'] as { code: string }[]).map(({ code }) => code);
    assert.ok(codes.includes('okta_customer_identity'), codes.join());
    const source = { issuer: 'https://login.microsoftonline.com/organizations/v2.0' };
    const shared = await acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', source);
    assert.deepEqual(
      shared.json.errors.map(({ pointer, code }) => `${pointer} ${code}`),
      ['/issuer shared_directory'],
    );
  });

  it('questions a secret that looks like its id, and stops nobody', async () => {
    const document = {
      kind: 'microsoft-oidc',
      name: 'Entra',
      slug: 'questioned',
      oidc: { directoryId: GUID, clientId: GUID, clientSecret: GUID },
    };
    const made = await acme.api.call('POST', '/api/v1/identity-providers', document);
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const warned = ({ json }: { json: Json }) =>
      (json['warnings'] as { code: string; pointer: string }[]).map(({ code, pointer }) => `${pointer} ${code}`);
    assert.deepEqual(warned(made), ['/oidc/clientSecret secret_looks_like_id']);
    const path = `/api/v1/identity-providers/${made.json.id}`;
    assert.deepEqual(warned(await acme.api.call('GET', path)), ['/oidc/clientSecret secret_looks_like_id']);
    const mended = await acme.api.call('PATCH', path, { oidc: { clientSecret: 'Qx~8Q~aValueAndNotAnId_0123456789' } });
    assert.deepEqual(warned(mended), []);
    assert.doesNotMatch(JSON.stringify(mended.json), /aValueAndNotAnId/);
  });

  it('warns where any Google account would be let in, until something gates it', async () => {
    const endpoints = {
      authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
      tokenEndpoint: 'https://oauth2.googleapis.com/token',
      jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
    };
    const oidc = { issuer: 'https://accounts.google.com', clientId: 'x', clientSecret: 'y', ...endpoints };
    const made = await acme.api.call('POST', '/api/v1/identity-providers', {
      kind: 'oidc',
      preset: 'google',
      name: 'Open',
      oidc,
      users: { create: true },
    });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    assert.deepEqual(
      (made.json['warnings'] as { code: string }[]).map(({ code }) => code),
      ['google_any_account'],
    );
    const access = { mode: 'rules', rules: [{ claim: 'hd', operator: 'equals', values: ['acme.example'] }] };
    const gated = await acme.api.call('PATCH', `/api/v1/identity-providers/${made.json.id}`, { access });
    assert.deepEqual(gated.json['warnings'], [], JSON.stringify(gated.json));
  });
});
