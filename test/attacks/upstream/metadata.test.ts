import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { createSamlIdp, type SamlIdp } from '../../kit/saml/idp.ts';
import type { IdpMetadataOptions } from '../../kit/saml/metadata.ts';
import { type ApiAnswer, openScene, type SamlConnection, type Scene, signInBySaml, type TestTenant } from '../../kit/scene.ts';
import { refused, signsIn } from '../oracles.ts';

const METADATA_URL = 'https://idp.acme.example/metadata';
const PROVIDERS = '/api/v1/identity-providers';

let scene: Scene;
let acme: TestTenant;
/** What stands at the metadata address. */
let published = '';
const idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });

before(async () => {
  const fetch = async (url: string | URL): Promise<Response> =>
    String(url) === METADATA_URL ? new Response(published) : new Response('', { status: 404 });
  // A gateway as it is in production: no private network.
  scene = await openScene({ allowPrivateNetwork: false, world: { fetch } });
  acme = await scene.addTenant('acme');
});
after(() => scene.close());

const fetchConfiguration = (body: object): Promise<ApiAnswer> => acme.api.call('POST', `${PROVIDERS}/fetch-configuration`, body);
const create = (saml: object): Promise<ApiAnswer> =>
  acme.api.call('POST', PROVIDERS, { kind: 'saml', name: 'Made', slug: `made-${(made += 1)}`, enabled: true, saml });
let made = 0;

async function providers(): Promise<string[]> {
  return (await acme.api.call('GET', `${PROVIDERS}?limit=200`)).json.items.map(({ slug }) => slug);
}

/** REJ: refused with this code, at these fields, and nothing was made. */
async function makesNothing(attempt: () => Promise<ApiAnswer>, code: string, pointer?: string): Promise<void> {
  const before = await providers();
  const { status, json } = await attempt();
  assert.equal(status, 422, JSON.stringify(json));
  const told = pointer === undefined ? [json.code] : json.errors.filter((one) => one.pointer === pointer).map((one) => one.code);
  assert.ok(told.includes(code), JSON.stringify(json));
  assert.deepEqual(await providers(), before);
}

const connect = (slug: string, saml: object = {}): Promise<SamlConnection> => acme.connectSaml(idp, { slug, name: slug, saml });
const deleteSignatures = { sign: 'none' } as const;

/** NOVICTIM: whatever the provider's metadata was, an unsigned assertion is nobody's word. */
async function refusesUnsigned(connection: SamlConnection): Promise<void> {
  const agent = new Agent();
  await refused({ tenant: acme, agent }, { code: 'saml.signature_missing' }, async () => {
    const { arrived } = await signInBySaml(agent, acme, connection, deleteSignatures);
    return arrived;
  });
}

describe('metadata without a certificate for signatures connects nobody (T82)', () => {
  it('the valid control: read, connected, signed in; an unsigned assertion is refused', async () => {
    published = idp.metadata();
    const fetched = await fetchConfiguration({ metadata: idp.metadata() });
    assert.equal(fetched.status, 200, JSON.stringify(fetched.json));
    const connection = await connect('control');
    const agent = new Agent();
    await signsIn({ tenant: acme, agent }, await signInBySaml(agent, acme, connection));
    await refusesUnsigned(connection);
    assert.equal((await create({ metadataUrl: METADATA_URL })).status, 201);
  });

  it('a key without a stated use serves for signatures too, and an unsigned assertion is refused', async () => {
    published = idp.metadata({ keyUse: 'unspecified' });
    const { status, json } = await fetchConfiguration({ metadataUrl: METADATA_URL });
    assert.equal(status, 200);
    const { verificationCertificates } = json.settings as { verificationCertificates: string[] };
    const connection = await connect('unspecified', { verificationCertificates });
    const agent = new Agent();
    await signsIn({ tenant: acme, agent }, await signInBySaml(agent, acme, connection));
    await refusesUnsigned(connection);
  });

  const rows: [name: string, options: IdpMetadataOptions][] = [
    ['no key at all', { keyUse: 'none' }],
    ['keys for encryption alone', { keyUse: 'encryption' }],
  ];
  for (const [name, options] of rows) {
    it(`${name}: not read, not connected`, async () => {
      const code = 'saml_metadata.no_signing_certificate';
      await makesNothing(() => fetchConfiguration({ metadata: idp.metadata(options) }), code);
      published = idp.metadata(options);
      await makesNothing(() => fetchConfiguration({ metadataUrl: METADATA_URL }), code);
      await makesNothing(() => create({ metadataUrl: METADATA_URL }), code, '/saml/metadataUrl');
    });

    it(`${name}, once connected: nothing is taken away, and an unsigned assertion is refused`, async () => {
      published = idp.metadata();
      const connection = await connect(`later-${rows.findIndex(([row]) => row === name)}`, { metadataUrl: METADATA_URL });
      published = idp.metadata(options);
      const { status, json } = await acme.api.call('POST', `${PROVIDERS}/${connection.id}/refresh`);
      assert.deepEqual([status, json['state']], [200, 'failed']);
      const agent = new Agent();
      await signsIn({ tenant: acme, agent }, await signInBySaml(agent, acme, connection));
      await refusesUnsigned(connection);
    });
  }

  it('certificates that are emptied by hand are refused, staged or overridden', async () => {
    const connection = await connect('emptied');
    for (const verificationCertificates of [[], null, ['']]) {
      for (const query of ['', '?override=because']) {
        const path = `${PROVIDERS}/${connection.id}${query}`;
        const { status, json } = await acme.api.call('PATCH', path, { saml: { verificationCertificates } });
        assert.equal(status, 422, JSON.stringify(json));
      }
    }
    await refusesUnsigned(connection);
  });
});

describe('addresses that people cannot safely be sent to are refused (T84)', () => {
  const rows: [name: string, location: string][] = [
    ['javascript:', 'javascript:alert(document.cookie)'],
    ['javascript: with an address in it', 'javascript://idp.acme.example/%0aalert(1)'],
    ['data:', 'data:text/html,<script>alert(1)</script>'],
    ['plain http', 'http://idp.acme.example/sso'],
    ['http on this computer', 'http://127.0.0.1:8080/sso'],
    ['a fragment', 'https://idp.acme.example/sso#x'],
    ['a user name', 'https://idp.acme.example@evil.example/sso'],
    ['this computer', 'https://localhost/sso'],
    ['this computer, with a dot', 'https://localhost./sso'],
    ['an address of this computer', 'https://127.0.0.1/sso'],
    ['a number for an address', 'https://2130706433/sso'],
    ['a private address', 'https://10.0.0.1/sso'],
    ['the address of a cloud’s metadata', 'https://169.254.169.254/latest/meta-data'],
    ['a private IPv6 address', 'https://[fd00::1]/sso'],
    ['an IPv4 address in IPv6', 'https://[::ffff:10.0.0.1]/sso'],
    ['white space', 'https://idp.acme.example/s so'],
    ['a relative address', '//evil.example/sso'],
  ];
  const inMetadata = (location: string, where: 'sso' | 'slo'): string => {
    const fields = where === 'sso' ? { ssoUrl: location } : { ssoUrl: idp.ssoUrl };
    const other: SamlIdp = createSamlIdp({ entityId: idp.entityId, keys: idp.keys, ...fields });
    return other.metadata(where === 'slo' ? { sloUrl: location } : {});
  };
  const refusedInMetadata = (code: string): boolean => code === 'saml_metadata.endpoint_refused';

  it('the valid control is read and set', async () => {
    for (const where of ['sso', 'slo'] as const)
      assert.equal((await fetchConfiguration({ metadata: inMetadata('https://login.acme.example/x?y=z', where) })).status, 200);
    const connection = await connect('places');
    await connection.change({ saml: { ssoUrl: 'https://login.acme.example/x?y=z', sloUrl: 'https://login.acme.example/out' } });
  });

  for (const [name, location] of rows) {
    it(`${name}: neither in metadata nor by the API, for sign-in and for logout`, async () => {
      for (const where of ['sso', 'slo'] as const) {
        const { status, json } = await fetchConfiguration({ metadata: inMetadata(location, where) });
        assert.equal(status, 422, JSON.stringify(json));
        assert.ok(refusedInMetadata(json.code), json.code);
        published = inMetadata(location, where);
        await makesNothing(() => create({ metadataUrl: METADATA_URL }), 'saml_metadata.endpoint_refused', '/saml/metadataUrl');
      }
      const good = { issuer: idp.entityId, ssoUrl: idp.ssoUrl, verificationCertificates: [idp.keys.certificatePem] };
      for (const field of ['ssoUrl', 'sloUrl', 'metadataUrl'])
        await makesNothing(
          () => create({ ...good, [field]: location }),
          isPrivate(location) ? 'private_host_refused' : 'endpoint_refused',
          `/saml/${field}`,
        );
    });
  }
  /** Well-formed, and leads inward. */
  function isPrivate(location: string): boolean {
    return /^(?:https:\/\/(?:localhost|127\.|2130|10\.|169\.|\[)|http:\/\/127)/.test(location);
  }

  it('by a change of one that is connected: refused, staged or overridden', async () => {
    const connection = await connect('moved');
    for (const [, location] of rows) {
      for (const query of ['', '?override=because']) {
        const path = `${PROVIDERS}/${connection.id}${query}`;
        const { status } = await acme.api.call('PATCH', path, { saml: { ssoUrl: location } });
        assert.equal(status, 422, location);
      }
    }
    const agent = new Agent();
    await signsIn({ tenant: acme, agent }, await signInBySaml(agent, acme, connection));
  });
});
