import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Agent, type Visit } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { type Claims, claimsOf, codeFrom, redeem, signInByOidc, signInBySaml } from '../kit/scene.ts';
import { acme, scene, setUp } from './presets.fixture.ts';

setUp();

const XMLSOAP = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

/** Nothing of the scene's own mapping: the preset alone says what is read. */
const bare = { claims: undefined, authentication: undefined };
const group = (external: string) => ({ groupMappings: [{ external, group: 'Engineers' }] });

async function tokenOf(agent: Agent, signedIn: { arrived: Visit; asked: Parameters<typeof redeem>[2] }): Promise<Claims> {
  const { status, json } = await redeem(acme, await codeFrom(agent, signedIn.arrived), signedIn.asked);
  assert.equal(status, 200, JSON.stringify(json));
  return claimsOf(json.id_token);
}

describe('A provider that is made with a preset', () => {
  it('reads Entra’s SAML attributes by the names that Entra sends', async () => {
    const idp = createSamlIdp({
      entityId: 'https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/',
      ssoUrl: 'https://idp.acme.example/sso',
    });
    const engineers = '07dd8a60-bf6d-4e17-8844-230b77145381';
    const connection = await acme.connectSaml(idp, {
      ...bare,
      ...group(engineers),
      preset: 'entra',
      name: 'Entra',
      slug: 'entra-saml',
    });
    assert.equal(connection.document.preset, 'entra');
    const agent = new Agent();
    const signedIn = await signInBySaml(agent, acme, connection, {
      nameId: { value: 'm_H3naDei2LNxUmEcWd0BZlNi_jVET1pMLR6iQSuYmo', format: PERSISTENT },
      attributes: {
        [`${XMLSOAP}/emailaddress`]: 'frank@acme.example',
        [`${XMLSOAP}/givenname`]: 'Frank',
        [`${XMLSOAP}/surname`]: 'Miller',
        [`${XMLSOAP}/name`]: 'frankm@acme.example',
        'http://schemas.microsoft.com/identity/claims/objectidentifier': '528b2ac2-aa9c-45e1-88d4-959b53bc7dd0',
        'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups': [engineers],
      },
    });
    const claims = await tokenOf(agent, signedIn);
    assert.deepEqual([claims['email'], claims['given_name'], claims['family_name']], ['frank@acme.example', 'Frank', 'Miller']);
    assert.deepEqual(claims['groups'], ['Engineers']);
    const { json } = await acme.api.call<{ items: { userId: string; userPrincipalName: string }[] }>('GET', '/api/v1/users');
    assert.deepEqual(
      json.items.map(({ userId, userPrincipalName }) => [userId, userPrincipalName]),
      [['528b2ac2-aa9c-45e1-88d4-959b53bc7dd0', 'frankm@acme.example']],
    );
  });

  it('demands the NameID format and signature of the preset', async () => {
    const idp = createSamlIdp({ entityId: 'http://www.okta.com/exk1fcia6d6EMsf331d8', ssoUrl: 'https://idp.acme.example/sso' });
    const okta = await acme.connectSaml(idp, { ...bare, preset: 'okta', name: 'Okta SAML', slug: 'okta-saml' });
    const given = { nameId: { value: '00uixa271s6x7qt8I0h7', format: PERSISTENT }, attributes: { email: 'olga@acme.example' } };
    const agent = new Agent();
    assert.equal((await signInBySaml(agent, acme, okta, { ...given, sign: 'both' })).arrived.status, 303);
    const once = await signInBySaml(new Agent(), acme, okta, { ...given, sign: 'assertion' });
    assert.match(once.arrived.body, /saml\.signature_missing/);
    const otherFormat = {
      ...given,
      nameId: { value: 'olga@acme.example', format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
    };
    assert.match(
      (await signInBySaml(new Agent(), acme, okta, { ...otherFormat, sign: 'both' })).arrived.body,
      /saml\.name_id_format_mismatch/,
    );
  });

  it('asks Okta for its groups, and reads its claims', async () => {
    const person = {
      sub: '00uoscar1s6x7qt8I0h7',
      preferred_username: 'oscar@acme.example',
      email: 'oscar@acme.example',
      locale: 'de-DE',
    };
    const idp = await scene.startOidcIdp({ person: { ...person, groups: ['IT'] } });
    const connection = await acme.connectOidc(idp, { ...bare, ...group('IT'), preset: 'okta', name: 'Okta', slug: 'okta' });
    const agent = new Agent();
    const signedIn = await signInByOidc(agent, acme, connection);
    const asked = idp.requests.find(({ endpoint }) => endpoint === 'authorize');
    assert.equal(asked?.fields.get('scope'), 'openid profile email offline_access groups');
    assert.deepEqual((await tokenOf(agent, signedIn))['groups'], ['Engineers']);
    const { json } = await acme.api.call<{ items: Record<string, unknown>[] }>('GET', '/api/v1/users');
    const oscar = json.items.find(({ email }) => email === 'oscar@acme.example');
    assert.deepEqual([oscar?.['userPrincipalName'], oscar?.['locale']], ['oscar@acme.example', 'de-DE']);
  });

  it('reads AD FS’s claims by the names that AD FS sends', async () => {
    const person = {
      sub: 'adfs-1',
      email: 'ada@acme.example',
      upn: 'ada@corp.acme.example',
      groups: ['Nobody'],
      group: ['Domain Users'],
    };
    const idp = await scene.startOidcIdp({ person });
    for (const client of idp.clients.values()) client.authentication = 'client_secret_post';
    const document = { ...bare, ...group('Domain Users'), preset: 'adfs', name: 'AD FS', slug: 'adfs' };
    const connection = await acme.connectOidc(idp, { ...document, oidc: { clientAuthentication: 'client_secret_basic' } });
    const agent = new Agent();
    const claims = await tokenOf(agent, await signInByOidc(agent, acme, connection));
    assert.deepEqual(claims['groups'], ['Engineers']);
  });

  it('is stored whole, and the preset may be changed without changing what is read', async () => {
    const idp = await scene.startOidcIdp();
    const { id, document } = await acme.connectOidc(idp, { ...bare, preset: 'google', name: 'Google', slug: 'google' });
    const claims = document['claims'] as Record<string, unknown>;
    assert.equal(Object.hasOwn(claims, 'groups'), false);
    const changed = await acme.api.call('PATCH', `/api/v1/identity-providers/${id}`, { preset: 'keycloak' });
    assert.equal(changed.status, 200, JSON.stringify(changed.json));
    assert.deepEqual([changed.json['preset'], changed.json['claims']], ['keycloak', claims]);
  });

  const refused: [name: string, document: Record<string, unknown>, faults: string[]][] = [
    ['an unknown one', { preset: 'okto' }, ['/preset unknown_preset']],
    ['one for another kind', { preset: 'entra' }, ['/preset preset_mismatch']],
    [
      'the issuer of many directories',
      { oidc: { issuer: 'https://login.microsoftonline.com/common/v2.0' } },
      ['/oidc/issuer shared_directory'],
    ],
  ];
  for (const [name, document, faults] of refused) {
    it(`is refused with ${name}, when it is made and when it is changed`, async () => {
      const endpoints = {
        authorizationEndpoint: 'https://idp.example/a',
        tokenEndpoint: 'https://idp.example/t',
        jwksUri: 'https://idp.example/k',
      };
      const oidc = { issuer: 'https://idp.example', clientId: 'sallyport', clientSecret: 'a-secret', ...endpoints };
      const body = { kind: 'oidc', name: 'Refused', ...document, oidc: { ...oidc, ...(document['oidc'] as object | undefined) } };
      const made = await acme.api.call('POST', '/api/v1/identity-providers', body);
      assert.deepEqual([made.status, made.json.errors.map(({ pointer, code }) => `${pointer} ${code}`)], [422, faults]);
      const good = await acme.api.call('POST', '/api/v1/identity-providers', { kind: 'oidc', name: 'Good', oidc });
      const changed = await acme.api.call('PATCH', `/api/v1/identity-providers/${good.json.id}`, document);
      assert.equal(changed.status, 422);
      assert.ok(
        changed.json.errors.some(({ pointer, code }) => faults.includes(`${pointer} ${code}`)),
        JSON.stringify(changed.json),
      );
    });
  }
});
