import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { instant, type RespondOptions } from '../../kit/saml/idp.ts';
import { audienceRestrictionXml, conditionsXml, statusXml } from '../../kit/saml/templates.ts';
import {
  authorizationRequest,
  claimsOf,
  codeFrom,
  goToProvider,
  type OidcConnection,
  readSamlRequest,
  redeem,
  type SamlConnection,
  samlResponse,
  signInBySaml,
  type TestTenant,
} from '../../kit/scene.ts';
import { readReport, startVerify } from '../../verify/kit.ts';
import { isSignedIn, refused, signsIn, stateOf } from '../oracles.ts';
import { openStage, type Stage, VICTIM, VICTIM_EMAIL } from '../saml/stage.ts';

let stage: Stage;
let acme: TestTenant;
let saml: SamlConnection;
/** As a provider is unless somebody says otherwise. */
let closed: SamlConnection;
let oidc: OidcConnection;
let closedOidc: OidcConnection;
/** Another tenant at the same provider. */
let globex: SamlConnection;

before(async () => {
  stage = await openStage({ saml: { allowIdpInitiated: true, loginHintParameter: 'login_hint' } });
  ({ acme, saml } = stage);
  closed = await acme.connectSaml(saml.idp, { slug: 'closed', name: 'Closed' });
  const tenant = await stage.scene.addTenant('globex');
  globex = await tenant.connectSaml(saml.idp, { saml: { allowIdpInitiated: true } });
  oidc = await acme.connectOidc(await stage.scene.startOidcIdp(), { oidc: { allowThirdPartyInitiated: true } });
  closedOidc = await acme.connectOidc(await stage.scene.startOidcIdp(), { slug: 'closed-oidc', name: 'Closed OIDC' });
  await acme.addApplication({
    name: 'Desk',
    initiateLoginUri: 'https://desk.example/login',
    launchUrls: ['https://desk.example/'],
  });
});
after(() => stage.close());

/** A response that nobody asked for, of the victim unless it says otherwise. */
function unasked(connection: SamlConnection, change: Partial<RespondOptions> = {}): string {
  return samlResponse(connection, null, { nameId: VICTIM, attributes: { email: VICTIM_EMAIL }, ...change });
}

function checkGoesToProvider(visit: Visit, connection = saml): void {
  assert.ok(visit.location?.startsWith(connection.idp.ssoUrl), `${visit.status} ${codeOf(visit)} ${visit.location}`);
  assert.doesNotMatch(String(visit.headers['set-cookie']), /session/, 'nobody is signed in by it');
}

const place = (agent = new Agent()) => ({ tenant: acme, agent });

describe('a response from the portal is off unless it was switched on (T57)', () => {
  it('the valid control: switched on, it leads to the provider', async () => {
    checkGoesToProvider(await new Agent().post(saml.acsUrl, { SAMLResponse: unasked(saml) }));
  });

  it('is refused before anything of it is read: sign_in.portal_off, and what to do is told', async () => {
    const at = place();
    const SAMLResponse = unasked(closed);
    const visit = await refused(at, { code: 'sign_in.portal_off', status: 403, secrets: [SAMLResponse.slice(0, 64)] }, () =>
      at.agent.post(closed.acsUrl, { SAMLResponse }),
    );
    assert.ok(visit.body.includes(`${acme.url}/sign-in`), 'another way in is offered');
    const { json } = await acme.api.call('GET', '/api/v1/sign-ins?limit=1&code=sign_in.portal_off');
    const trace = await acme.api.call<{ remedy: { where: string; pointer: string; whatToDo: string } }>(
      'GET',
      `/api/v1/sign-ins/${json.items[0]?.['reference']}`,
    );
    const { remedy } = trace.json;
    assert.deepEqual([remedy.where, remedy.pointer], ['here', '/saml/allowIdpInitiated']);
    assert.ok(remedy.whatToDo.includes(`${acme.url}/sso/closed/start`), remedy.whatToDo);
  });

  it('is off as well while the provider is', async () => {
    await closed.change({ saml: { allowIdpInitiated: true }, authentication: { enabled: false } });
    try {
      const at = place();
      await refused(at, { code: 'sign_in.connection_disabled' }, () =>
        at.agent.post(closed.acsUrl, { SAMLResponse: unasked(closed) }),
      );
    } finally {
      await closed.change({ saml: { allowIdpInitiated: false }, authentication: { enabled: true } });
    }
  });
});

describe('junk from a portal goes no further than any other junk', () => {
  const forged = makeCertifiedKey();
  const rows: [name: string, code: string, change: () => Partial<RespondOptions>][] = [
    ['unsigned', 'saml.signature_missing', () => ({ sign: 'none' })],
    ['signed by somebody else', 'xml.signature_value', () => ({ signing: { key: forged.privateKey } })],
    [
      'changed after it was signed',
      'xml.signature_digest',
      () => ({ afterSigning: { assertion: (xml) => xml.replaceAll(VICTIM, 'admin-0002') } }),
    ],
    [
      'of another provider',
      'saml.issuer_mismatch',
      () => ({ response: { issuer: 'https://other.example' }, assertion: { issuer: 'https://other.example' } }),
    ],
    ['sent elsewhere', 'saml.destination_mismatch', () => ({ response: { destination: globex.acsUrl } })],
    ['made for another address', 'saml.recipient_mismatch', () => ({ confirmations: [{ recipient: globex.acsUrl }] })],
    [
      'for another audience',
      'saml.audience_mismatch',
      () => ({
        conditions: conditionsXml({
          notBefore: instant(undefined, -60),
          notOnOrAfter: instant(undefined, 300),
          content: audienceRestrictionXml(globex.spEntityId),
        }),
      }),
    ],
    ['an hour old', 'saml.issued_out_of_time', () => ({ now: new Date(Date.now() - 3_600_000) })],
    ['no success', 'saml.status_not_success', () => ({ status: statusXml('urn:oasis:names:tc:SAML:2.0:status:Responder') })],
    ['without a name', 'saml.name_id_missing', () => ({ nameId: null })],
    [
      'an answer inside of what answers nothing',
      'sign_in.attempt_unknown',
      () => ({ confirmations: [{ inResponseTo: `_${'A'.repeat(43)}` }] }),
    ],
    [
      'an answer far down in what answers nothing',
      'saml.in_response_to_mismatch',
      () => ({
        status: statusXml('urn:oasis:names:tc:SAML:2.0:status:Success').replace(
          '</samlp:Status>',
          `<samlp:StatusMessage>${'x'.repeat(12_000)}</samlp:StatusMessage></samlp:Status>`,
        ),
        confirmations: [{ inResponseTo: `_${'A'.repeat(43)}` }],
      }),
    ],
  ];
  for (const [name, code, change] of rows) {
    it(`${name}: ${code}`, async () => {
      const at = place();
      const SAMLResponse = unasked(saml, change());
      await refused(at, { code, secrets: [SAMLResponse.slice(0, 64)] }, () => at.agent.post(saml.acsUrl, { SAMLResponse }));
      assert.equal(await isSignedIn(at), false);
    });
  }

  it('a second time, from any browser: sign_in.answer_replayed', async () => {
    const SAMLResponse = unasked(saml);
    checkGoesToProvider(await new Agent().post(saml.acsUrl, { SAMLResponse }));
    const at = place();
    await refused(at, { code: 'sign_in.answer_replayed' }, () => at.agent.post(saml.acsUrl, { SAMLResponse }));
  });

  it('of another tenant at the same provider', async () => {
    const at = place();
    await refused(at, { code: 'saml.destination_mismatch' }, () => at.agent.post(saml.acsUrl, { SAMLResponse: unasked(globex) }));
  });

  it('leaves as many traces as other refusals that belong to no sign-in', async () => {
    const { agent } = place();
    stage.scene.gateway.advance(61);
    const before = (await stateOf(acme)).sequence;
    for (let count = 0; count < 140; count++) await agent.post(closed.acsUrl, { SAMLResponse: JUNK });
    const left = (await stateOf(acme)).sequence - before;
    assert.ok(left >= 100 && left <= 130, `${left} audit events of 140 refusals`);
    stage.scene.gateway.advance(61);
  });
});

const JUNK = Buffer.from('<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>').toString('base64');

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

/** Places that lead elsewhere, or somewhere here where nobody may be led. */
const elsewhere: Record<string, () => string> = {
  'https://evil': () => 'https://evil.example/',
  '//evil': () => '//evil.example/',
  '///evil': () => '///evil.example/',
  '/\\evil': () => '/\\evil.example/',
  '%2f%2fevil': () => '%2f%2fevil.example',
  'https%3A%2F%2Fevil': () => 'https%3A%2F%2Fevil.example%2F',
  'javascript:': () => 'javascript:alert(1)',
  'data:': () => 'data:text/html,<script>alert(1)</script>',
  'the registered host as user name': () => 'https://desk.example@evil.example/',
  'the registered host with a password': () => 'https://desk.example:x@evil.example/',
  'the registered host as label': () => 'https://desk.example.evil.example/',
  'the registered address and more': () => 'https://desk.example/evil',
  'the registered address with a query': () => 'https://desk.example/?next=https://evil.example/',
  'the registered address with a fragment': () => 'https://desk.example/#evil',
  'the registered address in capitals': () => 'HTTPS://DESK.EXAMPLE/',
  'the registered address without its slash': () => 'https://desk.example',
  'a space before it': () => ' https://desk.example/',
  'a line end and a header': () => 'https://desk.example/\r\nSet-Cookie: evil=1',
  'an application of nobody': () => 'app:evil',
  'an application with more behind': () => 'app:sallyport-console/../evil',
  'our API': () => `${acme.url}/api/v1/users`,
  'another tenant': () => `${globex.acsUrl.replace('/sso/saml/acs', '')}/console/`,
  'four thousand characters': () => `https://desk.example/${'x'.repeat(4000)}`,
};

describe('RelayState and target_link_uri lead to registered addresses, to the character (T65)', () => {
  async function endOfSaml(RelayState: string): Promise<Visit> {
    const agent = new Agent();
    const sent = await agent.post(saml.acsUrl, { SAMLResponse: unasked(saml), RelayState });
    checkGoesToProvider(sent);
    assert.doesNotMatch(JSON.stringify(sent.headers), /evil/);
    const { id } = saml.idp.readRequest({ url: sent.location ?? '' });
    return agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id), RelayState });
  }

  async function endOfOidc(target: string): Promise<Visit> {
    const agent = new Agent();
    const asked = new URLSearchParams({ iss: oidc.idp.issuer, target_link_uri: target });
    const sent = await agent.get(`${acme.url}/sso/oidc/initiate?${asked}`);
    assert.doesNotMatch(JSON.stringify(sent.headers), /evil/);
    const fields = await oidc.idp.authorize(sent.location ?? '');
    return agent.get(`${oidc.callbackUrl}?${new URLSearchParams(fields)}`);
  }

  it('the valid control: the address itself', async () => {
    for (const arrived of [await endOfSaml('https://desk.example/'), await endOfOidc('https://desk.example/')]) {
      assert.ok(arrived.location?.startsWith(`${acme.url}/sign-in/launch?`), arrived.location);
    }
  });

  for (const [name, target] of Object.entries(elsewhere)) {
    it(`${name}: the page for whoever said nothing`, async () => {
      for (const arrived of [await endOfSaml(target()), await endOfOidc(target())])
        assert.equal(arrived.location, `${acme.url}/sign-in/done`);
    });
  }

  it('nor does the page that leads on lead anywhere else, whatever it is asked', async () => {
    const agent = new Agent();
    const arrival = await signInBySaml(agent, acme, saml, { nameId: VICTIM, attributes: { email: VICTIM_EMAIL } });
    await signsIn({ tenant: acme, agent }, arrival);
    const { json } = await acme.api.call('GET', '/api/v1/applications');
    const desk = json.items.find(({ name }) => name === 'Desk')?.id ?? '';
    const launch = (query: Record<string, string>) => agent.get(`${acme.url}/sign-in/launch?${new URLSearchParams(query)}`);
    const own = await launch({ application: desk, target: 'https://desk.example/' });
    assert.equal(new URL(own.location ?? '').searchParams.get('target_link_uri'), 'https://desk.example/');
    for (const target of Object.values(elsewhere)) {
      const known = await launch({ application: desk, target: target() });
      assert.equal(known.location, `https://desk.example/login?${new URLSearchParams({ iss: acme.url })}`);
      const unknown = await launch({ application: target().slice(0, 300), target: target() });
      assert.equal(unknown.location, `${acme.url}/sign-in/done`);
    }
  });
});

describe('a third party names the provider’s own issuer, to the character (OpenID Connect Core §4)', () => {
  const initiate = (connection: OidcConnection, fields: Record<string, string>): string =>
    `${connection.callbackUrl.replace(/callback$/, 'initiate')}?${new URLSearchParams(fields)}`;

  it('the valid control', async () => {
    const sent = await new Agent().get(initiate(oidc, { iss: oidc.idp.issuer }));
    assert.equal(new URL(sent.location ?? '').origin, new URL(oidc.idp.issuer).origin);
  });

  it('off unless it was switched on: sign_in.portal_off', async () => {
    const at = place();
    await refused(at, { code: 'sign_in.portal_off', status: 403 }, () =>
      at.agent.get(initiate(closedOidc, { iss: closedOidc.idp.issuer })),
    );
  });

  const rows: [name: string, fields: () => Record<string, string>][] = [
    ['no issuer', () => ({})],
    ['another provider of this tenant', () => ({ iss: closedOidc.idp.issuer })],
    ['a slash more', () => ({ iss: `${oidc.idp.issuer}/` })],
    ['other letters', () => ({ iss: oidc.idp.issuer.toUpperCase() })],
    ['a line end behind', () => ({ iss: `${oidc.idp.issuer}\n` })],
  ];
  for (const [name, fields] of rows) {
    it(`${name}: oidc.initiation_issuer_mismatch`, async () => {
      const at = place();
      await refused(at, { code: 'oidc.initiation_issuer_mismatch' }, () => at.agent.get(initiate(oidc, fields())));
      await refused(at, { code: 'oidc.initiation_issuer_mismatch' }, () =>
        at.agent.post(`${acme.url}/sso/oidc/initiate`, fields()),
      );
    });
  }

  it('a parameter twice: http.field_repeated', async () => {
    const iss = encodeURIComponent(oidc.idp.issuer);
    const visit = await new Agent().get(`${acme.url}/sso/oidc/initiate?iss=${iss}&iss=${iss}`);
    assert.equal(codeOf(visit), 'http.field_repeated');
  });

  it('a SAML provider is not asked this way: sign_in.binding_unsupported', async () => {
    const at = place();
    await refused(at, { code: 'sign_in.binding_unsupported' }, () =>
      at.agent.get(`${acme.url}/sso/saml/initiate?iss=${encodeURIComponent(saml.idp.entityId)}`),
    );
  });

  it('a provider that there is not: sign_in.connection_unknown', async () => {
    const at = place();
    await refused(at, { code: 'sign_in.connection_unknown' }, () => at.agent.get(`${acme.url}/sso/nobody/initiate?iss=x`));
  });
});
