import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { choosePerson } from '../forms.ts';
import { PEOPLE } from '../people.ts';
import { type RunningIdp, startIdp } from './server.ts';

const CALLBACK = 'http://localhost:8080/t/demo/sso/sandbox-oidc/callback';
const ADA = PEOPLE[0]!;

const registrations = [
  {
    clientId: 'gateway',
    clientSecret: 's3cret:/+ü',
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: ['http://localhost:8080/out'],
  },
  {
    clientId: 'gateway-es256',
    clientSecret: 'x'.repeat(43),
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [],
    idTokenAlgorithm: 'ES256' as const,
  },
  { clientId: 'public', redirectUris: [CALLBACK], postLogoutRedirectUris: [] },
];

let idp: RunningIdp;
let dataFolder: string;

before(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'sandbox-oidc-'));
  idp = await startIdp({ host: '127.0.0.1', port: 0, dataFolder, oidcClients: registrations, serviceProviders: [] });
});
after(async () => {
  await idp.close();
  await rm(dataFolder, { recursive: true });
});

async function relyingParty(clientId: string, authentication?: client.ClientAuth): Promise<client.Configuration> {
  const secret = registrations.find((one) => one.clientId === clientId)!.clientSecret;
  return client.discovery(new URL(idp.url), clientId, secret, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}

interface Wish {
  personId?: string;
  extra?: Record<string, string>;
}

/** One round trip to the picker and back. */
async function ask(config: client.Configuration, { personId = ADA.id, extra = {} }: Wish = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedNonce = client.randomNonce();
  const expectedState = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email offline_access',
    nonce: expectedNonce,
    state: expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...extra,
  });
  const response = await choosePerson({ url }, personId);
  return { callback: new URL(response.headers.get('location')!), checks: { pkceCodeVerifier, expectedNonce, expectedState } };
}

describe('OpenID Connect at the sandbox identity provider', () => {
  const methods: [string, string, client.ClientAuth | undefined, string][] = [
    ['client_secret_basic', 'gateway', client.ClientSecretBasic(registrations[0]!.clientSecret), 'RS256'],
    ['client_secret_post', 'gateway', client.ClientSecretPost(registrations[0]!.clientSecret), 'RS256'],
    ['client_secret_post', 'gateway-es256', undefined, 'ES256'],
    ['none', 'public', client.None(), 'RS256'],
  ];
  for (const [method, clientId, authentication, algorithm] of methods) {
    test(`the code flow ends with a person's claims: ${method}, ${algorithm}`, async () => {
      const config = await relyingParty(clientId, authentication);
      const { callback, checks } = await ask(config, { extra: { acr_values: 'urn:example:gold' } });
      const tokens = await client.authorizationCodeGrant(config, callback, { ...checks, idTokenExpected: true, maxAge: 60 });
      const claims = tokens.claims()!;
      assert.equal(decodeProtectedHeader(tokens.id_token!).alg, algorithm);
      const person = {
        sub: ADA.id,
        email: 'ada@acme.example',
        email_verified: true,
        given_name: 'Ada',
        family_name: 'Park',
        phone_number: ADA.phone,
        locale: 'en-GB',
        groups: ['Engineering', 'All Staff'],
        roles: ['app_admin'],
      };
      assert.partialDeepStrictEqual(claims, { ...person, acr: 'urn:example:gold' });
      assert.partialDeepStrictEqual(await client.fetchUserInfo(config, tokens.access_token, ADA.id), person);
    });
  }

  test('RFC 9700 §4.14.2: a refresh token rotates, and its second use ends the grant', async () => {
    const config = await relyingParty('gateway');
    const { callback, checks } = await ask(config);
    const first = await client.authorizationCodeGrant(config, callback, checks);
    const second = await client.refreshTokenGrant(config, first.refresh_token!);
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal(second.claims()!.sub, ADA.id);
    await assert.rejects(client.refreshTokenGrant(config, first.refresh_token!), { error: 'invalid_grant' });
    await assert.rejects(client.refreshTokenGrant(config, second.refresh_token!), { error: 'invalid_grant' });
    await assert.rejects(client.fetchUserInfo(config, second.access_token, ADA.id));
  });

  test('without offline_access there is no refresh token', async () => {
    const config = await relyingParty('gateway');
    const { callback, checks } = await ask(config, { extra: { scope: 'openid' } });
    const tokens = await client.authorizationCodeGrant(config, callback, checks);
    assert.equal(tokens.refresh_token, undefined);
    assert.equal(tokens.claims()!['email'], undefined);
  });

  test('RFC 6749 §4.1.2: a code is good once', async () => {
    const config = await relyingParty('gateway');
    const { callback, checks } = await ask(config);
    await client.authorizationCodeGrant(config, callback, checks);
    await assert.rejects(client.authorizationCodeGrant(config, callback, checks), { error: 'invalid_grant' });
  });

  test('RFC 7636 §4.6: a code with another verifier is refused', async () => {
    const config = await relyingParty('gateway');
    const { callback, checks } = await ask(config);
    const stolen = client.authorizationCodeGrant(config, callback, {
      ...checks,
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
    });
    await assert.rejects(stolen, { error: 'invalid_grant' });
  });

  test('a wrong secret is refused, a code of another client stays unspent', async () => {
    const config = await relyingParty('gateway');
    const { callback, checks } = await ask(config);
    const wrong = await client.discovery(new URL(idp.url), 'gateway', 'wrong', undefined, {
      execute: [client.allowInsecureRequests],
    });
    await assert.rejects(client.authorizationCodeGrant(wrong, callback, checks), { error: 'invalid_client' });
    const other = await relyingParty('gateway-es256');
    await assert.rejects(client.authorizationCodeGrant(other, callback, checks), { error: 'invalid_grant' });
    assert.equal((await client.authorizationCodeGrant(config, callback, checks)).claims()!.sub, ADA.id);
  });

  test('cancelling tells the client so', async () => {
    const config = await relyingParty('gateway');
    const { callback, checks } = await ask(config, { personId: '' });
    await assert.rejects(client.authorizationCodeGrant(config, callback, checks), { error: 'access_denied' });
  });

  const faults: [string, Record<string, string>, string][] = [
    ['prompt=none', { prompt: 'none' }, 'login_required'],
    ['PKCE plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no openid scope', { scope: 'profile' }, 'invalid_scope'],
    ['an implicit flow', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
  ];
  for (const [name, extra, error] of faults) {
    test(`${name} is refused at the redirect URI with the issuer beside it (RFC 9207)`, async () => {
      const config = await relyingParty('gateway');
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'openid',
        code_challenge: 'a'.repeat(43),
        code_challenge_method: 'S256',
        state: 'abc',
        ...extra,
      });
      const response = await fetch(url, { redirect: 'manual' });
      const back = new URL(response.headers.get('location')!);
      assert.equal(back.origin + back.pathname, CALLBACK);
      assert.deepEqual([...back.searchParams.keys()].sort(), ['error', 'error_description', 'iss', 'state']);
      assert.equal(back.searchParams.get('error'), error);
      assert.equal(back.searchParams.get('iss'), idp.url);
    });
  }

  for (const [name, change] of [
    ['an unregistered redirect URI', { redirect_uri: `${CALLBACK}/` }],
    ['an unknown client', { client_id: 'stranger' }],
  ] as const) {
    test(`${name} is never redirected to`, async () => {
      const config = await relyingParty('gateway');
      const url = client.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: 'openid', ...change });
      const response = await fetch(url, { redirect: 'manual' });
      assert.equal(response.status, 400);
      assert.equal(response.headers.get('location'), null);
    });
  }

  test('RP-initiated logout leads to registered addresses only', async () => {
    const config = await relyingParty('gateway');
    const { callback, checks } = await ask(config);
    const tokens = await client.authorizationCodeGrant(config, callback, checks);
    const out = (post_logout_redirect_uri: string, id_token_hint = tokens.id_token!) =>
      fetch(client.buildEndSessionUrl(config, { post_logout_redirect_uri, id_token_hint, state: 'bye' }), { redirect: 'manual' });
    assert.equal((await out('http://localhost:8080/out')).headers.get('location'), 'http://localhost:8080/out?state=bye');
    assert.equal((await out('http://localhost:8080/elsewhere')).status, 400);
    assert.equal((await out('http://localhost:8080/out', `${tokens.id_token!.slice(0, -8)}AAAAAAAA`)).status, 400);
  });

  test('the keys outlive a restart', async () => {
    const jwks = async (at: RunningIdp) => (await fetch(`${at.url}/oidc/jwks`)).json();
    const again = await startIdp({ host: '127.0.0.1', port: 0, dataFolder, oidcClients: [], serviceProviders: [] });
    try {
      assert.deepEqual(await jwks(again), await jwks(idp));
      assert.equal(again.saml.certificate, idp.saml.certificate);
    } finally {
      await again.close();
    }
  });
});
