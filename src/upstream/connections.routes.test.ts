import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createGroupStore } from '#directory/groups.sql.ts';
import { createBuiltInRoles } from '#directory/index.ts';
import { createRoleStore } from '#directory/roles.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import { type ConnectionId, newId, type UserId } from '#kernel/ids.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { takeRsaKey } from '#test/rsa-keys.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { openTestApi, type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import type { ConnectionDirectory } from './connection.ts';
import type { ConnectionRegister } from './connection-register.ts';
import { connectionRoutes } from './connections.routes.ts';
import { createConnectionStore } from './connections.sql.ts';
import type { KeyRegister } from './keys/key-register.ts';
import type { ConnectionNeeds } from './needs.ts';
import { createRegistry } from './registry.ts';
import { createRevisionStore } from './revisions/revisions.sql.ts';

let api: TestApi;
let needs: ConnectionNeeds & { connections: ConnectionDirectory & ConnectionRegister & KeyRegister };
let ended: string[] = [];
/** What the outside world answers, by URL; everything else is unreachable. */
let outside: Record<string, string> = {};
let asked: string[] = [];

const world = createTestWorld(async (url) => {
  asked.push(String(url));
  const body = outside[String(url)];
  if (body === undefined) return new Response('nothing here', { status: 404 });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
});
/** Making a key takes a tenth of a second; two serve all tests. */
const idpCertificate = makeCertifiedKey().certificatePem;

before(async () => {
  api = await openTestApi((scope, parts) => {
    const registry = createRegistry({ allowPrivateNetwork: false });
    const urls = createTenantUrls([{ region: 'na', template: 'https://sso.example.com/t/{tenant}' }]);
    needs = {
      ...parts,
      registry,
      transact: parts.store.transact,
      connections: createConnectionStore({ ...parts, registry, urls }),
      revisions: createRevisionStore(parts),
      users: createUserStore(parts),
      groups: createGroupStore(parts),
      roles: createRoleStore(parts),
      makeRsaKey: async () => takeRsaKey(),
      endSessionsOfConnection: async (_tenant, id) => void ended.push(id),
      giveBackTokens: async () => {},
    };
    connectionRoutes(scope, { ...needs, authorization: parts.authorization });
  }, world);
});
beforeEach(async () => {
  for (const table of [
    'connections',
    'connection_revisions',
    'connection_keys',
    'users',
    'links',
    'groups',
    'roles',
    'group_members',
    'role_members',
  ] as const) {
    await api.store.db().deleteFrom(table).execute();
  }
  await createBuiltInRoles({ roles: needs.roles, world }, api.acme);
  [ended, asked, outside] = [[], [], {}];
});
after(() => api.close());

const endpoints = {
  authorizationEndpoint: 'https://idp.acme.example/authorize',
  tokenEndpoint: 'https://idp.acme.example/token',
  jwksUri: 'https://idp.acme.example/jwks',
};
const oidc = { issuer: 'https://idp.acme.example', clientId: 'sallyport', clientSecret: 'the-client-secret', ...endpoints };
const saml = {
  issuer: 'https://idp.acme.example/saml',
  ssoUrl: 'https://idp.acme.example/sso',
  verificationCertificates: [idpCertificate],
};
const oidcDocument = { kind: 'oidc', name: 'Acme', oidc };
const samlDocument = { kind: 'saml', name: 'Acme SAML', saml };

/** Settings as the protocol reads them at a sign-in. */
const settingsOf = async (id: string): Promise<Record<string, unknown>> =>
  Object(required(await needs.connections.find(api.acme, id as ConnectionId)).settings);

function required<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined);
  return value;
}

const create = (body: unknown, as = 'operator') => api.call('POST', '/identity-providers', { body, as });
const change = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  api.call('PATCH', `/identity-providers/${id}`, { body, headers });
const override = (id: string, body: unknown) => api.call('PATCH', `/identity-providers/${id}?override=because`, { body });

async function connected(body: unknown): Promise<string> {
  const answer = await create(body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}

const faults = ({ body }: TestAnswer): string[] => (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();
const part = (answer: TestAnswer, name: 'oidc' | 'saml' | 'claims' | 'authentication') =>
  answer.body[name] as Record<string, unknown>;

function refused(answer: TestAnswer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
}

async function makeUser(role: string): Promise<string> {
  const id = newId<UserId>('usr', world);
  const now = world.now();
  await needs.users.insert(api.acme, {
    id,
    email: null,
    emailVerified: false,
    userId: id,
    userPrincipalName: null,
    profile: { custom: {} },
    status: 'active',
    createdAt: now,
    updatedAt: now,
    lastSignInAt: null,
  });
  const found = await needs.roles.findByNames(api.acme, [role]);
  await needs.roles.setMemberships(
    api.acme,
    id,
    'manual',
    found.map((one) => one.id),
    'add',
  );
  return id;
}

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

describe('A change', () => {
  test('merges, raises the revision and is written to the audit log without secrets', async () => {
    const id = await connected(oidcDocument);
    world.pass(60);
    const answer = await change(id, {
      name: 'Acme Two',
      oidc: { maxAgeSeconds: 3600 },
      claims: { phone: 'phone_number', lastName: null },
      authentication: { domains: ['acme.example'] },
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual([answer.body['revision'], answer.headers['etag'], answer.body.name], [2, '"2"', 'Acme Two']);
    assert.equal(part(answer, 'oidc')['maxAgeSeconds'], 3600);
    assert.deepEqual(part(answer, 'claims'), {
      email: 'email',
      userId: 'sub',
      firstName: 'given_name',
      groups: 'groups',
      roles: 'roles',
      phone: 'phone_number',
      custom: {},
    });
    assert.equal(answer.body['updatedAt'], world.now().toISOString());
    const [entry] = await api.audit.list(api.acme, { limit: 1 });
    assert.deepEqual([entry?.action, entry?.target], ['identity-provider.changed', `connection:${id}`]);
    const [before, after] = [entry?.before, entry?.after] as Record<string, unknown>[];
    assert.deepEqual([before?.['name'], after?.['name']], ['Acme', 'Acme Two']);
    assert.equal('users' in (after ?? {}), false, 'what did not change is not in it');
    assert.deepEqual((await api.call('GET', `/identity-providers/${id}`)).body, answer.body);
  });

  test('keeps the secret that it does not name, replaces the one that it names', async () => {
    const id = await connected(oidcDocument);
    const secret = async () => (await settingsOf(id))['clientSecret'];
    await change(id, { name: 'Other' });
    assert.equal(await secret(), 'the-client-secret');
    await change(id, { oidc: { clientSecret: 'another-secret' } });
    assert.equal(await secret(), 'another-secret');
    const [entry] = await api.audit.list(api.acme, { limit: 1 });
    assert.equal(Object(entry?.after).secretsChanged, true);
    assert.doesNotMatch(JSON.stringify(entry), /another-secret|the-client-secret/);
    assert.deepEqual(faults(await change(id, { oidc: { clientSecret: null } })), ['/oidc/clientSecret required']);
    assert.equal((await change(id, { oidc: { clientSecret: null, clientAuthentication: 'none' } })).status, 200);
    assert.equal(await secret(), undefined);
  });

  test('that would send the secret to another host needs the secret again', async () => {
    const id = await connected(oidcDocument);
    assert.deepEqual(faults(await change(id, { oidc: { tokenEndpoint: 'https://evil.example/token' } })), [
      '/oidc/clientSecret required_anew',
    ]);
    assert.equal(
      (await change(id, { oidc: { tokenEndpoint: 'https://idp.acme.example/token/2' } })).status,
      200,
      'the same host needs nothing',
    );
    assert.equal(
      (await change(id, { oidc: { tokenEndpoint: 'https://new.acme.example/token', clientSecret: 'new-secret' } })).status,
      200,
    );
  });

  test('of nothing changes nothing, not even the revision', async () => {
    const id = await connected(oidcDocument);
    assert.equal((await change(id, {})).body['revision'], 1);
    assert.equal((await change(id, { name: 'Acme', oidc: { clientSecret: 'the-client-secret' } })).body['revision'], 1);
  });

  test('made against another revision is refused, when it says so', async () => {
    const id = await connected(oidcDocument);
    assert.equal((await change(id, { name: 'Two' }, { 'if-match': '"1"' })).status, 200);
    refused(await change(id, { name: 'Three' }, { 'if-match': '"1"' }), 412, 'upstream.revision_differs');
    refused(await change(id, { name: 'Three' }, { 'if-match': 'W/"2"' }), 412, 'upstream.revision_differs');
    refused(
      await api.call('DELETE', `/identity-providers/${id}`, { headers: { 'if-match': '"1"' } }),
      412,
      'upstream.revision_differs',
    );
    assert.equal((await change(id, { name: 'Three' }, { 'if-match': '*' })).body['revision'], 3);
  });

  test('made by many at once loses none, and no revision', async () => {
    const id = await connected(oidcDocument);
    const names = ['phone', 'mobile', 'locale'];
    const answers = await Promise.all(names.map((name) => change(id, { claims: { [name]: name } })));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    const answer = await api.call('GET', `/identity-providers/${id}`);
    assert.equal(answer.body['revision'], 4);
    for (const name of names) assert.equal(part(answer, 'claims')[name], name);
  });

  test('of unknown, foreign and impossible ids answers alike', async () => {
    const id = await connected(oidcDocument);
    for (const [path, tenant] of [
      ['idp_none', 'acme'],
      [id, 'globex'],
      ['%00', 'acme'],
      ['..', 'acme'],
    ] as const) {
      for (const [method, suffix] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['GET', '/keys'],
      ] as const) {
        const answer = await api.call(method, `/identity-providers/${path}${suffix}`, {
          tenant,
          body: method === 'PATCH' ? {} : undefined,
        });
        assert.equal(answer.status, 404, `${method} ${path}${suffix}`);
      }
    }
    assert.equal((await api.call('GET', `/identity-providers/${id}`)).status, 200);
  });

  test('that switches off ends the sessions that rest on it; one that leaves it on does not', async () => {
    const id = await connected({ ...oidcDocument, enabled: true });
    await change(id, { name: 'Still on' });
    assert.deepEqual(ended, []);
    await change(id, { enabled: false });
    assert.deepEqual(ended, [id]);
    await override(id, { enabled: true });
    await change(id, { authentication: { enabled: false } });
    assert.deepEqual(ended, [id, id]);
  });
});

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
    outside = { [address]: metadata };
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
    outside = { [`${moved}/.well-known/openid-configuration`]: metadata.replaceAll('https://idp.acme.example', moved) };
    const answer = await change(id, { oidc: { issuer: moved, clientSecret: 'new-secret' } });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.doesNotMatch(JSON.stringify(part(answer, 'oidc')), /idp\.acme\.example/);
  });

  test('of SAML metadata at saving', async () => {
    outside = { 'https://idp.acme.example/metadata': samlMetadata };
    const answer = await create({ ...samlDocument, saml: { metadataUrl: 'https://idp.acme.example/metadata' } });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    assert.deepEqual(
      [part(answer, 'saml')['issuer'], part(answer, 'saml')['ssoUrl']],
      ['https://idp.acme.example/saml', 'https://idp.acme.example/sso'],
    );
  });

  test('by request stores nothing and says what kind it is', async () => {
    outside = { [address]: metadata, 'https://idp.acme.example/metadata': samlMetadata };
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

describe('Domains, defaults and names', () => {
  test('there is one default provider at most', async () => {
    const first = await connected({ ...oidcDocument, name: 'First', authentication: { default: true } });
    const second = await create({ ...oidcDocument, name: 'Second', authentication: { default: true } });
    assert.deepEqual(faults(second), ['/authentication/default default_taken']);
    const other = await connected({ ...oidcDocument, name: 'Other' });
    assert.deepEqual(faults(await change(other, { authentication: { default: true } })), [
      '/authentication/default default_taken',
    ]);
    await change(first, { authentication: { default: false } });
    const answers = await Promise.all([first, other].map((id) => change(id, { authentication: { default: true } })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422], 'also when two ask at once');
  });

  test('groups and roles that are named are made, once, and roles permit nothing', async () => {
    await connected({
      ...oidcDocument,
      users: { create: true, defaultGroups: ['Everybody'], defaultRoles: ['User', 'Staff'] },
      groupSync: 'assign',
      assignedGroups: ['everybody', 'Fixed'],
      groupMappings: [{ external: '8b1c', label: 'Engineers (Entra)', group: 'Engineering' }],
      roleMappings: [{ external: 'app_admin', role: 'Report Reader' }],
    });
    assert.deepEqual(
      (await needs.groups.list(api.acme, { limit: 10 })).map(({ name }) => name),
      ['Engineering', 'Everybody', 'Fixed'],
    );
    const roles = await needs.roles.findByNames(api.acme, ['Staff', 'Report Reader', 'User']);
    assert.deepEqual(
      roles.map(({ name, builtIn, permissions }) => [name, builtIn, permissions.length]),
      [
        ['Report Reader', false, 0],
        ['Staff', false, 0],
        ['User', true, 0],
      ],
    );
    const actions = (await api.audit.list(api.acme, { limit: 6 })).map(({ action }) => action);
    assert.deepEqual(actions, [
      'identity-provider.created',
      'role.created',
      'role.created',
      'group.created',
      'group.created',
      'group.created',
    ]);
  });

  test('a caller lets a provider give only what they have themselves', async () => {
    const admin = await makeUser('IdP Administrator');
    const granting = {
      ...oidcDocument,
      users: { defaultRoles: ['full administrator'] },
      roleMappings: [
        { external: 'x', role: 'User' },
        { external: 'y', role: 'User Administrator' },
      ],
    };
    const answer = await create(granting, admin);
    refused(answer, 403, 'upstream.beyond_caller');
    assert.deepEqual(faults(answer), ['/roleMappings/1/role beyond_caller', '/users/defaultRoles/0 beyond_caller']);
    assert.equal(
      (await create({ ...oidcDocument, roleMappings: [{ external: 'x', role: 'IdP Administrator' }] }, admin)).status,
      201,
      'what one has can be given',
    );
    const id = await connected({ ...granting, name: 'By the operator' });
    const as = { as: admin };
    assert.equal(
      (await api.call('PATCH', `/identity-providers/${id}`, { ...as, body: { name: 'Renamed' } })).status,
      200,
      'what was given before stays',
    );
    refused(
      await api.call('PATCH', `/identity-providers/${id}`, {
        ...as,
        body: { roleMappings: [{ external: 'z', role: 'User Administrator' }] },
      }),
      403,
      'upstream.beyond_caller',
    );
  });
});

describe('Permissions', () => {
  test('reading needs identity-providers:read, changing and fetching identity-providers:write', async () => {
    const id = await connected(oidcDocument);
    const [auditor, user] = [await makeUser('Auditor'), await makeUser('User Administrator')];
    for (const path of ['', `/${id}`, `/${id}/keys`]) {
      assert.equal((await api.call('GET', `/identity-providers${path}`, { as: auditor })).status, 200);
      refused(await api.call('GET', `/identity-providers${path}`, { as: user }), 403, 'authorization.forbidden');
      refused(await api.call('GET', `/identity-providers${path}`, { as: null }), 401, 'authorization.token_missing');
    }
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', '/fetch-configuration'],
    ] as const) {
      refused(await api.call(method, `/identity-providers${path}`, { as: auditor, body: {} }), 403, 'authorization.forbidden');
    }
    assert.deepEqual(asked, []);
  });
});

describe('Removing', () => {
  test('takes keys, links and memberships along, ends the sessions, and keeps the users', async () => {
    const id = await connected(samlDocument);
    const user = (await makeUser('User')) as UserId;
    const now = world.now();
    await needs.users.link(api.acme, {
      id: 'lnk_1',
      userId: user,
      connectionId: id as ConnectionId,
      issuer: 'i',
      subject: 's',
      createdAt: now,
      lastUsedAt: now,
    });
    const [auditor] = await needs.roles.findByNames(api.acme, ['Auditor']);
    await needs.roles.setMemberships(api.acme, user, `idp:${id}`, [auditor!.id], 'add');
    assert.equal((await api.call('DELETE', `/identity-providers/${id}`)).status, 204);
    assert.deepEqual(ended, [id]);
    for (const table of ['connections', 'connection_keys', 'links'] as const)
      assert.deepEqual(await api.store.db().selectFrom(table).selectAll().execute(), []);
    assert.deepEqual(
      (await needs.roles.listMemberships(api.acme, user)).map(({ of, source }) => [of.name, source]),
      [['User', 'manual']],
    );
    assert.equal((await api.audit.list(api.acme, { limit: 1 }))[0]?.action, 'identity-provider.removed');
  });

  test('does not cost the tenant its last administrator', async () => {
    const id = await connected(samlDocument);
    const user = (await makeUser('User')) as UserId;
    const [full] = await needs.roles.findByNames(api.acme, ['Full Administrator']);
    await needs.roles.setMemberships(api.acme, user, `idp:${id}`, [full!.id], 'add');
    refused(await api.call('DELETE', `/identity-providers/${id}`), 409, 'directory.last_administrator');
    assert.equal((await api.call('GET', `/identity-providers/${id}`)).status, 200);
    assert.deepEqual(ended, []);
  });
});
