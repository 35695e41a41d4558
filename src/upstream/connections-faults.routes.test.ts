import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  api,
  asked,
  change,
  connected,
  create,
  faults,
  oidc,
  oidcDocument,
  refused,
  saml,
  samlDocument,
  setUp,
} from './connections.fixture.ts';

setUp();

describe('Faults', () => {
  test('are told all at once: the document’s, the protocol’s and those between, with pointers into the whole', async () => {
    assert.equal((await create(oidcDocument)).status, 201, 'the valid control');
    const answer = await create({
      kind: 'oidc',
      name: '',
      slug: 'Not A Slug',
      enabled: 'yes',
      colour: 'red',
      preset: 'Okta!',
      oidc: {
        ...oidc,
        issuer: 'http://idp.acme.example/?a=b',
        scopes: ['profile'],
        tokenEndpoint: 'javascript:alert(1)',
        surprise: 1,
      },
      saml,
      users: { create: 'no', defaultRoles: [''] },
      claims: { email: 7, nickname: 'x', custom: { sub: 'sub', ok: 'fine' } },
      groupSync: 'assign',
      groupMappings: [{ external: 'a', group: 'G' }, { external: 'a', group: 'g' }, { group: 'H' }],
      authentication: {
        domains: ['gmail.com', 'Acme.example', 'not a domain', 'acme.example', 'acme.example'],
        userAttribute: 'shoe',
        matchAttributes: { email: '', hat: 'x' },
      },
      branding: { buttonImage: 'data:image/svg+xml;base64,PHN2Zy8+', buttonText: 'x'.repeat(81) },
    });
    refused(answer, 422, 'upstream.input_invalid');
    assert.deepEqual(
      faults(answer).filter((fault) => !fault.startsWith('/oidc')),
      [
        '/assignedGroups required',
        '/authentication/domains/0 domain_public',
        '/authentication/domains/1 domain_form',
        '/authentication/domains/2 domain_invalid',
        '/authentication/domains/4 duplicate',
        '/authentication/matchAttributes/email too_small',
        '/authentication/matchAttributes/hat unknown_field',
        '/authentication/userAttribute invalid_value',
        '/branding/buttonImage image_type',
        '/branding/buttonText too_big',
        '/claims/custom/sub invalid_key',
        '/claims/email invalid_type',
        '/claims/nickname unknown_field',
        '/colour unknown_field',
        '/enabled invalid_type',
        '/groupMappings/1 duplicate',
        '/groupMappings/2/external required',
        '/name too_small',
        '/preset invalid_format',
        '/saml not_of_this_kind',
        '/slug invalid_format',
        '/users/create invalid_type',
        '/users/defaultRoles/0 too_small',
      ],
    );
    const pointers = new Set(faults(answer).map((fault) => fault.split(' ')[0]));
    for (const pointer of ['/oidc/issuer', '/oidc/tokenEndpoint', '/oidc/scopes', '/oidc/surprise'])
      assert.ok(pointers.has(pointer), pointer);
    assert.deepEqual(asked, [], 'nothing was missing, so nothing was fetched');
  });

  test('of a body that is no document are told too', async () => {
    for (const body of [[], 'x', 7]) refused(await create(body), 422, 'upstream.input_invalid');
    assert.deepEqual(faults(await create({})), ['/kind invalid_value', '/name required']);
    assert.deepEqual(faults(await create({ kind: 'ldap', name: 'x' })), ['/kind invalid_value']);
    assert.deepEqual(faults(await create({ kind: 'oidc', name: 'x' })), ['/oidc required']);
    assert.deepEqual(faults(await create({ kind: 'oidc', name: 'x', oidc: 'y' })), ['/oidc invalid_type']);
    assert.deepEqual(faults(await create({ kind: 'constructor', name: 'x', oidc })), ['/kind invalid_value']);
    assert.deepEqual(faults(await create({ ...samlDocument, oidc })), ['/oidc not_of_this_kind']);
    assert.equal((await api.call('GET', '/identity-providers')).body.items.length, 0, 'and nothing was made');
  });
});

describe('Slugs', () => {
  test('come from the name, free of what is taken and of what no URL wants', async () => {
    assert.equal((await create({ ...oidcDocument, name: 'Ácme (Entra) GmbH!' })).body['slug'], 'acme-entra-gmbh');
    assert.equal((await create({ ...oidcDocument, name: 'Acme Entra GmbH' })).body['slug'], 'acme-entra-gmbh-2');
    assert.equal((await create({ ...oidcDocument, name: '日本' })).body['slug'], 'idp');
  });

  test('that are given are taken once in a tenant, and free in another', async () => {
    assert.equal((await create({ ...oidcDocument, slug: 'x' })).status, 201);
    refused(await create({ ...oidcDocument, slug: 'x' }), 409, 'upstream.slug_taken');
    assert.equal(
      (await api.call('POST', '/identity-providers', { body: { ...oidcDocument, slug: 'x' }, tenant: 'globex' })).status,
      201,
    );
  });

  test('and the kind are never changed', async () => {
    const id = await connected(oidcDocument);
    assert.equal((await change(id, { slug: 'acme', kind: 'oidc' })).status, 200, 'as they are they may be sent back');
    assert.deepEqual(faults(await change(id, { slug: 'other' })), ['/slug read_only']);
    assert.ok(faults(await change(id, { kind: 'saml', oidc: null, saml })).includes('/kind read_only'));
  });
});
