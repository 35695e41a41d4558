import assert from 'node:assert/strict';
import type { JsonWebKey } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { codeOf } from '../kit/agent.ts';
import { arriveFromOkta, type OktaConnection, type OktaScene, openOktaScene, signInAtOkta } from '../kit/okta/scene.ts';
import { claimsOf, type TokenAnswer, tokensFor } from '../kit/scene.ts';

let stage: OktaScene;
before(async () => {
  stage = await openOktaScene();
});
after(() => stage.close());

const FILTER = { claim: 'groups', kind: 'STARTS_WITH', value: 'app_' } as const;
const GROUPS = { groupMappings: [{ external: 'app_engineers', group: 'Engineers' }] };
const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

describe('Okta’s org authorization server', () => {
  it('the ID token is thin: names and the word for the address come from userinfo', async () => {
    const connection = await stage.connect({ slug: 'thin' });
    const claims = claimsOf((await signInAtOkta(stage, connection)).id_token);
    assert.deepEqual([claims['given_name'], claims['family_name']], ['Alice', 'Archer']);
    assert.equal(claims['email_verified'], true);
    const users = await stage.acme.api.call('GET', '/api/v1/users');
    assert.ok(users.json.items.some(({ email }) => email === 'thin@acme.example'));
  });
  for (const groupsIn of ['id_token', 'userinfo'] as const) {
    it(`groups that the filter lets through, from ${groupsIn}, by the scope groups`, async () => {
      const connection = await stage.connect({
        slug: `groups-${groupsIn.replace('_', '-')}`,
        app: { groupsFilter: FILTER, groupsIn },
        oidc: { scopes: [...SCOPES, 'groups'] },
        document: GROUPS,
      });
      connection.alice.groups = ['Everyone', 'app_engineers'];
      assert.deepEqual(claimsOf((await signInAtOkta(stage, connection)).id_token)['groups'], ['Engineers']);
    });
  }
  it('a filter that lets nothing through empties the list; without the scope it is missing and changes nothing', async () => {
    const connection = await stage.connect({
      slug: 'filtered',
      app: { groupsFilter: FILTER },
      oidc: { scopes: [...SCOPES, 'groups'] },
      document: GROUPS,
    });
    connection.alice.groups = ['app_engineers'];
    assert.deepEqual(claimsOf((await signInAtOkta(stage, connection)).id_token)['groups'], ['Engineers']);
    connection.app.groupsFilter = null;
    assert.deepEqual(claimsOf((await signInAtOkta(stage, connection)).id_token)['groups'], ['Engineers']);
    connection.app.groupsFilter = { ...FILTER, value: 'other_' };
    assert.deepEqual(claimsOf((await signInAtOkta(stage, connection)).id_token)['groups'] ?? [], []);
  });
  it('login_hint and PKCE go along; a key that was rotated is found', async () => {
    const connection = await stage.connect({ slug: 'hints' });
    const { request } = await arriveFromOkta(stage, connection, { login_hint: 'hints@acme.example' });
    assert.equal(request.searchParams.get('login_hint'), 'hints@acme.example');
    assert.equal(request.searchParams.get('code_challenge_method'), 'S256');
    stage.advance(120);
    stage.okta.rotateKeys();
    await signInAtOkta(stage, connection);
    stage.advance(120);
    stage.okta.rotateKeys({ keepOld: false });
    await signInAtOkta(stage, connection);
  });
});

describe('Okta’s custom authorization server', () => {
  it('is another issuer with endpoints of its own; groups by a claim of the server', async () => {
    const connection = await stage.connect({ slug: 'custom', server: 'custom', document: GROUPS });
    stage.okta.custom.groupsFilter = { ...FILTER, kind: 'REGEX', value: 'app_.*' };
    connection.alice.groups = ['app_engineers', 'Everyone'];
    assert.deepEqual(claimsOf((await signInAtOkta(stage, connection)).id_token)['groups'], ['Engineers']);
  });
  it('oidc.issuer_mismatch: a token of the one is none of the other', async () => {
    const connection = await stage.connect({ slug: 'mixed', server: 'custom' });
    stage.okta.nextToken = { iss: stage.okta.orgIssuer };
    const { arrived } = await arriveFromOkta(stage, connection);
    assert.equal(codeOf(arrived), 'oidc.issuer_mismatch');
  });
  it('oidc.access_denied: no rule of its access policy lets the application in', async () => {
    const connection = await stage.connect({ slug: 'policy', server: 'custom' });
    stage.okta.custom.policyAllows = false;
    const { arrived } = await arriveFromOkta(stage, connection);
    stage.okta.custom.policyAllows = true;
    assert.equal(codeOf(arrived), 'oidc.access_denied');
  });
  it('oidc.provider_refused: it does not know the scope groups', async () => {
    const connection = await stage.connect({ slug: 'scope', server: 'custom', oidc: { scopes: ['openid', 'groups'] } });
    assert.equal(codeOf((await arriveFromOkta(stage, connection)).arrived), 'oidc.provider_refused');
  });
});

describe('Okta: who asks, and for whom', () => {
  it('every client authentication; with a key, addressed to the token endpoint', async () => {
    for (const authentication of ['client_secret_basic', 'client_secret_post', 'none'] as const)
      await signInAtOkta(stage, await stage.connect({ slug: authentication.replaceAll('_', '-'), app: { authentication } }));
    const connection = await stage.connect({
      slug: 'by-key',
      app: { authentication: 'private_key_jwt' },
      oidc: { clientAssertionAudience: 'token_endpoint' },
    });
    const keys = await stage.acme.api.call('GET', `${connection.path}/keys`);
    connection.app.keys = keys.json.items.map(({ jwk }) => jwk as JsonWebKey);
    await signInAtOkta(stage, connection);
  });
  it('with our keys at their own address: Okta fetches them', async () => {
    const connection = await stage.connect({
      slug: 'by-jwks',
      app: { authentication: 'private_key_jwt', jwksUri: `${stage.acme.url}/sso/by-jwks/jwks` },
      oidc: { clientAssertionAudience: 'token_endpoint' },
    });
    await signInAtOkta(stage, connection);
  });
  it('oidc.client_refused: another secret', async () => {
    const connection = await stage.connect({ slug: 'wrong-secret', oidc: { clientSecret: 'no secret of this application' } });
    assert.equal(codeOf((await arriveFromOkta(stage, connection)).arrived), 'oidc.client_refused');
  });
  it('an application that requires PKCE refuses a request without it: ours never is', async () => {
    const connection = await stage.connect({ slug: 'pkce', app: { pkceRequired: true } });
    const { request } = await arriveFromOkta(stage, connection);
    request.searchParams.delete('code_challenge');
    const shown = await stage.okta.browse(request);
    assert.equal(shown.kind === 'redirect' && shown.url.searchParams.get('error'), 'invalid_request');
  });
  it('oidc.access_denied: the person is not assigned', async () => {
    const connection = await stage.connect({ slug: 'not-assigned', app: { assignedTo: [] } });
    assert.equal(codeOf((await arriveFromOkta(stage, connection)).arrived), 'oidc.access_denied');
  });
});

describe('Okta: whoever keeps coming by refresh tokens is asked about', () => {
  const HOUR = 3600;
  const refresh = async (token: string): Promise<{ status: number; json: TokenAnswer }> => {
    const { acme, scene } = stage;
    const answer = await tokensFor(acme, acme.application, { grant_type: 'refresh_token', refresh_token: token });
    await scene.gateway.composition.settled();
    return answer;
  };
  const asked = (): number => stage.okta.requests.filter(({ form }) => form.get('grant_type') === 'refresh_token').length;

  it('not before recheckMinutes, then once, and the rotated token is kept', async () => {
    const connection = await stage.connect({ slug: 'recheck' });
    let tokens = await signInAtOkta(stage, connection);
    const before = asked();
    tokens = (await refresh(tokens.refresh_token)).json;
    assert.equal(asked(), before);
    for (let round = 1; round <= 3; round++) {
      stage.advance(HOUR + 1);
      tokens = (await refresh(tokens.refresh_token)).json;
      assert.equal(asked(), before + round);
      tokens = (await refresh(tokens.refresh_token)).json;
      assert.equal(asked(), before + round);
    }
    assert.ok(tokens.access_token);
  });
  for (const [what, leave] of [
    ['deactivated', (connection: OktaConnection) => (connection.alice.state = 'DEPROVISIONED')],
    ['no longer assigned', (connection: OktaConnection) => (connection.app.assignedTo = [])],
  ] as const) {
    it(`recheck.person_gone: ${what} there, signed out here, tokens and all`, async () => {
      const connection = await stage.connect({ slug: `gone-${what.replaceAll(' ', '-')}` });
      const tokens = await signInAtOkta(stage, connection);
      stage.advance(HOUR + 1);
      leave(connection);
      const last = await refresh(tokens.refresh_token);
      assert.equal(last.status, 200, 'nobody waits for the answer');
      const after = await refresh(last.json.refresh_token);
      assert.deepEqual([after.status, after.json.error], [400, 'invalid_grant']);
      const userinfo = await fetch(`${stage.acme.url}/oauth/userinfo`, {
        headers: { authorization: `Bearer ${last.json.access_token}` },
      });
      assert.equal(userinfo.status, 401);
      const audit = await stage.acme.api.call('GET', '/api/v1/audit-events?action=session.ended-by-recheck&limit=1');
      const [event] = audit.json.items;
      const trace = await stage.acme.api.call('GET', `/api/v1/sign-ins/${String(event?.['reference'])}`);
      assert.deepEqual([trace.status, trace.json.code], [200, 'recheck.person_gone']);
    });
  }
  it('an answer that was lost is asked for once more: the grace period of a rotated token', async () => {
    const connection = await stage.connect({ slug: 'lost' });
    let tokens = await signInAtOkta(stage, connection);
    for (let round = 0; round < 2; round++) {
      stage.advance(HOUR + 1);
      stage.okta.losesNextAnswer = true;
      tokens = (await refresh(tokens.refresh_token)).json;
    }
    assert.equal((await refresh(tokens.refresh_token)).status, 200);
  });
  it('a provider that is down takes nothing from anybody, and is asked again after five minutes', async () => {
    const connection = await stage.connect({ slug: 'down' });
    let tokens = await signInAtOkta(stage, connection);
    stage.advance(HOUR + 1);
    stage.okta.down = true;
    tokens = (await refresh(tokens.refresh_token)).json;
    stage.okta.down = false;
    const before = asked();
    tokens = (await refresh(tokens.refresh_token)).json;
    assert.equal(asked(), before);
    stage.advance(5 * 60 + 1);
    tokens = (await refresh(tokens.refresh_token)).json;
    assert.equal(asked(), before + 1);
    assert.equal((await refresh(tokens.refresh_token)).status, 200);
  });
  it('our own secret that was changed there says nothing about the person', async () => {
    const connection = await stage.connect({ slug: 'our-secret' });
    const tokens = await signInAtOkta(stage, connection);
    stage.advance(HOUR + 1);
    connection.app.secret = 'another one';
    const next = await refresh(tokens.refresh_token);
    assert.equal((await refresh(next.json.refresh_token)).status, 200);
  });
  it('without rotation the same token goes on; with recheckMinutes 0 nobody is asked', async () => {
    const connection = await stage.connect({ slug: 'static', app: { refresh: { rotation: 'STATIC', leewaySeconds: 0 } } });
    let tokens = await signInAtOkta(stage, connection);
    const before = asked();
    for (let round = 0; round < 2; round++) {
      stage.advance(HOUR + 1);
      tokens = (await refresh(tokens.refresh_token)).json;
    }
    assert.equal(asked(), before + 2);
    await stage.acme.api.call('PATCH', '/api/v1/settings', { recheckMinutes: 0 });
    stage.advance(HOUR + 1);
    tokens = (await refresh(tokens.refresh_token)).json;
    assert.equal(asked(), before + 2);
    await stage.acme.api.call('PATCH', '/api/v1/settings', { recheckMinutes: 60 });
  });
});
