import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { createSamlIdp } from '../../kit/saml/idp.ts';
import {
  authorizationRequest,
  codeFrom,
  goToProvider,
  type OidcConnection,
  openScene,
  readSamlRequest,
  type SamlConnection,
  type Scene,
  samlResponse,
  signInByOidc,
  type TestTenant,
} from '../../kit/scene.ts';
import { dump } from '../../verify/dump.ts';
import { readReport, startVerify, type Ticket, verifyByOidc, verifyBySaml } from '../../verify/kit.ts';
import { isSignedIn, refused, signsIn } from '../oracles.ts';

/** A test sign-in goes through providers that nobody trusts yet: it must never count, and nobody else may have its report. */
describe('Verify: a test is no sign-in, and a sign-in is no test', () => {
  let scene: Scene;
  let acme: TestTenant;
  let beta: TestTenant;
  let oidc: OidcConnection;
  let other: OidcConnection;
  let saml: SamlConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    beta = await scene.addTenant('beta');
    oidc = await acme.connectOidc(await scene.startOidcIdp());
    other = await acme.connectOidc(await scene.startOidcIdp(), { slug: 'other', name: 'Other' });
    saml = await acme.connectSaml(
      createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' }),
    );
  });
  after(() => scene.close());

  const callbackOf = ({ callbackUrl }: OidcConnection, fields: Record<string, string>): string =>
    `${callbackUrl}?${new URLSearchParams(fields)}`;

  async function open(agent: Agent, connection: OidcConnection): Promise<{ ticket: Ticket; sent: Visit }> {
    const ticket = await startVerify(acme, connection);
    return { ticket, sent: await agent.get(ticket.url) };
  }

  it('the valid control: the same browser signs in, and is signed in', async () => {
    const agent = new Agent();
    await signsIn({ tenant: acme, agent }, await signInByOidc(agent, acme, oidc));
    assert.equal(await isSignedIn({ tenant: acme, agent }), true);
  });

  it('opens no session, by OpenID Connect or SAML, and no application gets a code', async () => {
    for (const verify of [
      (agent: Agent) => verifyByOidc(acme, oidc, { agent }),
      (agent: Agent) => verifyBySaml(acme, saml, { agent }),
    ]) {
      const agent = new Agent();
      // An application waits for this very browser meanwhile.
      await agent.get(authorizationRequest(acme, acme.application, { idp: oidc.slug }).url);
      const { report, page } = await verify(agent);
      assert.equal(report.state, 'passed');
      assert.equal(page.status, 200);
      assert.doesNotMatch(page.url, /oauth\/authorize/);
      assert.equal(agent.cookie(new URL(acme.url).origin, 'session'), undefined);
      assert.equal(await isSignedIn({ tenant: acme, agent }), false);
    }
  });

  it('leaves the session of whoever tests as it is', async () => {
    const agent = new Agent();
    await codeFrom(agent, (await signInByOidc(agent, acme, oidc)).arrived);
    await verifyByOidc(acme, other, { agent });
    assert.equal(await isSignedIn({ tenant: acme, agent }), true);
  });

  it('purpose swap: the code of a test under the state of a sign-in is refused', async () => {
    const agent = new Agent();
    const { sent } = await open(agent, oidc);
    const tested = await oidc.idp.authorize(sent.location ?? '');
    const real = await goToProvider(agent, acme, oidc);
    const honest = await oidc.idp.authorize(real.sent.location ?? '');
    await refused({ tenant: acme, agent }, { code: 'oidc.code_refused' }, () =>
      agent.get(callbackOf(oidc, { ...honest, code: tested['code'] ?? '' })),
    );
    assert.equal(await isSignedIn({ tenant: acme, agent }), false);
  });

  it('purpose swap: the code of a sign-in under the state of a test passes nothing', async () => {
    const agent = new Agent();
    const { ticket, sent } = await open(agent, oidc);
    const tested = await oidc.idp.authorize(sent.location ?? '');
    const real = await goToProvider(agent, acme, oidc);
    const honest = await oidc.idp.authorize(real.sent.location ?? '');
    await agent.follow(await agent.get(callbackOf(oidc, { ...tested, code: honest['code'] ?? '' })));
    const report = await readReport(acme.api, oidc, ticket.id);
    assert.deepEqual([report.state, report.summary.code], ['failed', 'oidc.code_refused']);
    assert.equal(await isSignedIn({ tenant: acme, agent }), false);
  });

  it('purpose swap: a response that passed as a test is none to a sign-in, and the reverse', async () => {
    const agent = new Agent();
    const { response } = await verifyBySaml(acme, saml, { agent });
    await goToProvider(agent, acme, saml);
    await refused({ tenant: acme, agent }, { code: 'sign_in.attempt_taken' }, () =>
      agent.post(saml.acsUrl, { SAMLResponse: response }),
    );
    const real = await goToProvider(agent, acme, saml);
    const { id, relayState } = readSamlRequest(saml, real.sent);
    const ticket = await startVerify(acme, saml);
    await agent.get(ticket.url);
    // The answer to the sign-in is the sign-in's, whatever else this browser has begun.
    const arrived = await agent.post(saml.acsUrl, { SAMLResponse: samlResponse(saml, id), RelayState: relayState });
    await codeFrom(agent, arrived);
    assert.equal((await readReport(acme.api, saml, ticket.id)).state, 'waiting');
  });

  it('the answer of a test is taken once', async () => {
    const agent = new Agent();
    const { callback, report } = await verifyByOidc(acme, oidc, { agent });
    await refused({ tenant: acme, agent }, { code: 'sign_in.attempt_taken' }, () => agent.get(callback));
    assert.deepEqual(await readReport(acme.api, oidc, report.id), report);
  });

  it('a ticket is good once, also when twenty come at once', async () => {
    const ticket = await startVerify(acme, oidc);
    const visits = await Promise.all(Array.from({ length: 20 }, () => new Agent().get(ticket.url)));
    assert.equal(visits.filter(({ status }) => status === 303).length, 1);
    assert.deepEqual([...new Set(visits.filter(({ status }) => status !== 303).map(codeOf))], ['verify.ticket_invalid']);
  });

  it('a ticket is over after 15 minutes', async () => {
    const ticket = await startVerify(acme, oidc);
    scene.gateway.advance(15 * 60);
    const agent = new Agent();
    assert.equal(codeOf(await agent.get(ticket.url)), 'verify.ticket_invalid');
    const report = await readReport(acme.api, oidc, ticket.id);
    assert.deepEqual([report.state, report.summary.code], ['expired', 'verify.never_opened']);
  });

  it('another browser can neither bring the answer nor read the report', async () => {
    const agent = new Agent();
    const { ticket, sent } = await open(agent, oidc);
    const fields = await oidc.idp.authorize(sent.location ?? '');
    const thief = new Agent();
    await refused({ tenant: acme, agent: thief }, { code: 'sign_in.other_browser' }, () => thief.get(callbackOf(oidc, fields)));
    assert.equal((await readReport(acme.api, oidc, ticket.id)).state, 'waiting');
    const page = await agent.follow(await agent.get(callbackOf(oidc, fields)));
    assert.equal(page.status, 200);
    const seen = await thief.get(page.url);
    assert.equal(codeOf(seen), 'verify.unknown');
    assert.ok(!seen.body.includes('alice@acme.example'));
    assert.equal(codeOf(await new Agent().get(page.url)), 'verify.unknown');
  });

  it('another tenant has no use for a ticket, and cannot see the report', async () => {
    const foreign = await beta.connectOidc(await scene.startOidcIdp());
    const ticket = await startVerify(acme, oidc);
    const agent = new Agent();
    assert.equal(codeOf(await agent.get(ticket.url.replace('/t/acme/', '/t/beta/'))), 'verify.ticket_invalid');
    assert.equal(
      (await beta.api.call('GET', `/api/v1/identity-providers/${foreign.id}/verify/${ticket.id}`)).json.code,
      'verify.unknown',
    );
    assert.equal((await agent.get(ticket.url)).status, 303, 'the ticket is still good where it belongs');
  });

  it('a ticket is good at its own connection alone, also when another has taken its slug', async () => {
    const gone = await acme.connectOidc(await scene.startOidcIdp(), { slug: 'gone', name: 'Gone' });
    const ticket = await startVerify(acme, gone);
    const atOther = await new Agent().get(ticket.url.replace('/sso/gone/', '/sso/other/'));
    assert.equal(codeOf(atOther), 'verify.ticket_invalid');
    await acme.api.call('DELETE', `/api/v1/identity-providers/${gone.id}`);
    assert.equal(codeOf(await new Agent().get(ticket.url)), 'verify.ticket_invalid');
    await acme.connectOidc(await scene.startOidcIdp(), { slug: 'gone', name: 'Gone' });
    assert.equal(codeOf(await new Agent().get(ticket.url)), 'verify.ticket_invalid');
  });

  it('mix-up: the answer to a test of one provider, brought to the address of another, passes nothing there', async () => {
    const agent = new Agent();
    const { ticket, sent } = await open(agent, oidc);
    const fields = await oidc.idp.authorize(sent.location ?? '');
    const earlier = await dump(scene.gateway);
    await agent.get(callbackOf(other, fields));
    assert.deepEqual(await dump(scene.gateway), earlier);
    const report = await readReport(acme.api, oidc, ticket.id);
    assert.deepEqual([report.state, report.summary.code], ['failed', 'sign_in.other_connection']);
    assert.equal(
      other.idp.requests.some(
        ({ endpoint, fields: sentFields }) => endpoint === 'token' && sentFields.get('code') === fields['code'],
      ),
      false,
    );
    assert.equal(await isSignedIn({ tenant: acme, agent }), false);
  });

  it('what a provider says is printed as text, and secrets are not printed at all', async () => {
    const { person } = oidc.idp;
    const script = '<script>alert(1)</script>';
    const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"alice"}').toString('base64url')}.c2lnbmF0dXJl`;
    oidc.idp.person = {
      ...person,
      given_name: script,
      evil: script,
      leaked: token,
      access_token: 'at-secret',
      nested: { refresh_token: 'rt-secret' },
    };
    const { page, report, callback } = await verifyByOidc(acme, oidc);
    oidc.idp.person = person;
    assert.ok(!page.body.includes('<script'), 'escaped');
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*form-action 'none'/);
    const shown = JSON.stringify(report) + page.body;
    const [client] = [...oidc.idp.clients.values()];
    const answer = new URL(callback).searchParams;
    for (const secret of [
      token,
      'at-secret',
      'rt-secret',
      client?.secret ?? 'none',
      answer.get('code') ?? 'none',
      answer.get('state') ?? 'none',
    ])
      assert.ok(!shown.includes(secret), `shows ${secret.slice(0, 20)}`);
  });

  it('is started and read by those who may', async () => {
    const path = `${acme.url}/api/v1/identity-providers/${oidc.id}/verify`;
    for (const method of ['POST', 'GET']) assert.equal((await fetch(path, { method })).status, 401);
  });
});
