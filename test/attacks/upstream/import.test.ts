import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf } from '../../kit/agent.ts';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { type Api, apiOf, openScene, type Scene, type TestTenant } from '../../kit/scene.ts';
import { bounded } from '../oracles.ts';

const idp = makeCertifiedKey();
const saml = {
  issuer: 'https://idp.acme.example/saml',
  ssoUrl: 'https://idp.acme.example/sso',
  verificationCertificates: [idp.certificatePem],
};
const oidc = {
  issuer: 'https://idp.acme.example',
  clientId: 'sallyport',
  authorizationEndpoint: 'https://idp.acme.example/authorize',
  tokenEndpoint: 'https://idp.acme.example/token',
  jwksUri: 'https://idp.acme.example/jwks',
};

let scene: Scene;
let acme: TestTenant;
let globex: TestTenant;
before(async () => {
  const nothing = async (): Promise<Response> => new Response('', { status: 404 });
  scene = await openScene({ allowPrivateNetwork: false, world: { fetch: nothing } });
  [acme, globex] = [await scene.addTenant('acme'), await scene.addTenant('globex')];
});
after(() => scene.close());

let made = 0;
const documentOf = (provider: object): Record<string, unknown> => ({
  format: 'sallyport.identity-provider',
  version: 1,
  identityProvider: { name: 'Mallory', slug: `mallory-${++made}`, enabled: true, ...provider },
});
const importing = (body: unknown, api: Api = acme.api) => api.call('POST', '/api/v1/identity-providers/import', body);
const providers = async (): Promise<number> =>
  (await acme.api.call('GET', '/api/v1/identity-providers?limit=200')).json.items.length;

async function refusedAt(provider: object, faults: readonly string[]): Promise<void> {
  const before = await providers();
  const { status, json } = await importing(documentOf(provider));
  assert.deepEqual([status, json.code], [422, 'upstream.input_invalid'], JSON.stringify(json));
  const told = json.errors.map(({ pointer, code }) => `${pointer} ${code}`);
  for (const fault of faults) assert.ok(told.includes(`/identityProvider${fault}`), `${fault} of ${told.join(', ')}`);
  assert.equal(await providers(), before, 'nothing is made');
}

describe('a document that loosens what is checked (T178)', () => {
  it('the valid control comes in, and asks people to sign in as strictly as any other', async () => {
    const { status, json } = await importing(documentOf({ kind: 'saml', saml }));
    assert.deepEqual([status, json['warnings']], [201, []], JSON.stringify(json));
    const { status: other, json: waiting } = await importing(documentOf({ kind: 'oidc', oidc }));
    assert.deepEqual([other, waiting['missing']], [201, ['/oidc/clientSecret']]);
  });

  const cases: [name: string, provider: object, faults: string[]][] = [
    ['an unsigned assertion wanted', { kind: 'saml', saml: { ...saml, wantSigned: false } }, ['/saml/wantSigned unknown_field']],
    [
      'no signature looked at',
      { kind: 'saml', saml: { ...saml, verifySignatureOf: 'none' } },
      ['/saml/verifySignatureOf invalid_value'],
    ],
    [
      'a clock that may be a day off',
      { kind: 'saml', saml: { ...saml, clockSkewSeconds: 86_400 } },
      ['/saml/clockSkewSeconds unknown_field'],
    ],
    ['a clock, beside the protocol', { kind: 'saml', saml, clockSkewSeconds: 86_400 }, ['/clockSkewSeconds unknown_field']],
    [
      'no certificate at all',
      { kind: 'saml', saml: { ...saml, verificationCertificates: [] } },
      ['/saml/verificationCertificates too_small'],
    ],
    [
      'an answer sent elsewhere',
      { kind: 'saml', saml: { ...saml, acsUrl: 'https://*.example/acs' } },
      ['/saml/acsUrl read_only'],
    ],
    [
      'keys of the attacker’s',
      { kind: 'saml', saml: { ...saml, keys: { signing: [], decryption: [] } } },
      ['/saml/keys unknown_field'],
    ],
    [
      'people sent to plain http',
      { kind: 'saml', saml: { ...saml, ssoUrl: 'http://idp.acme.example/sso' } },
      ['/saml/ssoUrl endpoint_refused'],
    ],
    [
      'an issuer on plain http',
      { kind: 'oidc', oidc: { ...oidc, issuer: 'http://idp.acme.example' } },
      ['/oidc/issuer https_required'],
    ],
    ['a wildcard redirect', { kind: 'oidc', oidc: { ...oidc, redirectUri: 'https://*' } }, ['/oidc/redirectUri read_only']],
    [
      'algorithms of its own',
      { kind: 'oidc', oidc: { ...oidc, idTokenAlgorithms: ['none'] } },
      ['/oidc/idTokenAlgorithms unknown_field'],
    ],
    [
      'keys inside this network',
      { kind: 'oidc', oidc: { ...oidc, jwksUri: 'https://169.254.169.254/keys' } },
      ['/oidc/jwksUri private_host_refused'],
    ],
    [
      'the issuer of everybody’s directory',
      { kind: 'microsoft-oidc', oidc: { clientId: 'x', issuer: 'https://login.microsoftonline.com/common/v2.0' } },
      ['/oidc/issuer shared_directory'],
    ],
    [
      'a secret in the open',
      { kind: 'oidc', oidc: { ...oidc, clientSecret: 'mailed to everybody' } },
      ['/oidc/clientSecret secret_in_the_open'],
    ],
    [
      'a claim that is no word of the provider’s',
      { kind: 'saml', saml, authentication: { claim: { claim: 'mail', default: 'ceo@acme.example' } } },
      ['/authentication/claim/default not_verified'],
    ],
    [
      'an id and a revision of another one',
      { kind: 'saml', saml, id: 'idp_other', revision: 7 },
      ['/id unknown_field', '/revision unknown_field'],
    ],
    ['a picture that runs', { kind: 'saml', saml, branding: { buttonImage: 'data:image/svg+xml,<svg onload=alert(1)>' } }, []],
  ];
  for (const [name, provider, faults] of cases) it(`${name}: refused`, () => refusedAt(provider, faults));

  it('what may be loosened is said beside the provider', async () => {
    const loose = { ...saml, requestedAuthnContexts: ['urn:mfa'], enforceContext: false };
    const { status, json } = await importing(documentOf({ kind: 'saml', saml: loose }));
    const warnings = json['warnings'] as { code: string; pointer: string }[];
    assert.deepEqual(
      [status, warnings.map(({ code, pointer }) => `${pointer} ${code}`)],
      [201, ['/saml/enforceContext context_not_enforced']],
    );
  });
});

describe('a document that lacks its secret', () => {
  it('makes a provider that is on, listed nowhere, and sends nobody away with an empty secret', async () => {
    const document = documentOf({ kind: 'oidc', oidc });
    const { json } = await importing(document);
    const visit = await new Agent().get(`${acme.url}/sso/${json.slug}/start`);
    assert.deepEqual([visit.status, codeOf(visit)], [409, 'upstream.secret_missing']);
    const page = await new Agent().get(`${acme.url}/sign-in`);
    assert.ok(!page.body.includes(json.slug), 'not offered');
    for (const path of ['', '/health', '/revisions', '/keys', '/guide'])
      assert.equal((await acme.api.call('GET', `/api/v1/identity-providers/${json.id}${path}`)).status, 200, path);
    const verify = await acme.api.call('POST', `/api/v1/identity-providers/${json.id}/verify`, {});
    assert.ok(verify.status === 201 || verify.json.code === 'upstream.secret_missing', JSON.stringify(verify.json));
  });
});

describe('a document made to stall or to deceive', () => {
  const raw = async (body: string): Promise<{ status: number; code: unknown }> => {
    const answer = await fetch(`${acme.url}/api/v1/identity-providers/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${scene.gateway.operatorToken}`, 'content-type': 'application/json' },
      body,
    });
    return { status: answer.status, code: ((await answer.json()) as { code: unknown }).code };
  };
  const text = (provider: string): string =>
    `{"format":"sallyport.identity-provider","version":1,"identityProvider":{"kind":"saml","name":"Mallory","saml":${provider}}}`;

  it('nested a hundred thousand deep, it is refused before anything walks into it', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    for (const body of [text(deep), deep, text(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)]) {
      const { status, code } = await bounded(() => raw(body));
      assert.deepEqual([status, code], [422, 'upstream.input_invalid']);
    }
  });

  it('larger than any provider, it is not read', async () => {
    const { status } = await bounded(() => raw(text(`"${'x'.repeat(5_000_000)}"`)));
    assert.equal(status, 413);
  });

  it('with a hundred thousand members it is refused, and others are served meanwhile', async () => {
    const members = Array.from({ length: 100_000 }, (_, at) => `"f${at}":1`).join(',');
    const { status } = await bounded(async () => {
      const answer = raw(text(`{${members}}`));
      assert.equal((await fetch(`${globex.url}/.well-known/openid-configuration`)).status, 200);
      return answer;
    });
    assert.equal(status, 422);
  });

  it('with members that would be a prototype, it makes nothing and changes no object', async () => {
    for (const name of ['__proto__', 'constructor']) {
      const { status } = await raw(text(`{"${name}":{"prototype":{"enabled":true}},"issuer":"https://idp.acme.example"}`));
      assert.ok(status === 400 || status === 422, `${name} ${status}`);
    }
    assert.equal(({} as Record<string, unknown>)['enabled'], undefined);
  });

  it('with a cost that would stall the node, its secrets are not even tried', async () => {
    const keyDerivation = { name: 'argon2id', memoryKib: 8_000_000, passes: 1000, parallelism: 64, salt: 'A'.repeat(22) };
    const secrets = { keyDerivation, encryption: { name: 'A256GCM', nonce: 'A'.repeat(16) }, ciphertext: 'A'.repeat(64) };
    const body = { document: { ...documentOf({ kind: 'saml', saml }), secrets }, passphrase: 'correct horse battery' };
    const { status, json } = await bounded(() => importing(body));
    assert.deepEqual([status, json.code], [422, 'upstream.input_invalid']);
    assert.ok(json.errors.some(({ pointer }) => pointer === '/document/secrets/keyDerivation/memoryKib'));
  });
});

describe('names of others', () => {
  it('a slug that another tenant uses says nothing of it, and touches nothing of it', async () => {
    const document = {
      ...documentOf({ kind: 'saml', saml }),
      identityProvider: { kind: 'saml', name: 'Ours', slug: 'shared', saml },
    };
    assert.equal((await importing(document, globex.api)).status, 201);
    assert.equal((await importing(document)).status, 201, 'a slug belongs to one tenant');
    const again = await importing(document);
    assert.deepEqual([again.status, again.json.code], [409, 'upstream.slug_taken']);
    const other = await globex.api.call('GET', '/api/v1/identity-providers');
    assert.equal(other.json.items.length, 1);
  });

  it('an administrator of one tenant imports nothing into another', async () => {
    const stranger = apiOf(globex.url, 'a token of nobody');
    assert.equal((await importing(documentOf({ kind: 'saml', saml }), stranger)).status, 401);
  });
});
