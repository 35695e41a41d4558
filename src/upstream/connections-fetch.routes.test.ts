import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  api,
  asked,
  change,
  connected,
  create,
  faults,
  idpCertificate,
  oidcDocument,
  part,
  publish,
  refused,
  samlDocument,
  setUp,
} from './connections.fixture.ts';

setUp();

describe('Fetching the configuration', () => {
  const metadata = JSON.stringify({
    issuer: 'https://idp.acme.example',
    authorization_endpoint: 'https://idp.acme.example/a',
    token_endpoint: 'https://idp.acme.example/t',
    jwks_uri: 'https://idp.acme.example/k',
    userinfo_endpoint: 'https://idp.acme.example/u',
    scopes_supported: ['openid', 'email'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  });
  const address = 'https://idp.acme.example/.well-known/openid-configuration';
  const samlMetadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.acme.example/saml"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${new X509Certificate(idpCertificate).raw.toString('base64')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.acme.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`;

  test('fills in what a saved document lacks; what was given goes first', async () => {
    publish({ [address]: metadata });
    const answer = await create({
      ...oidcDocument,
      oidc: {
        issuer: 'https://idp.acme.example',
        clientId: 'c',
        clientSecret: 'sec',
        userinfoEndpoint: 'https://idp.acme.example/mine',
      },
    });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    const shown = part(answer, 'oidc');
    assert.deepEqual(
      [shown['tokenEndpoint'], shown['userinfoEndpoint'], shown['clientAuthentication'], shown['scopes']],
      ['https://idp.acme.example/t', 'https://idp.acme.example/mine', 'client_secret_post', ['openid', 'email']],
    );
    assert.deepEqual(asked, [address], 'in one fetch');
  });

  test('that fails is a fault of the issuer, beside the others', async () => {
    const answer = await create({
      ...oidcDocument,
      name: '',
      oidc: { issuer: 'https://idp.acme.example', clientId: 'c', clientSecret: 's' },
    });
    assert.deepEqual(faults(answer), ['/name too_small', '/oidc/issuer oidc.metadata_unreadable']);
    const saml404 = await create({ ...samlDocument, saml: { metadataUrl: 'https://idp.acme.example/metadata' } });
    assert.deepEqual(faults(saml404), ['/saml/metadataUrl saml_metadata.not_metadata']);
  });

  test('happens anew when the issuer changes: nothing of the old provider stays', async () => {
    const id = await connected(oidcDocument);
    const moved = 'https://new.acme.example';
    publish({ [`${moved}/.well-known/openid-configuration`]: metadata.replaceAll('https://idp.acme.example', moved) });
    const answer = await change(id, { oidc: { issuer: moved, clientSecret: 'new-secret' } });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.doesNotMatch(JSON.stringify(part(answer, 'oidc')), /idp\.acme\.example/);
  });

  test('of SAML metadata at saving', async () => {
    publish({ 'https://idp.acme.example/metadata': samlMetadata });
    const answer = await create({ ...samlDocument, saml: { metadataUrl: 'https://idp.acme.example/metadata' } });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    assert.deepEqual(
      [part(answer, 'saml')['issuer'], part(answer, 'saml')['ssoUrl']],
      ['https://idp.acme.example/saml', 'https://idp.acme.example/sso'],
    );
  });

  test('by request stores nothing and says what kind it is', async () => {
    publish({ [address]: metadata, 'https://idp.acme.example/metadata': samlMetadata });
    const ask = (body: unknown) => api.call('POST', '/identity-providers/fetch-configuration', { body });
    for (const body of [{ issuer: 'https://idp.acme.example' }, { metadataUrl: address }, { metadata }]) {
      const answer = await ask(body);
      assert.deepEqual([answer.status, answer.body['kind']], [200, 'oidc'], JSON.stringify(answer.body));
    }
    for (const body of [{ metadataUrl: 'https://idp.acme.example/metadata' }, { metadata: samlMetadata }]) {
      assert.deepEqual((await ask(body)).body['kind'], 'saml');
    }
    assert.equal((await api.call('GET', '/identity-providers')).body.items.length, 0);
    refused(await ask({}), 422, 'upstream.source_ambiguous');
    refused(await ask({ issuer: 'https://idp.acme.example', metadata }), 422, 'upstream.source_ambiguous');
    assert.deepEqual(faults(await ask({ issuer: 7, url: 'x' })), ['/issuer invalid_type', '/url unknown_field']);
    assert.equal((await ask({ issuer: 'https://nowhere.example' })).body.code, 'oidc.metadata_unreadable');
  });
});
