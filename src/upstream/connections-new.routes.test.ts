import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { type ConnectionId } from '#kernel/ids.ts';
import {
  api,
  asked,
  change,
  connected,
  create,
  faults,
  needs,
  oidc,
  oidcDocument,
  part,
  saml,
  samlDocument,
  settingsOf,
  setUp,
} from './connections.fixture.ts';

setUp();

describe('A new OIDC connection', () => {
  test('shows what was set, what follows by default and what the gateway derives, and never its secret', async () => {
    const answer = await create(oidcDocument);
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['etag'], '"1"');
    const { id, createdAt, updatedAt, ...shown } = answer.body;
    assert.match(id, /^idp_/);
    assert.equal(createdAt, updatedAt);
    const { clientSecret: _, ...open } = oidc;
    assert.deepEqual(shown, {
      kind: 'oidc',
      preset: null,
      missing: [],
      warnings: [],
      name: 'Acme',
      slug: 'acme',
      enabled: false,
      verified: false,
      staged: null,
      revision: 1,
      oidc: {
        ...open,
        clientAuthentication: 'client_secret_basic',
        requirePkce: true,
        authorizationResponseIssParameterSupported: false,
        scopes: ['openid', 'profile', 'email', 'offline_access'],
        idTokenClaims: [],
        userinfoClaims: [],
        acrValues: [],
        amrValues: [],
        enforceContext: true,
        allowThirdPartyInitiated: false,
        redirectUri: 'https://sso.example.com/t/acme/sso/acme/callback',
        initiateLoginUri: 'https://sso.example.com/t/acme/sso/acme/initiate',
        postLogoutRedirectUri: 'https://sso.example.com/t/acme/sso/acme/signed-out',
      },
      users: { create: false, update: false, defaultGroups: [], defaultRoles: [], pendingActivation: false },
      claims: {
        email: 'email',
        userId: 'sub',
        firstName: 'given_name',
        lastName: 'family_name',
        groups: 'groups',
        roles: 'roles',
        custom: {},
      },
      access: { mode: 'everyone', match: 'any', rules: [] },
      groupFilter: { include: [], exclude: [] },
      whenMissing: { groups: 'keep', roles: 'keep' },
      groupMappings: [],
      groupSync: 'none',
      assignedGroups: [],
      roleMappings: [],
      roleSync: 'all',
      authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email', matchAttributes: {} },
      branding: {},
      portal: { applicationId: null },
    });
    assert.deepEqual((await api.call('GET', `/identity-providers/${id}`)).body, answer.body);
    assert.deepEqual((await api.call('GET', '/identity-providers')).body.items, [answer.body]);
  });

  for (const { name, given, claim } of [
    { name: 'the one that fills it in', given: { claims: { email: 'mail' } }, claim: 'mail' },
    {
      name: 'that of another attribute, where another identifies',
      given: { claims: { userId: 'oid' }, authentication: { userAttribute: 'userId' } },
      claim: 'oid',
    },
    {
      name: 'by its rule, without the default',
      given: { claims: { email: { claim: 'mail', steps: [{ trim: true }], default: 'nobody@acme.example' } } },
      claim: { claim: 'mail', steps: [{ trim: true }] },
    },
    { name: 'as it was said', given: { claims: { email: 'mail' }, authentication: { claim: 'upn' } }, claim: 'upn' },
    { name: 'that of the kind where none is mapped', given: { claims: { userId: 'oid' } }, claim: 'email' },
  ]) {
    test(`identifies an account by the claim of the identifying attribute: ${name}`, async () => {
      const { status, body } = await create({ ...oidcDocument, ...given });
      assert.equal(status, 201);
      assert.deepEqual((body['authentication'] as { claim: unknown }).claim, claim);
    });
  }

  test('keeps its secret sealed, for its protocol alone', async () => {
    const id = await connected(oidcDocument);
    const everything = [
      await api.store.db().selectFrom('connections').selectAll().execute(),
      await api.store.db().selectFrom('audit_events').selectAll().execute(),
      (await api.call('GET', '/identity-providers')).body,
    ];
    assert.doesNotMatch(JSON.stringify(everything), /the-client-secret/);
    assert.equal((await settingsOf(id))['clientSecret'], 'the-client-secret');
  });

  test('gets a key of ours only when it authenticates with one', async () => {
    const basic = await connected(oidcDocument);
    assert.deepEqual((await api.call('GET', `/identity-providers/${basic}/keys`)).body.items, []);
    const { clientSecret: _, ...open } = oidc;
    const id = await connected({ ...oidcDocument, slug: 'jwt', oidc: { ...open, clientAuthentication: 'private_key_jwt' } });
    const {
      items: [key, ...others],
    } = (await api.call('GET', `/identity-providers/${id}/keys`)).body;
    assert.deepEqual([key?.['use'], others.length], ['client-assertion', 0]);
    assert.equal(new X509Certificate(key?.['certificate'] as string).subject, `CN=Sallyport ${id} client-assertion`);
    const settings = (await needs.connections.find(api.acme, id as ConnectionId))?.settings as {
      keys: { clientAssertion: { kid: string }[] };
    };
    assert.equal(settings.keys.clientAssertion[0]?.kid, key?.id);
    assert.equal((await change(basic, { oidc: { clientAuthentication: 'private_key_jwt' } })).status, 200);
    assert.equal((await api.call('GET', `/identity-providers/${basic}/keys`)).body.items.length, 1);
  });

  test('of Microsoft needs the directory alone: issuer and endpoints follow', async () => {
    const directoryId = '2f1b0b1e-3d5f-4c0e-9f3e-0d9d3f6c1a22';
    const answer = await create({
      kind: 'microsoft-oidc',
      name: 'Entra',
      oidc: { directoryId, clientId: 'c', clientSecret: 's3cret-value' },
    });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    assert.equal(part(answer, 'oidc')['issuer'], `https://login.microsoftonline.com/${directoryId}/v2.0`);
    assert.equal(part(answer, 'oidc')['tokenEndpoint'], `https://login.microsoftonline.com/${directoryId}/oauth2/v2.0/token`);
    assert.deepEqual(asked, [], 'nothing is fetched');
    const other = '3f1b0b1e-3d5f-4c0e-9f3e-0d9d3f6c1a22';
    const moved = await change(answer.body.id, { oidc: { directoryId: other } });
    assert.equal(part(moved, 'oidc')['jwksUri'], `https://login.microsoftonline.com/${other}/discovery/v2.0/keys`);
    assert.deepEqual(
      faults(await create({ kind: 'microsoft-oidc', name: 'Entra', oidc: { clientId: 'c', clientSecret: 's' } })).includes(
        '/oidc/directoryId required',
      ),
      true,
    );
  });
});

describe('A new SAML connection', () => {
  test('gets entity id, assertion consumer service and two keys of ours', async () => {
    const answer = await create(samlDocument);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    const url = 'https://sso.example.com/t/acme/sso/acme-saml';
    assert.deepEqual([part(answer, 'saml')['acsUrl'], part(answer, 'saml')['spEntityId']], [`${url}/acs`, `${url}/metadata`]);
    assert.equal('keys' in part(answer, 'saml'), false);
    assert.deepEqual(part(answer, 'claims'), {
      email: 'email',
      userId: 'NameID',
      firstName: 'firstName',
      lastName: 'lastName',
      groups: 'groups',
      roles: 'roles',
      custom: {},
    });
    const { items } = (await api.call('GET', `/identity-providers/${answer.body.id}/keys`)).body;
    assert.deepEqual(items.map((key) => key['use']).sort(), ['decryption', 'signing']);
    assert.doesNotMatch(JSON.stringify(items), /PRIVATE/);
    const row = await api.store.db().selectFrom('connection_keys').selectAll().execute();
    assert.doesNotMatch(JSON.stringify(row), /PRIVATE/);
  });

  test('has metadata with these keys', async () => {
    const id = await connected(samlDocument);
    const connection = await needs.connections.find(api.acme, id as ConnectionId);
    const metadata = needs.registry.saml.metadata?.(connection?.settings) ?? '';
    const { items } = (await api.call('GET', `/identity-providers/${id}/keys`)).body;
    for (const key of items)
      assert.ok(metadata.includes(new X509Certificate(key['certificate'] as string).raw.toString('base64')));
    assert.match(metadata, /entityID="https:\/\/sso\.example\.com\/t\/acme\/sso\/acme-saml\/metadata"/);
  });

  test('may have an entity id of the administrator’s choice, and no address of theirs', async () => {
    const answer = await create({ ...samlDocument, saml: { ...saml, spEntityId: 'urn:acme:sallyport' } });
    assert.equal(part(answer, 'saml')['spEntityId'], 'urn:acme:sallyport');
    const back = await change(answer.body.id, { saml: { spEntityId: null } });
    assert.equal(part(back, 'saml')['spEntityId'], 'https://sso.example.com/t/acme/sso/acme-saml/metadata');
    assert.deepEqual(
      faults(await create({ ...samlDocument, slug: 'b', saml: { ...saml, acsUrl: 'https://evil.example/acs' } })),
      ['/saml/acsUrl read_only'],
    );
    assert.deepEqual(
      faults(await create({ ...oidcDocument, slug: 'c', oidc: { ...oidc, redirectUri: 'https://evil.example/cb' } })),
      ['/oidc/redirectUri read_only'],
    );
  });

  test('is not given keys by the API', async () => {
    assert.deepEqual(faults(await create({ ...samlDocument, saml: { ...saml, keys: { signing: [] } } })), [
      '/saml/keys unknown_field',
    ]);
    assert.deepEqual(faults(await create({ ...oidcDocument, oidc: { ...oidc, keys: { clientAssertion: [] } } })), [
      '/oidc/keys unknown_field',
    ]);
  });
});
