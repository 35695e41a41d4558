import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, formOf } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import {
  ALICE,
  openScene,
  readSamlRequest,
  type SamlConnection,
  type Scene,
  samlResponse,
  type TestTenant,
} from '../kit/scene.ts';

describe('the sign-in pages', () => {
  let scene: Scene;
  let acme: TestTenant;
  let saml: SamlConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    const idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
    saml = await acme.connectSaml(idp, {
      authentication: { enabled: true, default: false, domains: ['acme.example'], userAttribute: 'email', claim: 'email' },
    });
  });
  after(() => scene.close());

  it('identifier first: an address leads to the provider of its domain, and back to a page that says so', async () => {
    const agent = new Agent();
    const page = await agent.get(`${acme.url}/sign-in`);
    const form = formOf(page);
    const sent = await agent.post(form.action, { ...form.fields, identifier: ALICE.email });
    const { id, relayState } = readSamlRequest(saml, sent);
    const arrived = await agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id), RelayState: relayState });
    const end = await agent.follow(arrived);
    assert.equal(end.url, `${acme.url}/sign-in/done`);
    assert.equal(end.status, 200);
  });

  it('an address of another domain stays on the page, and says nothing of whether a person exists', async () => {
    const answers = await Promise.all(
      ['alice@other.example', 'nobody@other.example'].map(async (identifier) => {
        const agent = new Agent();
        const form = formOf(await agent.get(`${acme.url}/sign-in`));
        const answer = await agent.post(form.action, { ...form.fields, identifier });
        return {
          status: answer.status,
          body: answer.body.replaceAll(identifier, 'X').replaceAll(encodeURIComponent(identifier), 'X'),
        };
      }),
    );
    assert.deepEqual(answers[0], answers[1]);
    assert.equal(answers[0]?.status, 422);
  });

  it('the page of the end is for those who are signed in', async () => {
    const visit = await new Agent().get(`${acme.url}/sign-in/done`);
    assert.equal(visit.location, `${acme.url}/sign-in`);
  });

  it('a form of another site starts nothing', async () => {
    const visit = await new Agent().post(`${acme.url}/sign-in`, { identifier: ALICE.email }, { 'sec-fetch-site': 'cross-site' });
    assert.equal(visit.status, 403);
  });

  it('signing out is asked for, and ends the session', async () => {
    const agent = new Agent();
    const form = formOf(await agent.get(`${acme.url}/sign-in`));
    const { id, relayState } = readSamlRequest(saml, await agent.post(form.action, { ...form.fields, identifier: ALICE.email }));
    await agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id), RelayState: relayState });
    const before = agent.clone();
    const asked = await agent.get(`${acme.url}/sign-out`);
    assert.equal(asked.status, 200);
    assert.equal((await agent.get(`${acme.url}/sign-in/done`)).status, 200);
    const ended = await agent.post(formOf(asked).action, { ...formOf(asked).fields, answer: 'yes' });
    assert.equal(ended.status, 200);
    assert.equal((await before.get(`${acme.url}/sign-in/done`)).location, `${acme.url}/sign-in`);
  });

  it('a provider’s answer from another site without our cookie is posted once more by our own page, then refused', async () => {
    const agent = new Agent();
    const bounced = await agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, '_x') }, { 'sec-fetch-site': 'cross-site' });
    assert.equal(bounced.status, 200);
    const again = formOf(bounced);
    assert.equal(new URL(again.action).pathname, new URL(saml.acsUrl).pathname);
    const refused = await agent.post(again.action, again.fields, { 'sec-fetch-site': 'same-origin' });
    assert.equal(refused.status, 400);
  });
});

describe('what operators watch', () => {
  it('counts sign-ins by protocol and outcome, refusals by their code, and names nobody', async () => {
    const scene = await openScene();
    try {
      const acme = await scene.addTenant('acme');
      const idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
      const saml = await acme.connectSaml(idp);
      const agent = new Agent();
      const { id, relayState } = readSamlRequest(saml, await agent.get(`${acme.url}/sso/saml/start`));
      const fields = { SAMLResponse: samlResponse(saml, id), RelayState: relayState };
      await agent.post(saml.acsUrl, fields);
      await agent.post(saml.acsUrl, fields);
      const { body } = await agent.get(`${scene.gateway.serverUrl}/metrics`);
      assert.match(body, /\{protocol="saml",outcome="signed-in",code=""\} 1/);
      assert.match(body, /\{protocol="saml",outcome="refused",code="sign_in\.attempt_taken"\} 1/);
      assert.doesNotMatch(body, /alice/);
    } finally {
      await scene.close();
    }
  });
});
