import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isProblem, type Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { type Driver, startDriver } from '#test/oidc/index.ts';
import type { ConfigurationSource, FetchedConfiguration } from '../protocol.ts';
import { createOidcProtocols } from './protocol.ts';

let driver: Driver;
before(async () => {
  driver = await startDriver({ path: '/realms/acme' });
});
after(() => driver.close());
beforeEach(() => driver.idp.discovery(undefined));

const fetched = (source: ConfigurationSource): Promise<FetchedConfiguration> =>
  driver.protocol.fetchConfiguration(source, driver.world);
const byIssuer = (): ConfigurationSource => ({ kind: 'issuer', issuer: driver.idp.issuer });

async function refuses(code: string, work: Promise<unknown>): Promise<Problem> {
  const problem = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(isProblem(problem), `expected ${code}, got ${String(problem)}`);
  assert.equal(problem.code, code);
  return problem;
}

/** A production gateway, and an internet with one document in it. */
function production(
  document: unknown,
  at?: string,
): { fetch: (source: ConfigurationSource) => Promise<FetchedConfiguration>; asked: string[] } {
  const asked: string[] = [];
  const world: World = {
    now: () => new Date(0),
    randomBytes: (length) => new Uint8Array(length),
    fetch: async (url) => {
      asked.push(String(url));
      return at === undefined || at === String(url) ? Response.json(document) : new Response('', { status: 404 });
    },
  };
  const protocol = createOidcProtocols({ allowPrivateNetwork: false }).oidc;
  return { fetch: (source) => protocol.fetchConfiguration(source, world), asked };
}
const DOCUMENT = {
  issuer: 'https://idp.example',
  authorization_endpoint: 'https://idp.example/a',
  token_endpoint: 'https://idp.example/t',
  jwks_uri: 'https://idp.example/j',
};

describe('Discovery §4: metadata becomes settings', () => {
  it('control: by issuer, by URL and pasted, and the settings sign in', async () => {
    const url = `${driver.idp.issuer}/.well-known/openid-configuration`;
    for (const source of [
      byIssuer(),
      { kind: 'url', url },
      { kind: 'document', document: JSON.stringify(driver.idp.metadata()) },
    ] as ConfigurationSource[]) {
      const { kind, settings, warnings } = await fetched(source);
      assert.equal(kind, 'oidc');
      assert.equal(settings.issuer, driver.idp.issuer);
      assert.equal(settings.endSessionEndpoint, `${driver.idp.issuer}/end-session`);
      assert.equal(settings.authorizationResponseIssParameterSupported, true);
      assert.equal(settings.requirePkce, true);
      assert.deepEqual(
        warnings.map(({ code }) => code),
        source.kind === 'document' ? ['issuer_not_proven'] : [],
      );
      await driver.signIn({ settings });
    }
  });
  it('discovery is not asked at sign-in', async () => {
    const before = driver.idp.count('discovery');
    await driver.signIn();
    assert.equal(driver.idp.count('discovery'), before);
  });
  it('takes an issuer that ends in a slash, as Auth0 has it', async () => {
    const document = { ...DOCUMENT, issuer: 'https://acme.auth0.example/' };
    const at = 'https://acme.auth0.example/.well-known/openid-configuration';
    for (const source of [
      { kind: 'issuer', issuer: 'https://acme.auth0.example/' },
      { kind: 'url', url: at },
    ] as ConfigurationSource[]) {
      assert.equal((await production(document, at).fetch(source)).settings.issuer, 'https://acme.auth0.example/');
    }
    await refuses(
      'oidc.metadata_issuer_mismatch',
      production(document, at).fetch({ kind: 'issuer', issuer: 'https://acme.auth0.example' }),
    );
  });
  it('takes OAuth metadata, whose path comes last (RFC 8414)', async () => {
    const url = 'https://idp.example/.well-known/oauth-authorization-server/realms/acme';
    const { settings } = await production({ ...DOCUMENT, issuer: 'https://idp.example/realms/acme' }, url).fetch({
      kind: 'url',
      url,
    });
    assert.equal(settings.issuer, 'https://idp.example/realms/acme');
  });
  it('recognises Microsoft by its issuer', async () => {
    const tid = '0f7c1c2e-4b1d-4c8e-9a55-2b8f5f0c9a01';
    const { kind, settings } = await production({ ...DOCUMENT, issuer: `https://login.microsoftonline.com/${tid}/v2.0` }).fetch({
      kind: 'issuer',
      issuer: `https://login.microsoftonline.com/${tid}/v2.0`,
    });
    assert.equal(kind, 'microsoft-oidc');
    assert.equal(settings.directoryId, tid);
    assert.equal(settings.issuer, undefined);
    const national = await production({ ...DOCUMENT, issuer: `https://login.microsoftonline.us/${tid}/v2.0` }).fetch({
      kind: 'issuer',
      issuer: `https://login.microsoftonline.us/${tid}/v2.0`,
    });
    assert.equal(national.settings.issuer, `https://login.microsoftonline.us/${tid}/v2.0`);
  });
  it('says that a document of all directories names none', async () => {
    const url = 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration';
    await refuses(
      'oidc.metadata_issuer_templated',
      production({ ...DOCUMENT, issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }).fetch({ kind: 'url', url }),
    );
  });
  it('chooses scopes, client authentication and PKCE by what the provider lists, and warns', async () => {
    const { settings, warnings } = await production({
      ...DOCUMENT,
      scopes_supported: ['openid', 'email'],
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_post'],
      code_challenge_methods_supported: ['plain'],
      id_token_signing_alg_values_supported: ['HS256'],
      response_types_supported: ['id_token'],
    }).fetch({ kind: 'issuer', issuer: 'https://idp.example' });
    assert.deepEqual(settings.scopes, ['openid', 'email']);
    assert.equal(settings.clientAuthentication, 'client_secret_post');
    assert.equal(settings.requirePkce, false);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['pkce_unsupported', 'algorithms_unsupported', 'code_flow_unsupported'],
    );
  });
  it('warns of a provider that demands pushed or signed requests: it would refuse each of ours', async () => {
    const warned = async (demands: object): Promise<string[]> => {
      const { fetch } = production({ ...DOCUMENT, ...demands });
      return (await fetch({ kind: 'issuer', issuer: 'https://idp.example' })).warnings.map(({ code }) => code);
    };
    const both = { require_pushed_authorization_requests: true, require_signed_request_object: true };
    assert.deepEqual(await warned(both), ['pushed_requests_required', 'signed_requests_required']);
    const neither = {
      require_pushed_authorization_requests: false,
      pushed_authorization_request_endpoint: 'https://idp.example/par',
    };
    assert.deepEqual(await warned(neither), []);
  });
});

describe('Discovery §4.3: the issuer is the one that was asked', () => {
  for (const issuer of ['https://evil.example', 'https://idp.example/', 'https://IDP.example', 'https://idp.example/x']) {
    it(`refuses ${issuer}`, async () => {
      await refuses(
        'oidc.metadata_issuer_mismatch',
        production({ ...DOCUMENT, issuer }).fetch({ kind: 'issuer', issuer: 'https://idp.example' }),
      );
    });
  }
  it('refuses another issuer behind a metadata URL', async () => {
    await refuses(
      'oidc.metadata_issuer_mismatch',
      production(DOCUMENT).fetch({ kind: 'url', url: 'https://evil.example/.well-known/openid-configuration' }),
    );
  });
  it('refuses a document without issuer', async () => {
    await refuses(
      'oidc.metadata_invalid',
      production({ ...DOCUMENT, issuer: undefined }).fetch({ kind: 'issuer', issuer: 'https://idp.example' }),
    );
  });
});

describe('T80, T84: addresses in metadata', () => {
  it('refuses all that are private or no web addresses, at once, and connects to none', async () => {
    const { fetch, asked } = production({
      ...DOCUMENT,
      token_endpoint: 'https://127.0.0.1/t',
      jwks_uri: 'http://idp.example/j',
      userinfo_endpoint: 'javascript:alert(1)',
      end_session_endpoint: 'https://idp.example/#x',
      revocation_endpoint: 7,
      authorization_endpoint: undefined,
    });
    const problem = await refuses('oidc.metadata_invalid', fetch({ kind: 'issuer', issuer: 'https://idp.example' }));
    assert.deepEqual(
      problem.errors.map(({ pointer, code }) => `${pointer} ${code}`),
      [
        '/authorization_endpoint required',
        '/token_endpoint private_host_refused',
        '/jwks_uri https_required',
        '/userinfo_endpoint scheme_refused',
        '/end_session_endpoint fragment_refused',
        '/revocation_endpoint not_a_url',
      ],
    );
    assert.deepEqual(asked, ['https://idp.example/.well-known/openid-configuration']);
  });
  it('judges a pasted document alike', async () => {
    await refuses(
      'oidc.metadata_invalid',
      production({}).fetch({ kind: 'document', document: JSON.stringify({ ...DOCUMENT, token_endpoint: 'https://10.0.0.1/t' }) }),
    );
  });
  it('asks nobody for an issuer that is private or no address', async () => {
    for (const issuer of [
      'http://127.0.0.1:1',
      'https://127.0.0.1',
      'file:///etc/passwd',
      'https://localhost',
      'nonsense',
      'https://u:p@idp.example',
    ]) {
      const { fetch, asked } = production(DOCUMENT);
      await refuses('oidc.metadata_invalid', fetch({ kind: 'issuer', issuer }));
      await refuses('oidc.metadata_invalid', fetch({ kind: 'url', url: `${issuer}/.well-known/openid-configuration` }));
      assert.deepEqual(asked, []);
    }
  });
});

describe('T81: what comes instead of metadata', () => {
  const bodies: [string, string | Buffer][] = [
    ['HTML', '<html>'],
    ['a list', '[]'],
    ['a member twice', '{"issuer":"a","issuer":"b"}'],
    ['__proto__', '{"__proto__":{}}'],
  ];
  for (const [what, body] of bodies) {
    it(`refuses ${what}`, async () => {
      driver.idp.discovery({ body });
      await refuses('oidc.metadata_unreadable', fetched(byIssuer()));
    });
  }
  it('refuses 404, a document that is too large, and a URL that is none of metadata', async () => {
    driver.idp.discovery({ status: 404 });
    await refuses('oidc.metadata_unreadable', fetched(byIssuer()));
    driver.idp.discovery({ body: 'x'.repeat(300_000) });
    await refuses('fetch.too_large', fetched(byIssuer()));
    await refuses('oidc.metadata_unreadable', fetched({ kind: 'url', url: `${driver.idp.issuer}/authorize` }));
    await refuses('oidc.metadata_unreadable', fetched({ kind: 'document', document: 'x'.repeat(300_000) }));
  });
});
