import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createGroupStore } from '#directory/groups.sql.ts';
import { createBuiltInRoles } from '#directory/index.ts';
import { createRoleStore } from '#directory/roles.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { takeRsaKey } from '#test/rsa-keys.ts';
import { type CertifiedKey, certify, makeCertifiedKey } from '#test/saml/certificate.ts';
import { createSamlIdp } from '#test/saml/idp.ts';
import { openTestApi, type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { connectionRoutes } from '../connections.routes.ts';
import { createConnectionStore } from '../connections.sql.ts';
import { createRegistry } from '../registry.ts';
import { createRevisionStore } from '../revisions/revisions.sql.ts';
import { refreshRoutes } from './refresh.routes.ts';
import { createRefreshKeys } from './refresh-at-sign-in.job.ts';
import { createRefreshBook } from './refresh-book.sql.ts';
import { type RefreshDueNeeds, refreshDue } from './refresh-due.ts';

let api: TestApi;
let needs: RefreshDueNeeds;
let failures: unknown[] = [];
/** What the outside world answers, by URL; everything else is unreachable. */
let outside: Record<string, (() => Response) | string> = {};
let asked: string[] = [];

const METADATA = 'https://idp.acme.example/metadata';
const [first, second, third] = [makeCertifiedKey(), makeCertifiedKey(), makeCertifiedKey()];
const idpWith = (keys: CertifiedKey, ssoUrl = 'https://idp.acme.example/sso') =>
  createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl, keys });

const world = createTestWorld(async (url) => {
  asked.push(String(url));
  const answer = outside[String(url)];
  if (answer === undefined) return new Response('nothing here', { status: 404 });
  return typeof answer === 'string' ? new Response(answer, { headers: { 'content-type': 'application/json' } }) : answer();
});

before(async () => {
  api = await openTestApi((scope, parts) => {
    const registry = createRegistry({ allowPrivateNetwork: false });
    const urls = createTenantUrls([{ region: 'na', template: 'https://sso.example.com/t/{tenant}' }]);
    needs = {
      ...parts,
      registry,
      urlOf: urls.urlOf,
      transact: parts.store.transact,
      connections: createConnectionStore({ ...parts, registry, urls }),
      revisions: createRevisionStore(parts),
      refreshes: createRefreshBook(parts),
      users: createUserStore(parts),
      groups: createGroupStore(parts),
      roles: createRoleStore(parts),
      makeRsaKey: async () => takeRsaKey(),
      endSessionsOfConnection: async () => {},
      giveBackTokens: async () => {},
      onFailure: (error) => void failures.push(error),
    };
    const connections = createConnectionStore({ ...parts, registry, urls });
    connectionRoutes(scope, { ...needs, connections, authorization: parts.authorization });
    refreshRoutes(scope, { ...needs, authorization: parts.authorization });
  }, world);
  await createBuiltInRoles({ roles: needs.roles, world }, api.acme);
});
beforeEach(async () => {
  for (const table of ['connections', 'connection_keys', 'connection_refreshes', 'connection_revisions'] as const)
    await api.store.db().deleteFrom(table).execute();
  [failures, asked] = [[], []];
  outside = { [METADATA]: idpWith(first).metadata() };
});
after(() => api.close());

async function connect(document: Record<string, unknown> = {}): Promise<string> {
  const body = { kind: 'saml', name: 'Acme', enabled: true, saml: { metadataUrl: METADATA, signRequests: true }, ...document };
  const answer = await api.call('POST', '/identity-providers', { body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  asked = [];
  return answer.body.id;
}
const pathOf = (id: string, more = ''): string => `/identity-providers/${id}/refresh${more}`;
const refresh = (id: string) => api.call('POST', pathOf(id));
const read = async (id: string) => (await api.call('GET', pathOf(id))).body;
const refused = (answer: TestAnswer, status: number, code: string): void =>
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
const certificatesOf = async (id: string): Promise<string[]> =>
  ((await api.call('GET', `/identity-providers/${id}`)).body['saml'] as { verificationCertificates: string[] })
    .verificationCertificates;
const find = async (id: string) => {
  const found = await needs.connections.find(api.acme, id as ConnectionId);
  assert.ok(found);
  return found;
};

describe('POST /identity-providers/{id}/refresh', () => {
  test('adds a new certificate as a live revision of the gateway’s own, announces it, and drops none', async () => {
    const id = await connect();
    const before = await find(id);
    outside[METADATA] = idpWith(second).metadata();
    const { status, body } = await refresh(id);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(await certificatesOf(id), [first.certificatePem, second.certificatePem]);
    const now = await find(id);
    assert.deepEqual([now.revision > before.revision, now.trustRevision], [true, before.trustRevision]);
    assert.equal((body['added'] as unknown[]).length, 1);
    assert.deepEqual(
      (body['notes'] as { code: string }[]).map(({ code }) => code),
      ['certificate_no_longer_published'],
    );
    assert.deepEqual(
      (body['differences'] as { pointer: string }[]).map(({ pointer }) => pointer),
      ['/saml/verificationCertificates'],
    );
    const [event] = await api.audit.list(api.acme, { limit: 1, action: 'identity-provider.certificates-added' });
    assert.deepEqual([event?.actor, event?.target], [{ kind: 'system' }, `connection:${id}`]);
    assert.match(JSON.stringify(event?.after), /fingerprint/);
    const live = await needs.revisions.read(api.acme, id as ConnectionId, now.revision);
    assert.deepEqual([live?.state, live?.origin, live?.madeBy], ['live', 'refreshed', { kind: 'system' }]);
  });

  test('of what is as it was changes nothing and says when its turn comes again', async () => {
    const id = await connect();
    const before = await find(id);
    const { body } = await refresh(id);
    assert.deepEqual(
      [body['state'], body['differences'], body['added'], body['notes'], body['problem']],
      ['succeeded', [], [], [], null],
    );
    const wait = Date.parse(String(body['nextAt'])) - world.now().getTime();
    assert.ok(wait > 5 * 3_600_000 && wait <= 6 * 3_600_000, `${wait}`);
    assert.equal((await find(id)).revision, before.revision);
    assert.deepEqual(asked, [METADATA]);
  });

  test('tells other differences, and they are staged when somebody wants it', async () => {
    const id = await connect();
    outside[METADATA] = idpWith(first, 'https://idp.acme.example/moved').metadata();
    const { body } = await refresh(id);
    const [difference] = body['differences'] as Record<string, unknown>[];
    assert.deepEqual(
      [difference?.['pointer'], difference?.['before'], difference?.['after']],
      ['/saml/ssoUrl', 'https://idp.acme.example/sso', 'https://idp.acme.example/moved'],
    );
    const document = await api.call('GET', `/identity-providers/${id}`);
    assert.equal((document.body['saml'] as { ssoUrl: string }).ssoUrl, 'https://idp.acme.example/sso');
    const staged = await api.call('POST', pathOf(id, '/stage'));
    assert.equal(staged.status, 202, JSON.stringify(staged.body));
    const { differences } = staged.body['staged'] as { differences: { pointer: string }[] };
    assert.deepEqual(
      differences.map(({ pointer }) => pointer),
      ['/saml/ssoUrl'],
    );
    assert.equal(
      (staged.body['saml'] as { ssoUrl: string }).ssoUrl,
      'https://idp.acme.example/sso',
      'nothing has changed for people',
    );
  });

  test('stages nothing where nothing differs', async () => {
    const id = await connect();
    refused(await api.call('POST', pathOf(id, '/stage')), 409, 'upstream.nothing_to_stage');
    await refresh(id);
    refused(await api.call('POST', pathOf(id, '/stage')), 409, 'upstream.nothing_to_stage');
  });

  test('staging takes over that a certificate is published no longer', async () => {
    const id = await connect();
    outside[METADATA] = idpWith(second).metadata();
    await refresh(id);
    const staged = await api.call('POST', pathOf(id, '/stage'));
    assert.equal(staged.status, 202, JSON.stringify(staged.body));
    assert.deepEqual(await certificatesOf(id), [first.certificatePem, second.certificatePem], 'until it is activated');
  });

  test('at the limit an expired certificate makes room, and that is on record', async () => {
    const at = (days: number): CertifiedKey =>
      certify(first.privateKey, first.publicKey, { notAfter: new Date(world.now().getTime() + days * 86_400_000) });
    const certificates = Array.from({ length: 16 }, (_, index) => at(index === 5 ? -1 : index + 1).certificatePem);
    const id = await connect({
      saml: {
        metadataUrl: METADATA,
        issuer: 'https://idp.acme.example/saml',
        ssoUrl: 'https://idp.acme.example/sso',
        verificationCertificates: certificates,
      },
    });
    outside[METADATA] = idpWith(second).metadata();
    const { body } = await refresh(id);
    assert.deepEqual(await certificatesOf(id), [...certificates.filter((_, index) => index !== 5), second.certificatePem]);
    assert.ok((body['notes'] as { code: string }[]).some(({ code }) => code === 'expired_certificate_made_room'));
    const [event] = await api.audit.list(api.acme, { limit: 1, action: 'identity-provider.certificates-added' });
    assert.match(JSON.stringify(event?.after), /"dropped":\["CN=[^"]*"\]/);
  });

  const refusals: [name: string, answer: () => Response, code: string][] = [
    ['unreachable', () => new Response('', { status: 503 }), 'saml_metadata.not_metadata'],
    [
      'of another entity',
      () => new Response(idpWith(second).metadata().replaceAll('/saml"', '/evil"')),
      'saml_metadata.entity_changed',
    ],
    [
      'without a signing certificate',
      () => new Response(idpWith(second).metadata({ keyUse: 'none' })),
      'saml_metadata.no_signing_certificate',
    ],
    ['no XML', () => new Response('<html><body>'), 'xml.malformed'],
    [
      'out of date',
      () => new Response(idpWith(second).metadata().replace(' entityID=', ' validUntil="2020-01-01T00:00:00Z" entityID=')),
      'saml_metadata.expired',
    ],
  ];
  for (const [name, answer, code] of refusals) {
    test(`metadata that is ${name} is noted (${code}), and nothing is changed`, async () => {
      const id = await connect();
      const good = await refresh(id);
      const before = await find(id);
      outside[METADATA] = answer;
      const { status, body } = await refresh(id);
      assert.deepEqual([status, body['state'], (body['problem'] as { code: string }).code], [200, 'failed', code]);
      assert.equal(body['succeededAt'], good.body['succeededAt']);
      assert.deepEqual([(await find(id)).revision, await certificatesOf(id)], [before.revision, [first.certificatePem]]);
      assert.deepEqual(failures, []);
      const found = await needs.refreshes.read(api.acme, id as ConnectionId);
      assert.equal(found?.leaseUntil, null, 'it may be tried again');
    });
  }

  test('of metadata that nobody signed is refused where certificates are pinned for it', async () => {
    const pinned = { metadataCertificates: [third.certificatePem], metadataUrl: METADATA };
    const answer = await api.call('POST', '/identity-providers', { body: { kind: 'saml', name: 'Pinned', saml: pinned } });
    assert.deepEqual([answer.status, answer.body.errors?.map(({ code }) => code)], [422, ['saml_metadata.signature_refused']]);
    const fields = { issuer: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' };
    const id = await connect({ saml: { ...pinned, ...fields, verificationCertificates: [first.certificatePem] } });
    outside[METADATA] = idpWith(second).metadata();
    const { body } = await refresh(id);
    assert.equal((body['problem'] as { code: string }).code, 'saml_metadata.signature_refused');
    assert.deepEqual(await certificatesOf(id), [first.certificatePem]);
  });

  test('is refused where there is no address, and while somebody is at it', async () => {
    const fields = { issuer: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' };
    const id = await connect({ saml: { ...fields, verificationCertificates: [first.certificatePem] } });
    refused(await refresh(id), 409, 'upstream.nothing_published');
    assert.deepEqual([(await read(id))['state'], asked], ['never', []]);
    const other = await connect();
    const now = world.now();
    assert.equal(await needs.refreshes.take(api.acme, other as ConnectionId, { now, until: new Date(+now + 1000) }), true);
    refused(await refresh(other), 409, 'upstream.refresh_under_way');
    world.pass(2);
    assert.equal((await refresh(other)).status, 200, 'a lease ends by itself');
  });

  test('needs the permission to write, in the provider’s own tenant', async () => {
    const id = await connect();
    for (const more of ['', '/stage']) {
      refused(await api.call('POST', pathOf(id, more), { tenant: 'globex' }), 404, 'upstream.connection_unknown');
      assert.equal((await api.call('POST', pathOf(id, more), { as: null })).status, 401);
    }
    refused(await api.call('GET', pathOf(id), { tenant: 'globex' }), 404, 'upstream.connection_unknown');
  });

  test('of an OIDC provider holds its metadata against the settings and reads its keys', async () => {
    const issuer = 'https://idp.acme.example';
    const document = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    };
    const jwk = { ...first.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' };
    const discovery = `${issuer}/.well-known/openid-configuration`;
    Object.assign(outside, { [discovery]: JSON.stringify(document), [`${issuer}/jwks`]: JSON.stringify({ keys: [jwk] }) });
    const id = await connect({ kind: 'oidc', saml: undefined, oidc: { issuer, clientId: 'c', clientSecret: 's' } });
    const same = await refresh(id);
    assert.deepEqual([same.body['differences'], same.body['keys'], same.body['problem']], [[], ['one'], null]);
    outside[discovery] = JSON.stringify({ ...document, token_endpoint: `${issuer}/v2/token` });
    const moved = await refresh(id);
    assert.deepEqual(
      (moved.body['differences'] as { pointer: string }[]).map(({ pointer }) => pointer),
      ['/oidc/tokenEndpoint'],
    );
    outside[`${issuer}/jwks`] = JSON.stringify({ keys: [] });
    const empty = await refresh(id);
    assert.equal((empty.body['problem'] as { code: string }).code, 'oidc.keys_unavailable');
    assert.equal((empty.body['differences'] as unknown[]).length, 1, 'what the last success found stays');
  });
});

describe('In the background', () => {
  const hours = (count: number): void => world.pass(count * 3600);

  test('a provider in use is read within ten minutes, then every six hours; one that is off is left alone', async () => {
    const id = await connect();
    await connect({ name: 'Off', enabled: false });
    await refreshDue(needs);
    assert.deepEqual(asked, [], 'its turn is reckoned first');
    world.pass(600);
    await refreshDue(needs);
    assert.deepEqual(asked, [METADATA]);
    hours(5);
    await refreshDue(needs);
    assert.equal(asked.length, 1);
    hours(1);
    await refreshDue(needs);
    assert.equal(asked.length, 2);
    assert.equal((await read(id))['state'], 'succeeded');
    assert.deepEqual(failures, []);
  });

  test('several nodes read it once', async () => {
    await connect();
    await refreshDue(needs);
    world.pass(600);
    await Promise.all([refreshDue(needs), refreshDue(needs), refreshDue(needs)]);
    assert.equal(asked.length, 1);
    assert.deepEqual(failures, []);
  });

  test('one that fails is tried again sooner, later and later, and keeps nobody else waiting', async () => {
    const broken = await connect();
    const good = await connect({
      name: 'Good',
      saml: {
        metadataUrl: 'https://other.example/metadata',
        issuer: 'https://idp.acme.example/saml',
        ssoUrl: 'https://idp.acme.example/sso',
        verificationCertificates: [first.certificatePem],
      },
    });
    outside = { 'https://other.example/metadata': idpWith(first).metadata() };
    await refreshDue(needs);
    world.pass(600);
    await refreshDue(needs);
    assert.deepEqual([(await read(broken))['state'], (await read(good))['state']], ['failed', 'succeeded']);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const nextAt = Date.parse(String((await read(broken))['nextAt']));
      waits.push((nextAt - world.now().getTime()) / 60_000);
      world.pass((nextAt - world.now().getTime()) / 1000);
      await refreshDue(needs);
    }
    for (const [at, minutes] of [5, 10, 20, 40].entries()) {
      assert.ok(waits[at]! <= minutes && waits[at]! > minutes * 0.89, `${waits}`);
    }
  });

  test('metadata says how often it wants to be read, within an hour and a day', async () => {
    for (const [cacheDuration, most] of [
      ['PT2H', 2],
      ['PT1S', 1],
      ['P30D', 24],
    ] as const) {
      const id = await connect({ name: cacheDuration });
      outside[METADATA] = idpWith(first).metadata().replace(' entityID=', ` cacheDuration="${cacheDuration}" entityID=`);
      const { body } = await refresh(id);
      const wait = (Date.parse(String(body['nextAt'])) - world.now().getTime()) / 3_600_000;
      assert.ok(wait <= most && wait > most * 0.89, `${cacheDuration}: ${wait}`);
    }
  });

  test('a changed provider is read again soon', async () => {
    const id = await connect();
    await refresh(id);
    await api.call('PATCH', `/identity-providers/${id}`, { body: { name: 'Renamed' } });
    asked = [];
    await refreshDue(needs);
    world.pass(600);
    await refreshDue(needs);
    assert.deepEqual(asked, [METADATA]);
  });

  test('what is removed leaves nothing behind', async () => {
    const id = await connect();
    await refresh(id);
    assert.equal((await api.call('DELETE', `/identity-providers/${id}`)).status, 204);
    assert.deepEqual(await api.store.db().selectFrom('connection_refreshes').selectAll().execute(), []);
    await refreshDue(needs);
    assert.deepEqual(failures, []);
  });
});

describe('A sign-in whose signature fits no certificate', () => {
  test('gets the connection with the new certificate', async () => {
    const id = await connect();
    outside[METADATA] = idpWith(second).metadata();
    const refreshKeys = createRefreshKeys(needs);
    const newer = await refreshKeys(api.acme, await find(id));
    assert.ok(newer);
    const { verificationKeys } = newer.settings as { verificationKeys: unknown[] };
    assert.equal(verificationKeys.length, 2);
  });

  test('makes one question in five minutes, whatever number of sign-ins on however many nodes', async () => {
    const id = await connect();
    const connection = await find(id);
    const nodes = [createRefreshKeys(needs), createRefreshKeys(needs)];
    const junk = () => Promise.all(nodes.flatMap((node) => Array.from({ length: 20 }, () => node(api.acme, connection))));
    assert.deepEqual(new Set(await junk()), new Set([undefined]));
    assert.equal(asked.length, 1);
    world.pass(299);
    await junk();
    assert.equal(asked.length, 1);
    world.pass(1);
    await junk();
    assert.equal(asked.length, 2);
  });

  test('that waited for another node’s question gets what that found', async () => {
    const id = await connect();
    const connection = await find(id);
    let answer = (_: Response): void => {};
    outside[METADATA] = (() =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      })) as never;
    const [one, other] = [createRefreshKeys(needs), createRefreshKeys(needs)];
    const both = Promise.all([one(api.acme, connection), other(api.acme, connection)]);
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    answer(new Response(idpWith(third).metadata()));
    const [here, there] = await both;
    assert.ok(here && there);
    assert.equal(here.revision, there.revision);
    assert.equal(asked.length, 1);
  });

  test('gets nothing where nothing is published, the provider fails, or it is OIDC', async () => {
    const fields = { issuer: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' };
    const silent = await connect({ saml: { ...fields, verificationCertificates: [first.certificatePem] } });
    const failing = await connect({ name: 'Failing' });
    outside = {};
    const refreshKeys = createRefreshKeys(needs);
    for (const id of [silent, failing]) assert.equal(await refreshKeys(api.acme, await find(id)), undefined);
    assert.equal(asked.length, 1);
    assert.deepEqual(failures, []);
  });
});
