import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import { Agent, codeOf } from '../../kit/agent.ts';
import { HOSTS_INSIDE } from '../../kit/hosts-inside.ts';
import { type ApiAnswer, authorizationRequest, openScene, type Scene, type TestTenant } from '../../kit/scene.ts';
import { startCanary } from '../oracles.ts';

/** A provider on the public internet, as far as this gateway can tell: its documents are answered here, everything else is guarded. */
const GOOD = 'https://idp.good.example';
const outside = new Map<string, () => Response>();

/** Names and what the world's DNS says of them. That a name is looked up once for a connection is a test of the guarded fetch. */
const addresses: Record<string, () => { address: string; family: number }[]> = {
  'inward.example': () => [{ address: '127.0.0.1', family: 4 }],
  'mapped.example': () => [{ address: '::ffff:127.0.0.1', family: 6 }],
  'both.example': () => [
    { address: '93.184.216.34', family: 4 },
    { address: '10.0.0.5', family: 4 },
  ],
};

type Canary = Awaited<ReturnType<typeof startCanary>>;

describe('server-side request forgery: an administrator names an address inside (T76 to T80)', () => {
  let scene: Scene;
  let acme: TestTenant;
  let canary: Canary;

  before(async () => {
    canary = await startCanary();
    const guarded = createGuardedFetch({
      allowPrivateNetwork: false,
      lookup: (host, _options, done) => {
        const found = addresses[host]?.();
        return found ? done(null, found) : done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
      },
    });
    scene = await openScene({
      allowPrivateNetwork: false,
      world: { fetch: async (url, options) => outside.get(String(url))?.() ?? guarded(url, options) },
    });
    acme = await scene.addTenant('acme');
    serve({});
  });
  after(async () => {
    await scene.close();
    await canary.close();
  });

  const discovery = {
    issuer: GOOD,
    authorization_endpoint: `${GOOD}/authorize`,
    token_endpoint: `${GOOD}/token`,
    userinfo_endpoint: `${GOOD}/userinfo`,
    jwks_uri: `${GOOD}/jwks`,
    end_session_endpoint: `${GOOD}/logout`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
  };
  function serve(change: Record<string, unknown>): void {
    outside.set(`${GOOD}/.well-known/openid-configuration`, () => Response.json({ ...discovery, ...change }));
  }

  const fetchConfiguration = (body: object): Promise<ApiAnswer> =>
    acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', body);
  const connect = (oidc: object): Promise<ApiAnswer> =>
    acme.api.call('POST', '/api/v1/identity-providers', {
      kind: 'oidc',
      name: 'Good',
      enabled: true,
      oidc: { clientId: 'c', clientSecret: 'a secret of some length', issuer: GOOD, ...oidc },
    });

  /** NOFETCH, and refused for one of these reasons: a fault of the field, or the guard's own code. */
  async function inward(call: Promise<ApiAnswer>, codes: readonly string[]): Promise<void> {
    const { status, json } = await call;
    const told = [json.code, ...(json.errors ?? []).map(({ code }: { code: string }) => code)];
    assert.ok(status >= 400 && status < 600 && status !== 500, `${status} ${JSON.stringify(json)}`);
    assert.ok(
      codes.some((code) => told.includes(code)),
      `${told.join(', ')}, not one of ${codes.join(', ')}`,
    );
    assert.equal(canary.connections, 0, 'nothing inside was reached');
  }

  it('control: a public provider is fetched and connected', async () => {
    const { status, json } = await fetchConfiguration({ issuer: GOOD });
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal((await connect({})).status, 201);
  });

  const refusals = [
    'fetch.address_refused',
    'fetch.port_refused',
    'fetch.url_refused',
    'https_required',
    'private_host_refused',
    'not_a_url',
    'endpoint_refused',
    'fetch.unreachable',
  ];
  describe('T76: addresses of every spelling', () => {
    for (const host of HOSTS_INSIDE) {
      it(`http(s)://${host} as metadata address, as issuer and as endpoint`, async () => {
        for (const scheme of ['http', 'https']) {
          const url = `${scheme}://${host}:${canary.port}`;
          await inward(fetchConfiguration({ metadataUrl: `${url}/metadata` }), refusals);
          await inward(fetchConfiguration({ issuer: url }), refusals);
          await inward(connect({ tokenEndpoint: `${url}/token` }), refusals);
        }
      });
    }
  });

  describe('T77: names that lead inside', () => {
    for (const host of ['inward.example', 'mapped.example', 'both.example']) {
      it(host, () => inward(fetchConfiguration({ metadataUrl: `https://${host}:${canary.port}/m` }), ['fetch.address_refused']));
    }
  });

  describe('T79: schemes, credentials, fragments and ports', () => {
    const cases = [
      'file:///etc/passwd',
      'gopher://127.0.0.1:70/_x',
      'data:application/json,{}',
      'ftp://idp.good.example/metadata',
      'https://ok@127.0.0.1/',
      'https://ok#@127.0.0.1/',
      ...[22, 25, 6379].map((port) => `https://idp.good.example:${port}/metadata`),
    ];
    const codes = [...refusals, 'fetch.scheme_refused', 'scheme_refused', 'credentials_refused', 'fragment_refused'];
    for (const url of cases) {
      it(url, async () => {
        await inward(fetchConfiguration({ metadataUrl: url }), codes);
        await inward(fetchConfiguration({ issuer: url }), codes);
      });
    }
  });

  describe('T80: a good host whose document points inside', () => {
    const fields = {
      token_endpoint: 'tokenEndpoint',
      jwks_uri: 'jwksUri',
      userinfo_endpoint: 'userinfoEndpoint',
      end_session_endpoint: 'endSessionEndpoint',
      authorization_endpoint: 'authorizationEndpoint',
    };
    for (const [member, field] of Object.entries(fields)) {
      it(`${member}: by Fetch configuration, when connecting and when changing`, async () => {
        const url = `https://127.0.0.1:${canary.port}/x`;
        serve({ [member]: url });
        try {
          await inward(fetchConfiguration({ issuer: GOOD }), [...refusals, 'oidc.metadata_invalid']);
          await inward(connect({}), [...refusals, 'oidc.metadata_invalid', 'upstream.input_invalid']);
        } finally {
          serve({});
        }
        await inward(connect({ [field]: url }), ['private_host_refused']);
        const { json } = await connect({});
        const changed = acme.api.call('PATCH', `/api/v1/identity-providers/${json.id}?override=test`, { oidc: { [field]: url } });
        await inward(changed, ['private_host_refused']);
      });
    }

    it('a token endpoint whose name leads inside is not reached by a sign-in', async () => {
      const { status, json } = await connect({ tokenEndpoint: `https://inward.example:${canary.port}/token` });
      assert.equal(status, 201, 'a name is judged when it is connected to');
      const agent = new Agent();
      const sent = await agent.get(authorizationRequest(acme, acme.application, { idp: json.slug }).url);
      const state = new URL(sent.location ?? '').searchParams.get('state') ?? '';
      const answer = await agent.get(`${acme.url}/sso/${json.slug}/callback?${new URLSearchParams({ code: 'stolen', state })}`);
      assert.equal(codeOf(answer), 'fetch.address_refused', `${answer.status}`);
      assert.equal(canary.connections, 0);
    });
  });
});

describe('server-side request forgery: where redirects lead (T78)', () => {
  let scene: Scene;
  let canary: Canary;
  before(async () => {
    scene = await openScene();
    canary = await startCanary();
  });
  after(async () => {
    await scene.close();
    await canary.close();
  });

  it('a token endpoint that answers 307 gets the code, and nobody else does', async () => {
    const acme = await scene.addTenant('acme');
    const idp = await scene.startOidcIdp();
    const oidc = await acme.connectOidc(idp);
    const agent = new Agent();
    const sent = await agent.get(authorizationRequest(acme, acme.application, { idp: oidc.slug }).url);
    const fields = await idp.authorize(new URL(sent.location ?? ''));
    idp.nextTokenResponse({ status: 307, headers: { location: canary.url }, body: '' });
    const answer = await agent.get(`${oidc.callbackUrl}?${new URLSearchParams(fields)}`);
    assert.match(String(codeOf(answer)), /^(oidc|fetch)\./);
    assert.notEqual(answer.status, 500);
    assert.equal(canary.connections, 0);
  });

  it('a page that asks to be left by meta refresh is a page, not metadata', async () => {
    const globex = await scene.addTenant('globex');
    const metadata = `<html><head><meta http-equiv="refresh" content="0;url=${canary.url}"></head></html>`;
    const { status, json } = await globex.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { metadata });
    assert.ok(status >= 400 && status < 500, JSON.stringify(json));
    assert.equal(canary.connections, 0);
  });
});
