import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConnectionId } from '#kernel/ids.ts';
import { type CertifiedKey, certify } from '#test/saml/certificate.ts';
import { type TestAnswer } from '#test/tenant/api.ts';
import {
  api,
  asked,
  connect,
  failures,
  find,
  first,
  idpWith,
  METADATA,
  needs,
  outside,
  pathOf,
  read,
  refresh,
  second,
  setUp,
  third,
  world,
} from './refresh.fixture.ts';

setUp();

const refused = (answer: TestAnswer, status: number, code: string): void =>
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
const certificatesOf = async (id: string): Promise<string[]> =>
  ((await api.call('GET', `/identity-providers/${id}`)).body['saml'] as { verificationCertificates: string[] })
    .verificationCertificates;

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
