import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import {
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type SamlConnection,
  type Scene,
  signInByOidc,
  signInBySaml,
  type TestTenant,
  tokensFor,
} from '../kit/scene.ts';

describe('a person signs in to an application through their own identity provider', () => {
  let scene: Scene;
  let acme: TestTenant;
  let saml: SamlConnection;
  let oidc: OidcConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    const mappings = {
      groupMappings: [{ external: 'Engineering', group: 'Engineers' }],
      roleMappings: [{ external: 'app_admin', role: 'User Administrator' }],
    };
    saml = await acme.connectSaml(
      createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' }),
      mappings,
    );
    oidc = await acme.connectOidc(await scene.startOidcIdp(), mappings);
  });
  after(() => scene.close());

  it('SAML: the application holds tokens with the person, groups and roles', async () => {
    const agent = new Agent();
    const { arrived, asked } = await signInBySaml(agent, acme, saml);
    const { status, json } = await redeem(acme, await codeFrom(agent, arrived), asked);
    assert.equal(status, 200, JSON.stringify(json));
    const claims = claimsOf(json.id_token);
    assert.equal(claims.iss, acme.url);
    assert.equal(claims.aud, acme.application.id);
    assert.equal(claims.nonce, asked.nonce);
    assert.equal(claims.email, 'alice@acme.example');
    assert.equal(claims.given_name, 'Alice');
    assert.deepEqual(claims.groups, ['Engineers']);
    assert.deepEqual(claims.roles, ['User Administrator']);
    assert.equal(typeof claims.auth_time, 'number');
    assert.equal(claims.idp, saml.slug);
    const userinfo = await fetch(`${acme.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${json.access_token}` } });
    assert.equal(userinfo.status, 200);
    const person = (await userinfo.json()) as Record<string, unknown>;
    assert.equal(person['sub'], claims.sub);
    assert.deepEqual(person['groups'], ['Engineers']);
  });

  it('OIDC: the same person, linked by the verified address, comes back with the same sub', async () => {
    const agent = new Agent();
    const { arrived, asked } = await signInByOidc(agent, acme, oidc);
    const { status, json } = await redeem(acme, await codeFrom(agent, arrived), asked);
    assert.equal(status, 200, JSON.stringify(json));
    const bySaml = new Agent();
    const again = await signInBySaml(bySaml, acme, saml);
    const other = await redeem(acme, await codeFrom(bySaml, again.arrived), again.asked);
    assert.equal(claimsOf(json.id_token).sub, claimsOf(other.json.id_token).sub);
  });

  it('a second application is signed in to without the provider being asked again', async () => {
    const agent = new Agent();
    const { arrived } = await signInBySaml(agent, acme, saml);
    await codeFrom(agent, arrived);
    const { authorizationRequest } = await import('../kit/scene.ts');
    const second = authorizationRequest(acme, acme.application);
    const visit = await agent.get(second.url);
    assert.match(visit.location ?? '', /^http:\/\/127\.0\.0\.1:9\/callback\?.*code=/);
  });

  it('refresh tokens rotate', async () => {
    const agent = new Agent();
    const { arrived, asked } = await signInBySaml(agent, acme, saml);
    const first = await redeem(acme, await codeFrom(agent, arrived), asked);
    const second = await tokensFor(acme, acme.application, {
      grant_type: 'refresh_token',
      refresh_token: first.json.refresh_token,
    });
    assert.equal(second.status, 200, JSON.stringify(second.json));
    assert.notEqual(second.json.refresh_token, first.json.refresh_token);
  });
});

describe('a provider that names people anew each time (transient NameID, SAML Core §8.3.8)', () => {
  it('finds the same person by the trusted address, and links nobody', async () => {
    const scene = await openScene();
    try {
      const acme = await scene.addTenant('acme');
      const idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
      const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
      const saml = await acme.connectSaml(idp, { saml: { nameIdFormat: transient } });
      for (const value of ['_first', '_second']) {
        const agent = new Agent();
        const { arrived } = await signInBySaml(agent, acme, saml, { nameId: { value, format: transient } });
        await codeFrom(agent, arrived);
      }
      const { json } = await acme.api.call('GET', '/api/v1/users');
      assert.equal(json.items.length, 1);
      assert.deepEqual(json.items[0]?.links, []);
    } finally {
      await scene.close();
    }
  });
});
