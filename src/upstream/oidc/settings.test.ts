import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { type OidcKind, readSettings } from './settings.ts';

const GOOD = {
  clientId: 'gateway',
  clientSecret: 'a-secret',
  issuer: 'https://idp.example',
  authorizationEndpoint: 'https://idp.example/authorize',
  tokenEndpoint: 'https://idp.example/token',
  jwksUri: 'https://idp.example/jwks',
};

function faultsOf(
  change: Record<string, unknown>,
  { kind = 'oidc', allowPrivateNetwork = false }: { kind?: OidcKind; allowPrivateNetwork?: boolean } = {},
): string[] {
  try {
    readSettings({ ...GOOD, ...change }, { kind, allowPrivateNetwork });
    return [];
  } catch (error) {
    assert.ok(isProblem(error, 'oidc.settings_invalid'), String(error));
    return error.errors.map(({ pointer, code }) => `${pointer} ${code}`);
  }
}

describe('settings of an OpenID provider', () => {
  it('control: reads what is complete and fills in the defaults', () => {
    const settings = readSettings(GOOD, { kind: 'oidc', allowPrivateNetwork: false });
    assert.equal(settings.kind, 'oidc');
    assert.equal(settings.clientAuthentication, 'client_secret_basic');
    assert.equal(settings.clientAssertionAudience, 'issuer');
    assert.equal(settings.requirePkce, true);
    assert.equal(settings.enforceContext, true);
    assert.deepEqual(settings.scopes, ['openid', 'profile', 'email', 'offline_access']);
  });
  it('control: takes every field of the interface', () => {
    assert.deepEqual(
      faultsOf({
        clientSecretExpiresAt: '2027-01-01T00:00:00Z',
        directoryId: null,
        clientAuthentication: 'client_secret_post',
        requirePkce: true,
        userinfoEndpoint: 'https://idp.example/userinfo',
        revocationEndpoint: 'https://idp.example/revoke',
        endSessionEndpoint: 'https://idp.example/end',
        scopes: ['openid'],
        idTokenClaims: ['email'],
        userinfoClaims: ['groups'],
        maxAgeSeconds: 0,
        acrValues: ['urn:a'],
        amrValues: ['mfa'],
        enforceContext: false,
        redirectUri: 'https://sso.example/cb',
        codeChallengeMethodsSupported: ['S256', 'plain'],
        authorizationResponseIssParameterSupported: true,
        keys: { clientAssertion: [] },
        clientAssertionAudience: 'token_endpoint',
      }),
      [],
    );
  });
  it('tells all faults at once, those between fields as well', () => {
    assert.deepEqual(
      faultsOf({
        clientId: 7,
        clientSecret: undefined,
        issuer: 'nonsense',
        tokenEndpoint: undefined,
        scopes: ['email'],
        colour: 'red',
        maxAgeSeconds: -1,
        acrValues: ['a b'],
      }).sort(),
      [
        '/acrValues/0 invalid_format',
        '/clientId invalid_type',
        '/clientSecret required',
        '/colour unknown_field',
        '/issuer not_a_url',
        '/maxAgeSeconds too_small',
        '/scopes openid_missing',
        '/tokenEndpoint required',
      ],
    );
  });
  it('escapes a pointer', () => assert.deepEqual(faultsOf({ 'a/b~c': 1 }), ['/a~1b~0c unknown_field']));
  it('survives anything', () => {
    for (const raw of [null, undefined, 7, 'text', [], { scopes: 7, codeChallengeMethodsSupported: 'S256' }]) {
      assert.throws(
        () => readSettings(raw, { kind: 'oidc', allowPrivateNetwork: false }),
        (error) => isProblem(error, 'oidc.settings_invalid'),
      );
    }
  });

  const cases: [string, Record<string, unknown>, string[]][] = [
    ['a secret is needed for basic', { clientSecret: null }, ['/clientSecret required']],
    [
      'a secret is needed for post',
      { clientSecret: undefined, clientAuthentication: 'client_secret_post' },
      ['/clientSecret required'],
    ],
    ['no secret is needed for a key', { clientSecret: undefined, clientAuthentication: 'private_key_jwt' }, []],
    ['no secret is needed for none', { clientSecret: undefined, clientAuthentication: 'none' }, []],
    ['an unknown authentication', { clientAuthentication: 'client_secret_jwt' }, ['/clientAuthentication invalid_value']],
    ['PKCE that the provider denies', { codeChallengeMethodsSupported: ['plain'] }, ['/requirePkce pkce_unsupported']],
    ['PKCE that is not required', { codeChallengeMethodsSupported: ['plain'], requirePkce: false }, []],
    ['a scope with a space', { scopes: ['openid', 'a b'] }, ['/scopes/1 invalid_format']],
    ['an issuer with a query', { issuer: 'https://idp.example?a=1' }, ['/issuer query_refused']],
  ];
  for (const [what, change, faults] of cases) it(what, () => assert.deepEqual(faultsOf(change), faults));

  const urls: [string, string][] = [
    ['http://idp.example/t', 'https_required'],
    ['javascript:alert(1)', 'scheme_refused'],
    ['data:text/html,x', 'scheme_refused'],
    ['file:///etc/passwd', 'scheme_refused'],
    ['https://idp.example/t#a', 'fragment_refused'],
    ['https://idp.example/t#', 'fragment_refused'],
    ['https://u@idp.example/t', 'credentials_refused'],
    ['https://127.0.0.1/t', 'private_host_refused'],
    ['https://2130706433/t', 'private_host_refused'],
    ['https://[::1]/t', 'private_host_refused'],
    ['https://8.8.8.8/t', 'private_host_refused'],
    ['https://localhost/t', 'private_host_refused'],
    ['https://localhost./t', 'private_host_refused'],
    ['https://a.localhost/t', 'private_host_refused'],
    ['https://vault.internal/t', 'private_host_refused'],
    ['/token', 'not_a_url'],
    ['https://idp.example/ t', 'not_a_url'],
    [' https://idp.example/t', 'not_a_url'],
    ['https:\\\\idp.example\\t', 'not_a_url'],
    ['https://idp\u3002example/t', 'not_a_url'],
  ];
  for (const field of [
    'authorizationEndpoint',
    'tokenEndpoint',
    'userinfoEndpoint',
    'jwksUri',
    'endSessionEndpoint',
    'revocationEndpoint',
    'issuer',
  ]) {
    it(`T80, T84: ${field} must be a public https address`, () => {
      for (const [url, code] of urls) assert.deepEqual(faultsOf({ [field]: url }), [`/${field} ${code}`], url);
    });
  }
  it('plain http and private hosts where the operator allows them, and nothing else', () => {
    const open = { allowPrivateNetwork: true };
    assert.deepEqual(faultsOf({ tokenEndpoint: 'http://127.0.0.1:8081/token', issuer: 'http://localhost:8081' }, open), []);
    assert.deepEqual(faultsOf({ tokenEndpoint: 'javascript:alert(1)' }, open), ['/tokenEndpoint scheme_refused']);
  });
  it('Microsoft: a directory id or an issuer, and both of one directory', () => {
    const microsoft = { kind: 'microsoft-oidc' as const };
    assert.deepEqual(faultsOf({ issuer: null }, microsoft).sort(), ['/directoryId required', '/issuer required']);
    assert.deepEqual(faultsOf({ directoryId: 'acme.onmicrosoft.com' }, microsoft), ['/directoryId invalid_format']);
    assert.deepEqual(
      faultsOf(
        {
          directoryId: '11111111-2222-4333-8444-555555555555',
          issuer: 'https://login.microsoftonline.com/0f7c1c2e-4b1d-4c8e-9a55-2b8f5f0c9a01/v2.0',
        },
        microsoft,
      ),
      ['/issuer directory_contradicted'],
    );
  });
});
