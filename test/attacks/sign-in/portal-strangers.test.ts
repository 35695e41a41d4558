import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import {
  authorizationRequest,
  claimsOf,
  codeFrom,
  goToProvider,
  readSamlRequest,
  redeem,
  samlResponse,
  signInBySaml,
} from '../../kit/scene.ts';
import { readReport, startVerify } from '../../verify/kit.ts';
import { isSignedIn, refused, signsIn } from '../oracles.ts';
import { VICTIM, VICTIM_EMAIL } from '../saml/stage.ts';
import { acme, checkGoesToProvider, oidc, place, saml, setUp, unasked } from './portal.fixture.ts';

setUp();

describe('an attacker’s own response in the victim’s browser signs nobody in (login CSRF, RFC 9700 §4.7)', () => {
  const mallory = { nameId: 'mallory@acme.example', attributes: { email: 'mallory@acme.example' } };

  async function emailIn(agent: Agent): Promise<unknown> {
    const asked = authorizationRequest(acme, acme.application, { prompt: 'none' });
    const { json } = await redeem(acme, await codeFrom(agent, await agent.get(asked.url)), asked);
    return claimsOf(json.id_token)['email'];
  }

  it('the victim is asked by the provider, and is who they are there', async () => {
    const agent = new Agent();
    const sent = await agent.post(saml.acsUrl, { SAMLResponse: unasked(saml, mallory) });
    checkGoesToProvider(sent);
    assert.equal(await isSignedIn({ tenant: acme, agent }), false);
    const { id } = saml.idp.readRequest({ url: sent.location ?? '' });
    const answer = samlResponse(saml, id, { nameId: VICTIM, attributes: { email: VICTIM_EMAIL } });
    await agent.post(saml.acsUrl, { SAMLResponse: answer });
    assert.equal(await emailIn(agent), VICTIM_EMAIL);
  });

  it('a victim who is signed in stays who they are', async () => {
    const agent = new Agent();
    const arrival = await signInBySaml(agent, acme, saml, { nameId: VICTIM, attributes: { email: VICTIM_EMAIL } });
    await signsIn({ tenant: acme, agent }, arrival);
    checkGoesToProvider(await agent.post(saml.acsUrl, { SAMLResponse: unasked(saml, mallory) }));
    assert.equal(await emailIn(agent), VICTIM_EMAIL);
  });

  it('the sign-in that begins is bound to that browser: the attacker cannot finish it in another', async () => {
    const victim = new Agent();
    const sent = await victim.post(saml.acsUrl, { SAMLResponse: unasked(saml, mallory) });
    const { id } = saml.idp.readRequest({ url: sent.location ?? '' });
    const at = place();
    await refused(at, { code: 'sign_in.other_browser' }, () =>
      at.agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id, mallory) }),
    );
  });

  it('a page that sends the browser to initiate ends at the provider as well', async () => {
    const sent = await new Agent().get(
      `${acme.url}/sso/oidc/initiate?${new URLSearchParams({ iss: oidc.idp.issuer, login_hint: 'mallory@acme.example' })}`,
    );
    assert.equal(new URL(sent.location ?? '').origin, new URL(oidc.idp.issuer).origin);
    assert.doesNotMatch(String(sent.headers['set-cookie']), /session/);
  });
});

describe('a response from the portal takes nobody else’s sign-in', () => {
  it('one that names the request of somebody else’s browser: sign_in.other_browser, and that sign-in goes on', async () => {
    const victim = new Agent();
    const { sent, asked } = await goToProvider(victim, acme, saml);
    const { id } = readSamlRequest(saml, sent);
    const at = place();
    await refused(at, { code: 'sign_in.other_browser' }, () =>
      at.agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id, { nameId: 'mallory-0001' }) }),
    );
    const arrived = await victim.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id) });
    await signsIn({ tenant: acme, agent: victim }, { arrived, asked });
  });

  it('one with the RelayState of a sign-in under way: sign_in.answer_without_handle, and that sign-in goes on', async () => {
    const agent = new Agent();
    const { sent, asked } = await goToProvider(agent, acme, saml);
    const { id, relayState } = readSamlRequest(saml, sent);
    await refused({ tenant: acme, agent }, { code: 'sign_in.answer_without_handle' }, () =>
      agent.post(saml.acsUrl, { SAMLResponse: unasked(saml), RelayState: relayState }),
    );
    const arrived = await agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id), RelayState: relayState });
    await signsIn({ tenant: acme, agent }, { arrived, asked });
  });

  it('Verify is not reached by it: the test goes on waiting, a sign-in begins', async () => {
    const agent = new Agent();
    const ticket = await startVerify(acme, saml);
    const sent = await agent.get(ticket.url);
    checkGoesToProvider(sent);
    const begun = await agent.post(saml.acsUrl, { SAMLResponse: unasked(saml) });
    checkGoesToProvider(begun);
    const { id } = saml.idp.readRequest({ url: begun.location ?? '' });
    const arrived = await agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id) });
    assert.equal(arrived.location, `${acme.url}/sign-in/done`);
    assert.equal((await readReport(acme.api, saml, ticket.id)).state, 'waiting');
  });
});
