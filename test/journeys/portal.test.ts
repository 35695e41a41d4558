import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../kit/agent.ts';
import type { OidcIdp } from '../kit/oidc/index.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import {
  authorizationRequest,
  claimsOf,
  type Json,
  type OidcConnection,
  openScene,
  redeem,
  type SamlConnection,
  type Scene,
  samlResponse,
  type TestApplication,
  type TestTenant,
} from '../kit/scene.ts';

/** Nothing listens there: the tests read where the browser is sent. */
const DESK = 'https://desk.example/login';
const REPORTS = 'https://reports.example/today?view=1';

let scene: Scene;
let acme: TestTenant;
let saml: SamlConnection;
let oidc: OidcConnection;
let idp: OidcIdp;
/** Begins sign-ins by itself, OpenID Connect Core §4. */
let desk: TestApplication;
/** Only has addresses. */
let reports: TestApplication;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  desk = await acme.addApplication({ name: 'Desk', initiateLoginUri: DESK, launchUrls: ['https://desk.example/tickets'] });
  reports = await acme.addApplication({ name: 'Reports', launchUrls: [REPORTS] });
  const provider = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
  saml = await acme.connectSaml(provider, { saml: { allowIdpInitiated: true, loginHintParameter: 'login_hint' } });
  idp = await scene.startOidcIdp();
  oidc = await acme.connectOidc(idp, { oidc: { allowThirdPartyInitiated: true } });
});
after(() => scene.close());

/** The tile in the portal: a response that nobody asked for, answered by a request of ours. */
async function openTile(agent: Agent, relayState?: string): Promise<Visit> {
  const form = { SAMLResponse: samlResponse(saml, null, { nameId: 'alice@acme.example' }) };
  return agent.post(saml.acsUrl, relayState === undefined ? form : { ...form, RelayState: relayState });
}

/** The provider answers our request, and the browser is followed until it leaves the gateway, or stays on a page. */
async function answerAtSaml(agent: Agent, sent: Visit): Promise<Visit> {
  const url = new URL(sent.location ?? '');
  const { id } = saml.idp.readRequest({ url });
  const SAMLResponse = samlResponse(saml, id);
  const arrived = await agent.post(saml.acsUrl, { SAMLResponse, RelayState: url.searchParams.get('RelayState') ?? '' });
  return agent.follow(arrived, (to) => !to.startsWith(acme.url));
}

async function answerAtOidc(agent: Agent, sent: Visit): Promise<Visit> {
  const fields = await idp.authorize(sent.location ?? '');
  const arrived = await agent.get(`${oidc.callbackUrl}?${new URLSearchParams(fields)}`);
  return agent.follow(arrived, (to) => !to.startsWith(acme.url));
}

const ends = ({ location, url }: Visit): string => location ?? url;

/** An application begins its own sign-in, and finds the session. */
async function signsInTo(agent: Agent, application: TestApplication): Promise<string> {
  const asked = authorizationRequest(acme, application);
  const answer = await agent.get(asked.url);
  const code = new URL(answer.location ?? 'about:blank').searchParams.get('code');
  assert.ok(code, `straight back with a code, not ${answer.status} ${answer.location}`);
  const { json } = await redeem({ ...acme, application }, code, asked);
  return String(claimsOf(json.id_token)['email']);
}

describe('a sign-in from a SAML portal (SAML Profiles §4.1.5)', () => {
  it('goes to the provider once more by a request of ours, with the address as hint, and ends on the page for it', async () => {
    const agent = new Agent();
    const sent = await openTile(agent);
    const url = new URL(sent.location ?? '');
    assert.equal(`${url.origin}${url.pathname}`, saml.idp.ssoUrl);
    assert.equal(url.searchParams.get('login_hint'), 'alice@acme.example');
    assert.doesNotMatch(String(sent.headers['set-cookie']), /session/);
    const end = await answerAtSaml(agent, sent);
    assert.equal(end.url, `${acme.url}/sign-in/done`);
    assert.equal(end.status, 200);
    assert.equal(await signsInTo(agent, acme.application), 'alice@acme.example');
  });

  it('has one trace, from the portal to the session', async () => {
    const agent = new Agent();
    await answerAtSaml(agent, await openTile(agent));
    const { json } = await acme.api.call('GET', '/api/v1/sign-ins?limit=1');
    const trace = await acme.api.call<Json & { outcome: string; trace: { step: string }[] }>(
      'GET',
      `/api/v1/sign-ins/${json.items[0]?.['reference']}`,
    );
    const steps = trace.json.trace.map(({ step }) => step);
    assert.equal(trace.json.outcome, 'signed-in');
    const order = ['sign_in.portal', 'saml.assertion_signature', 'sign_in.portal_target', 'saml.request', 'sign_in.attempt'];
    assert.deepEqual(
      order.map((step) => steps.indexOf(step)).filter((at) => at < 0),
      [],
      steps.join(' '),
    );
    const places = order.map((step) => steps.indexOf(step));
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
    );
  });

  it('leads to where the application begins its sign-in, with our issuer and the address that was named', async () => {
    const agent = new Agent();
    const end = new URL(ends(await answerAtSaml(agent, await openTile(agent, 'https://desk.example/tickets'))));
    assert.equal(`${end.origin}${end.pathname}`, DESK);
    assert.deepEqual(Object.fromEntries(end.searchParams), { iss: acme.url, target_link_uri: 'https://desk.example/tickets' });
    assert.equal(await signsInTo(agent, desk), 'alice@acme.example');
  });

  const targets: [name: string, target: () => string, end: () => string][] = [
    ['an address that an application registered', () => REPORTS, () => REPORTS],
    ['an application by id', () => `app:${desk.id}`, () => `${DESK}?${new URLSearchParams({ iss: acme.url })}`],
    ['an application by id that has addresses only', () => `app:${reports.id}`, () => REPORTS],
    ['an application that there is not', () => 'app:nobody', () => `${acme.url}/sign-in/done`],
    ['an application that registered nothing', () => `app:${acme.application.id}`, () => `${acme.url}/sign-in/done`],
    ['the console', () => 'app:sallyport-console', () => `${acme.url}/console/`],
    ['an address with a slash more', () => 'https://desk.example/tickets/', () => `${acme.url}/sign-in/done`],
    ['nothing', () => '', () => `${acme.url}/sign-in/done`],
  ];
  for (const [name, target, end] of targets) {
    it(`RelayState names ${name}`, async () => {
      const agent = new Agent();
      const sent = await openTile(agent, target());
      assert.equal(new URL(sent.location ?? '').origin, 'https://idp.acme.example', 'to the provider first');
      const { id } = saml.idp.readRequest({ url: sent.location ?? '' });
      const arrived = await agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id) });
      const visit = await agent.follow(arrived, (to) => to === end());
      assert.equal(ends(visit), end());
    });
  }

  it('without a target goes to the application of portal.applicationId', async () => {
    await saml.change({ portal: { applicationId: reports.id } });
    try {
      const agent = new Agent();
      assert.equal(ends(await answerAtSaml(agent, await openTile(agent))), REPORTS);
    } finally {
      await saml.change({ portal: { applicationId: null } });
    }
  });

  it('an application that was switched off meanwhile is not led to', async () => {
    const agent = new Agent();
    const sent = await openTile(agent, REPORTS);
    const application = `/api/v1/applications/${reports.id}`;
    assert.equal((await acme.api.call('PATCH', application, { enabled: false })).status, 200);
    try {
      assert.equal(ends(await answerAtSaml(agent, sent)), `${acme.url}/sign-in/done`);
    } finally {
      await acme.api.call('PATCH', application, { enabled: true });
    }
  });

  it('the bookmark needs no switch, and leads on as well', async () => {
    const agent = new Agent();
    const place = `/sign-in/launch?${new URLSearchParams({ application: desk.id })}`;
    const sent = await agent.get(`${acme.url}/sso/${saml.slug}/start?${new URLSearchParams({ return_to: place })}`);
    assert.equal(ends(await answerAtSaml(agent, sent)), `${DESK}?${new URLSearchParams({ iss: acme.url })}`);
  });

  it('a provider that answers our request as if nobody had asked does not go round in circles', async () => {
    const agent = new Agent();
    const sent = await openTile(agent);
    const RelayState = new URL(sent.location ?? '').searchParams.get('RelayState') ?? '';
    assert.equal(codeOf(await openTile(agent, RelayState)), 'sign_in.answer_without_handle');
    const ended = new Set<string | undefined>();
    // Five a minute, and the minute may end meanwhile.
    for (let turn = 0; turn < 11; turn++) ended.add(codeOf(await openTile(agent)));
    assert.deepEqual(ended, new Set([undefined, 'sign_in.portal_loop']));
    assert.equal(codeOf(await openTile(new Agent())), undefined, 'another browser goes on');
    scene.gateway.advance(61);
    assert.equal(codeOf(await openTile(agent)), undefined, 'a minute later it may try again');
  });
});

describe('a sign-in from an OpenID Connect portal (OpenID Connect Core §4)', () => {
  const initiate = (fields: Record<string, string>): string =>
    `${acme.url}/sso/${oidc.slug}/initiate?${new URLSearchParams(fields)}`;

  it('its address is shown with the provider', () => {
    assert.equal((oidc.document.oidc as { initiateLoginUri?: string }).initiateLoginUri, `${acme.url}/sso/oidc/initiate`);
  });

  it('goes to the provider with the hint, and ends where the application begins its sign-in', async () => {
    const agent = new Agent();
    const asked = { iss: idp.issuer, login_hint: 'alice@acme.example', target_link_uri: 'https://desk.example/tickets' };
    const sent = await agent.get(initiate(asked));
    assert.equal(new URL(sent.location ?? '').searchParams.get('login_hint'), 'alice@acme.example');
    const end = new URL(ends(await answerAtOidc(agent, sent)));
    assert.equal(`${end.origin}${end.pathname}`, DESK);
    assert.deepEqual(Object.fromEntries(end.searchParams), { iss: acme.url, target_link_uri: 'https://desk.example/tickets' });
    assert.ok(await signsInTo(agent, desk));
  });

  it('comes by POST as well', async () => {
    const agent = new Agent();
    const sent = await agent.post(`${acme.url}/sso/${oidc.slug}/initiate`, { iss: idp.issuer, target_link_uri: REPORTS });
    assert.equal(ends(await answerAtOidc(agent, sent)), REPORTS);
  });

  it('without a target ends on the page for it', async () => {
    const agent = new Agent();
    const end = await answerAtOidc(agent, await agent.get(initiate({ iss: idp.issuer })));
    assert.equal(end.url, `${acme.url}/sign-in/done`);
  });
});

describe('an application says where people may be led', () => {
  const change = (body: Record<string, unknown>) => acme.api.call('PATCH', `/api/v1/applications/${reports.id}`, body);
  const rows: [name: string, body: Record<string, unknown>, pointer: string, code: string][] = [
    ['http elsewhere', { launchUrls: ['http://reports.example/'] }, '/launchUrls/0', 'http_not_loopback'],
    ['a script', { launchUrls: ['javascript:alert(1)'] }, '/launchUrls/0', 'scheme'],
    ['a user name', { launchUrls: [REPORTS, 'https://reports.example@evil.example/'] }, '/launchUrls/1', 'userinfo'],
    ['a wildcard', { launchUrls: ['https://*.example/'] }, '/launchUrls/0', 'wildcard'],
    ['a scheme of a device', { initiateLoginUri: 'com.example.app:/login' }, '/initiateLoginUri', 'private_use_not_public'],
    ['an issuer in it', { initiateLoginUri: `${DESK}?iss=x` }, '/initiateLoginUri', 'reserved_parameter'],
  ];
  for (const [name, body, pointer, code] of rows) {
    it(`not ${name}`, async () => {
      const { status, json } = await change(body);
      assert.deepEqual(
        [status, json.errors.map((fault) => [fault.pointer, fault.code])],
        [422, [[pointer, code]]],
        JSON.stringify(json),
      );
    });
  }

  it('nobody who is not signed in is led anywhere', async () => {
    const visit = await new Agent().get(`${acme.url}/sign-in/launch?${new URLSearchParams({ application: desk.id })}`);
    assert.ok(visit.location?.startsWith(`${acme.url}/sign-in?`), visit.location);
  });
});
