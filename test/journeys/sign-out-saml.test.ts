import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isSignedIn } from '../attacks/oracles.ts';
import { Agent, codeOf, formOf, type Visit } from '../kit/agent.ts';
import { createSamlIdp, type SamlIdp } from '../kit/saml/idp.ts';
import { answerXml, demandXml, posted, type ReceivedLogout, readLogout, redirected } from '../kit/saml/logout.ts';
import { EMAIL, statusXml } from '../kit/saml/templates.ts';
import {
  claimsOf,
  codeFrom,
  openScene,
  redeem,
  type SamlConnection,
  type Scene,
  signInBySaml,
  type TestTenant,
  type TokenAnswer,
  tokensFor,
} from '../kit/scene.ts';

const GOODBYE = 'http://127.0.0.1:9/bye';
const SLO = 'https://idp.acme.example/slo';
const BINDINGS = ['redirect', 'post'] as const;
type Binding = (typeof BINDINGS)[number];

let scene: Scene;
let acme: TestTenant;
let idp: SamlIdp;
const connections = {} as Record<Binding, SamlConnection>;
before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
  for (const sloBinding of BINDINGS) {
    const saml = { sloUrl: SLO, sloBinding, issuer: `${idp.entityId}/${sloBinding}` };
    connections[sloBinding] = await acme.connectSaml(idpOf(sloBinding), { slug: sloBinding, name: `Acme ${sloBinding}`, saml });
  }
});
after(() => scene.close());

/** The same keys under an entity id for each connection. */
const idpOf = (binding: Binding): SamlIdp =>
  createSamlIdp({ entityId: `${idp.entityId}/${binding}`, ssoUrl: idp.ssoUrl, keys: idp.keys });
const sloOf = (binding: Binding): string => `${acme.url}/sso/${binding}/slo`;

interface SignedIn {
  agent: Agent;
  tokens: TokenAnswer;
  nameId: string;
  index: string;
}

let people = 0;
async function signIn(binding: Binding, known: { nameId?: string; agent?: Agent } = {}): Promise<SignedIn> {
  people += 1;
  const { nameId = `person-${people}`, agent = new Agent() } = known;
  const index = `_session-${people}`;
  const { arrived, asked } = await signInBySaml(agent, acme, connections[binding], {
    nameId: { value: nameId, format: EMAIL, nameQualifier: 'a&b', spNameQualifier: connections[binding].spEntityId },
    attributes: { email: `${nameId}@acme.example` },
    authn: { sessionIndex: index },
  });
  const { json } = await redeem(acme, await codeFrom(agent, arrived), asked);
  return { agent, tokens: json, nameId, index };
}
const nameOf = (binding: Binding, nameId: string) => ({
  value: nameId,
  format: EMAIL,
  nameQualifier: 'a&b',
  spNameQualifier: connections[binding].spEntityId,
});

async function certificateOf(binding: Binding): Promise<string> {
  const { json } = await acme.api.call('GET', `/api/v1/identity-providers/${connections[binding].id}/keys`);
  return String(json.items.find((key) => key['use'] === 'signing' && key['state'] === 'active')?.['certificate']);
}

/** What the browser takes to the provider, with its signature verified. */
async function taken(binding: Binding, visit: Visit): Promise<ReceivedLogout> {
  const certificate = await certificateOf(binding);
  if (visit.location !== undefined) {
    assert.ok(visit.location.startsWith(`${SLO}?`), visit.location);
    assert.equal(binding, 'redirect');
    return readLogout({ url: visit.location }, certificate);
  }
  const { action, fields } = formOf(visit);
  assert.deepEqual([action, binding], [SLO, 'post'], visit.body.slice(0, 300));
  return readLogout({ fields }, certificate);
}

/** What the provider has the browser bring. */
const bring = (
  agent: Agent,
  binding: Binding,
  { xml, relayState }: { xml: string; relayState: string | undefined },
): Promise<Visit> =>
  binding === 'redirect'
    ? agent.get(`${sloOf(binding)}?${redirected(idpOf(binding), xml, { relayState })}`)
    : agent.post(sloOf(binding), {
        ...posted(idpOf(binding), xml),
        ...(relayState === undefined ? {} : { RelayState: relayState }),
      });

const alive = ({ agent }: Pick<SignedIn, 'agent'>): Promise<boolean> => isSignedIn({ tenant: acme, agent });
async function refreshes({ tokens }: SignedIn): Promise<number> {
  const grant = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
  return (await tokensFor(acme, acme.application, grant)).status;
}

for (const binding of BINDINGS) {
  describe(`SAML Profiles §4.4, by ${binding}: whoever signs out here is signed out at the provider`, () => {
    it('our session ends first; the demand is signed and repeats the name to the letter', async () => {
      const alice = await signIn(binding);
      const visit = await alice.agent.post(`${acme.url}/sign-out`, { answer: 'yes' });
      assert.equal(await alive(alice), false);
      const demand = await taken(binding, visit);
      assert.deepEqual(
        [demand.kind, demand.signature, demand.issuer, demand.destination, demand.nameId, demand.sessionIndex],
        ['LogoutRequest', 'verified', connections[binding].spEntityId, SLO, alice.nameId, alice.index],
      );
      assert.equal(
        demand.nameIdTag?.replace(/ xmlns:saml="[^"]*"/, ''),
        ` Format="${EMAIL}" NameQualifier="a&amp;b" SPNameQualifier="${connections[binding].spEntityId}"`,
      );
      assert.equal(demand.id, `_${demand.relayState}`);
    });

    it('and comes back to where the application wants the person', async () => {
      const alice = await signIn(binding);
      const asked = { id_token_hint: alice.tokens.id_token, post_logout_redirect_uri: GOODBYE, state: 's' };
      const visit = await alice.agent.get(`${acme.url}/oauth/end-session?${new URLSearchParams(asked)}`);
      const demand = await taken(binding, visit);
      const xml = answerXml(idpOf(binding), { to: sloOf(binding), inResponseTo: demand.id });
      const back = await bring(alice.agent, binding, { xml, relayState: demand.relayState });
      assert.equal(back.location, `${GOODBYE}?state=s`);
      assert.equal(codeOf(await bring(alice.agent, binding, { xml, relayState: demand.relayState })), 'logout.return_unknown');
    });

    it('the person is told when the provider could not end everything', async () => {
      const alice = await signIn(binding);
      const demand = await taken(binding, await alice.agent.post(`${acme.url}/sign-out`, { answer: 'yes' }));
      const status = statusXml(
        'urn:oasis:names:tc:SAML:2.0:status:Responder',
        'urn:oasis:names:tc:SAML:2.0:status:PartialLogout',
      );
      const xml = answerXml(idpOf(binding), { to: sloOf(binding), inResponseTo: demand.id, status });
      const end = await alice.agent.follow(await bring(alice.agent, binding, { xml, relayState: demand.relayState }));
      assert.equal(end.status, 200);
      assert.match(end.body, new RegExp(`may still be signed in at Acme ${binding}`));
    });
  });

  describe(`SAML Core §3.7.3.1, by ${binding}: whoever signs out at the provider is signed out here`, () => {
    it('the session that is named ends with its tokens, and no other; the provider is told', async () => {
      const phone = await signIn(binding);
      const laptop = await signIn(binding, { nameId: phone.nameId });
      const bob = await signIn(binding);
      const xml = demandXml(idpOf(binding), {
        to: sloOf(binding),
        nameId: nameOf(binding, phone.nameId),
        indexes: [phone.index],
        id: '_d1',
      });
      // The provider's page may bring it in any browser.
      const visit = await bring(new Agent(), binding, { xml, relayState: 'theirs & ours' });
      const answer = await taken(binding, visit);
      assert.deepEqual(
        [answer.kind, answer.signature, answer.issuer, answer.destination, answer.inResponseTo, answer.relayState],
        ['LogoutResponse', 'verified', connections[binding].spEntityId, SLO, '_d1', 'theirs & ours'],
      );
      assert.deepEqual(answer.statuses, ['urn:oasis:names:tc:SAML:2.0:status:Success']);
      assert.deepEqual([await alive(phone), await alive(laptop), await alive(bob)], [false, true, true]);
      assert.deepEqual([await refreshes(phone), await refreshes(laptop)], [400, 200]);
      const { json } = await acme.api.call(
        'GET',
        `/api/v1/audit-events?action=session.ended&target=session:${claimsOf(phone.tokens.id_token).sid}`,
      );
      const [event] = json.items;
      assert.deepEqual(
        [event?.['actor'], event?.['after']],
        ['system', { user: claimsOf(phone.tokens.id_token).sub, asked: `connection:${connections[binding].id}` }],
      );
      const { json: trace } = await acme.api.call('GET', `/api/v1/sign-ins/${event?.['reference']}`);
      assert.deepEqual([trace['purpose'], trace['outcome']], ['sign-out', 'signed-out']);
    });

    it('all of the person’s sessions end where none is named', async () => {
      const phone = await signIn(binding);
      const laptop = await signIn(binding, { nameId: phone.nameId });
      const xml = demandXml(idpOf(binding), { to: sloOf(binding), nameId: nameOf(binding, phone.nameId) });
      await taken(binding, await bring(new Agent(), binding, { xml, relayState: undefined }));
      assert.deepEqual([await alive(phone), await alive(laptop)], [false, false]);
    });

    it('a person of whom there is no session any more is signed out: the provider goes on with the others', async () => {
      const xml = demandXml(idpOf(binding), { to: sloOf(binding), nameId: nameOf(binding, 'nobody'), indexes: ['_gone'] });
      const answer = await taken(binding, await bring(new Agent(), binding, { xml, relayState: undefined }));
      assert.deepEqual(answer.statuses, ['urn:oasis:names:tc:SAML:2.0:status:Success']);
      assert.equal(answer.relayState, undefined);
    });
  });
}

describe('our metadata tells where logout messages are taken', () => {
  it('by both bindings, and only where the provider can be answered', async () => {
    const metadata = await (await fetch(connections.redirect.spEntityId)).text();
    const services = [...metadata.matchAll(/<md:SingleLogoutService Binding="([^"]*)" Location="([^"]*)"/g)].map(
      ([, binding = '', location = '']) => [binding.replace(/.*:/, ''), location],
    );
    assert.deepEqual(services, [
      ['HTTP-Redirect', sloOf('redirect')],
      ['HTTP-POST', sloOf('redirect')],
    ]);
    const without = await acme.connectSaml(idp, { slug: 'without', name: 'Without' });
    assert.doesNotMatch(await (await fetch(without.spEntityId)).text(), /SingleLogoutService/);
  });
});

describe('another node', () => {
  it('takes the answer to what one began, and a demand', async () => {
    const node = await scene.gateway.addNode();
    const alice = await signIn('redirect');
    const demand = await taken('redirect', await alice.agent.post(`${acme.url}/sign-out`, { answer: 'yes' }));
    const xml = answerXml(idpOf('redirect'), { to: sloOf('redirect'), inResponseTo: demand.id });
    const query = redirected(idpOf('redirect'), xml, { relayState: demand.relayState });
    const path = `${sloOf('redirect').replace(new URL(acme.url).origin, node.origin)}?${query}`;
    const cookie = alice.agent.cookieHeader(new URL(acme.url).origin);
    assert.equal((await new Agent().get(path, { cookie })).location, `${acme.url}/sign-out/done`);
    const bob = await signIn('redirect');
    const end = demandXml(idpOf('redirect'), { to: sloOf('redirect'), nameId: nameOf('redirect', bob.nameId) });
    const there = `${sloOf('redirect').replace(new URL(acme.url).origin, node.origin)}?${redirected(idpOf('redirect'), end)}`;
    await taken('redirect', await new Agent().get(there));
    assert.equal(await alive(bob), false);
  });
});
