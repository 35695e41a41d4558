import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { permissions } from '#kernel/permission.ts';
import { Agent, formOf, type Visit } from '../kit/agent.ts';
import { ADA, makeLink, PASSWORD, setUp } from '../kit/local/index.ts';
import type { OidcIdp } from '../kit/oidc/index.ts';
import {
  ALICE,
  type AuthorizationRequest,
  apiOf,
  authorizationRequest,
  claimsOf,
  type OidcConnection,
  openScene,
  type Scene,
  signInByOidc,
  type TestTenant,
  type TokenAnswer,
  tokensFor,
} from '../kit/scene.ts';

const SCOPE = 'openid profile email offline_access sallyport_api';
let scene: Scene;
let acme: TestTenant;
let globex: TestTenant;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  globex = await scene.addTenant('globex');
});
after(() => scene.close());

const consoleOf = ({ url }: Pick<TestTenant, 'url'>) => ({
  id: 'sallyport-console',
  secret: null,
  redirectUri: `${url}/console/callback`,
});
const ask = (tenant: TestTenant, more: Record<string, string> = {}): AuthorizationRequest =>
  authorizationRequest(tenant, consoleOf(tenant), { scope: SCOPE, ...more });
const codeOf = ({ location }: Visit): string => new URL(location ?? 'about:blank').searchParams.get('code') ?? '';

/** From a browser with a session to the console's tokens. */
async function enterConsole(agent: Agent, tenant: TestTenant): Promise<TokenAnswer> {
  const asked = ask(tenant);
  const answered = await agent.get(asked.url);
  assert.ok(
    answered.location?.startsWith(`${tenant.url}/console/callback?`),
    `${answered.location} ${answered.body.slice(0, 200)}`,
  );
  const { status, json } = await redeem(tenant, codeOf(answered), asked);
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

const redeem = (tenant: TestTenant, code: string, { verifier }: AuthorizationRequest) => {
  const { redirectUri } = consoleOf(tenant);
  const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return tokensFor(tenant, consoleOf(tenant), grant);
};

interface Me {
  kind: string;
  email: string | null;
  firstName: string | null;
  lastName: string | null;
  roles: string[];
  permissions: string[];
  code: string;
}
const me = async (tenant: TestTenant, token: string) => apiOf(tenant.url, token).call<Me>('GET', '/api/v1/me');

describe('From the set-up link to the console', () => {
  const agent = new Agent();

  it('a new tenant needs an administrator; its link asks for one', async () => {
    const { json } = await scene.operator.call('GET', '/api/v1/tenants/acme/setup-link');
    assert.deepEqual(json, { needed: true, expiresAt: null });
    const link = await makeLink(scene.operator, acme);
    const page = await agent.get(link);
    assert.equal(page.status, 200);
    assert.deepEqual(Object.keys(formOf(page).fields), ['email', 'name', 'password', 'repeated']);
    const entered = await setUp(agent, formOf(page).action);
    assert.deepEqual([entered.status, entered.location], [303, `${acme.url}/console/`]);
    assert.deepEqual((await scene.operator.call('GET', '/api/v1/tenants/acme/setup-link')).json, {
      needed: false,
      expiresAt: null,
    });
  });

  it('the administrator is in the console without another question, and may do everything', async () => {
    const tokens = await enterConsole(agent, acme);
    const { status, json } = await me(acme, tokens.access_token);
    assert.equal(status, 200);
    assert.deepEqual([json.kind, json.email, json.firstName, json.lastName], ['user', ADA.email, 'Ada', 'Admin']);
    assert.deepEqual(json.roles, ['Full Administrator']);
    assert.deepEqual(json.permissions, [...permissions].sort());
    const refreshed = await tokensFor(acme, consoleOf(acme), {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
    });
    assert.equal(refreshed.status, 200);
    assert.equal((await me(acme, refreshed.json.access_token)).status, 200);
  });

  it('tokens tell of a password, and of no identity provider', async () => {
    const claims = claimsOf((await enterConsole(agent, acme)).id_token);
    assert.deepEqual(claims['amr'], ['pwd']);
    assert.deepEqual([claims['idp'], claims['acr'], claims['email_verified']], [undefined, undefined, false]);
    assert.ok(typeof claims['auth_time'] === 'number');
  });

  it('without a session and without any provider the console leads to the password, and back', async () => {
    const other = new Agent();
    const asked = ask(acme);
    const form = await other.follow(await other.get(asked.url));
    assert.ok(form.url.startsWith(`${acme.url}/sign-in/password?`), form.url);
    const { action, fields } = formOf(form);
    const signedIn = await other.post(action, { ...fields, identifier: ADA.email, password: PASSWORD });
    const back = await other.follow(signedIn, (url) => url.startsWith(`${acme.url}/console/callback`));
    assert.equal((await redeem(acme, codeOf(back), asked)).status, 200);
  });
});

describe('Somebody without roles', () => {
  let connection: OidcConnection;
  let idp: OidcIdp;
  before(async () => {
    idp = await scene.startOidcIdp();
    connection = await acme.connectOidc(idp);
    idp.person = { sub: 'alice-0001', email: ALICE.email, email_verified: true };
  });

  it('gets a token of the console that permits nothing', async () => {
    const agent = new Agent();
    await agent.follow((await signInByOidc(agent, acme, connection)).arrived, (url) => url.startsWith('http://127.0.0.1:9'));
    const { access_token: token } = await enterConsole(agent, acme);
    const { status, json } = await me(acme, token);
    assert.equal(status, 200);
    assert.deepEqual([json.email, json.roles, json.permissions], [ALICE.email, [], []]);
    const api = apiOf(acme.url, token);
    for (const path of ['users', 'identity-providers', 'settings', 'audit-events', 'local-administrators'])
      assert.equal((await api.call('GET', `/api/v1/${path}`)).json.code, 'authorization.forbidden', path);
    assert.equal((await api.call('POST', '/api/v1/setup-links', {})).json.code, 'authorization.forbidden');
  });
});

describe('The console as an application', () => {
  it('gets codes at its own address and nowhere else', async () => {
    const agent = new Agent();
    await agent.post(`${acme.url}/sign-in/password`, { identifier: ADA.email, password: PASSWORD });
    assert.notEqual(codeOf(await agent.get(ask(acme).url)), '', 'the valid control');
    for (const redirect of [
      `${globex.url}/console/callback`,
      `${acme.url}/console/`,
      `${acme.url}/console/callback/`,
      `${acme.url}/console/callback?next=evil`,
      `${acme.url}/console/callback#x`,
      `${acme.url}/console/../console/callback`,
      `${acme.url}/sign-in/done`,
      'https://evil.example/console/callback',
      `${acme.url.replace('localhost', 'localhost.evil.example')}/console/callback`,
    ]) {
      const visit = await agent.get(ask(acme, { redirect_uri: redirect }).url);
      assert.deepEqual([visit.status >= 400, visit.location], [true, undefined], redirect);
    }
  });

  it('must prove by PKCE that the code is its own, and needs no other proof', async () => {
    const agent = new Agent();
    await agent.post(`${acme.url}/sign-in/password`, { identifier: ADA.email, password: PASSWORD });
    const asked = ask(acme);
    const code = codeOf(await agent.get(asked.url));
    const stolen = await redeem(acme, code, { ...asked, verifier: ask(acme).verifier });
    assert.deepEqual([stolen.status, stolen.json.error], [400, 'invalid_grant']);
    const bare = new URL(ask(acme).url);
    bare.searchParams.delete('code_challenge');
    bare.searchParams.delete('code_challenge_method');
    const refused = await agent.get(bare.href);
    assert.equal(codeOf(refused), '');
    assert.equal(new URL(refused.location ?? '').searchParams.get('error'), 'invalid_request');
    const machine = await tokensFor(acme, consoleOf(acme), { grant_type: 'client_credentials', scope: 'sallyport_api' });
    assert.deepEqual([machine.status, machine.json.error], [400, 'unsupported_grant_type']);
  });

  it('is neither listed, changed, copied nor removed by the API of applications', async () => {
    const { json } = await acme.api.call('GET', '/api/v1/applications?limit=200');
    assert.ok(json.items.length > 0);
    assert.ok(json.items.every(({ id }) => id !== 'sallyport-console'));
    const path = '/api/v1/applications/sallyport-console';
    const redirectUris = ['https://evil.example/callback'];
    assert.equal((await acme.api.call('GET', path)).status, 404);
    assert.equal((await acme.api.call('PATCH', path, { redirectUris })).status, 404);
    assert.equal((await acme.api.call('DELETE', path)).status, 404);
    assert.equal((await acme.api.call('POST', `${path}/secret`)).status, 404);
    const copy = { id: 'sallyport-console', name: 'Copy', kind: 'public', redirectUris };
    assert.equal((await acme.api.call('POST', '/api/v1/applications', copy)).status, 422);
    const agent = new Agent();
    await agent.post(`${acme.url}/sign-in/password`, { identifier: ADA.email, password: PASSWORD });
    await enterConsole(agent, acme);
  });

  it('of one tenant is nothing to another: neither session, nor code, nor token', async () => {
    const agent = new Agent();
    await agent.post(`${acme.url}/sign-in/password`, { identifier: ADA.email, password: PASSWORD });
    const { access_token: token, refresh_token: refresh } = await enterConsole(agent, acme);
    assert.equal((await me(acme, token)).status, 200, 'the valid control');
    const there = await me(globex, token);
    assert.deepEqual([there.status, there.json.code], [401, 'authorization.token_invalid']);
    const renewed = await tokensFor(globex, consoleOf(globex), { grant_type: 'refresh_token', refresh_token: refresh });
    assert.deepEqual([renewed.status, renewed.json.error], [400, 'invalid_grant']);
    const asked = ask(acme);
    const code = codeOf(await agent.get(asked.url));
    assert.equal((await redeem(globex, code, asked)).json.error, 'invalid_grant');
    const visit = await agent.get(ask(globex).url);
    assert.equal(codeOf(visit), '', 'no code without a session of that tenant');
  });
});

describe('A session by password', () => {
  it('an application that wants a fresh sign-in gets one', async () => {
    const agent = new Agent();
    await agent.post(`${acme.url}/sign-in/password`, { identifier: ADA.email, password: PASSWORD });
    for (const more of [{ prompt: 'login' }, { max_age: '0' }] as Record<string, string>[]) {
      const sent = await agent.get(ask(acme, more).url);
      assert.equal(sent.location?.includes('code='), false, JSON.stringify(more));
    }
    assert.ok((await agent.get(ask(acme, { max_age: '600' }).url)).location?.includes('code='));
    scene.gateway.advance(601);
    const asked = ask(acme, { max_age: '600' });
    assert.equal((await agent.get(asked.url)).location?.includes('code='), false, 'too long ago');
    const returnTo = asked.url.slice(acme.url.length);
    const { action, fields } = formOf(
      await agent.get(`${acme.url}/sign-in/password?${new URLSearchParams({ return_to: returnTo })}`),
    );
    const signedIn = await agent.post(action, { ...fields, identifier: ADA.email, password: PASSWORD });
    const back = await agent.follow(signedIn, (url) => url.startsWith(`${acme.url}/console/callback`));
    assert.notEqual(codeOf(back), '');
  });
});
