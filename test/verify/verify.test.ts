import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { type OidcConnection, openScene, type SamlConnection, type Scene, type TestTenant } from '../kit/scene.ts';
import { readReport, startVerify, verifyByOidc, verifyBySaml } from './kit.ts';

describe('Verify: a test sign-in', () => {
  let scene: Scene;
  let acme: TestTenant;
  let saml: SamlConnection;
  let oidc: OidcConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    const idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
    saml = await acme.connectSaml(idp, { enabled: false });
    oidc = await acme.connectOidc(await scene.startOidcIdp());
  });
  after(() => scene.close());

  it('tells steps, claims, mappings, the person, memberships and tokens', async () => {
    const { report, ticket } = await verifyByOidc(acme, oidc);
    assert.deepEqual([report.state, report.id, report.summary.code], ['passed', ticket.id, null]);
    assert.ok(report.steps.length > 30);
    assert.deepEqual(
      report.steps.filter(({ verdict }) => verdict === 'refused'),
      [],
    );
    assert.deepEqual(
      report.mappings.map(({ attribute }) => attribute),
      ['email', 'userId', 'firstName', 'lastName', 'groups', 'roles', 'authentication.claim'],
    );
    assert.equal(report.person?.outcome, 'created');
    assert.ok(report.groups && report.roles && report.tokens);
  });

  it('works while the provider is switched off, by SAML as well', async () => {
    const { report } = await verifyBySaml(acme, saml);
    assert.equal(report.state, 'passed', JSON.stringify(report.summary));
    assert.match(report.summary.whatToDo, /^Switch the identity provider on here/);
  });

  it('shows the report to the browser, first what to do, in its language, without script', async () => {
    const { page } = await verifyBySaml(acme, saml, { change: { sign: 'none' } });
    assert.equal(page.status, 200);
    const [, first = ''] = /<p class="first-line">([^<]*)</.exec(page.body) ?? [];
    assert.match(first, /^At the provider, switch on signing/);
    assert.match(page.body, /nothing was changed/);
    assert.ok(page.body.includes('saml.signature_missing') && !page.body.includes('<script'));
    const agent = new Agent();
    const german = await verifyByOidc(acme, oidc, { agent });
    const again = await agent.get(german.page.url, { 'accept-language': 'de' });
    assert.match(again.body, /<html lang="de"/);
    assert.match(again.body, /Es wurde nichts geändert und niemand angemeldet/);
  });

  it('says what it waits for, and that nobody came', async () => {
    const ticket = await startVerify(acme, oidc);
    const unopened = await readReport(acme.api, oidc, ticket.id);
    assert.deepEqual([unopened.state, unopened.summary.title], ['waiting', 'Nobody has opened the link yet.']);
    await new Agent().get(ticket.url);
    const opened = await readReport(acme.api, oidc, ticket.id);
    assert.match(opened.summary.whatToDo, /^Finish the sign-in at the provider/);
    assert.ok(opened.steps.some(({ step }) => step === 'sign_in.sent'));
  });

  it('is listed, newest first, page by page', async () => {
    const path = `/api/v1/identity-providers/${oidc.id}/verify`;
    const first = await acme.api.call<{ items: { id: string; state: string }[]; next: string | null }>('GET', `${path}?limit=2`);
    const next = await acme.api.call<{ items: { id: string }[]; next: string | null }>(
      'GET',
      `${path}?cursor=${first.json.next}`,
    );
    assert.deepEqual([first.json.items.length, next.json.items.length, next.json.next], [2, 1, null]);
    assert.equal(first.json.items[0]?.state, 'waiting');
    const strange = await acme.api.call('GET', `${path}?cursor=bm90LW91cnM`);
    assert.equal(strange.json.code, 'sign_in.cursor_invalid');
  });

  it('is refused where there is nothing to test', async () => {
    const rows: [path: string, body: unknown, code: string][] = [
      ['/api/v1/identity-providers/idp_none/verify', {}, 'upstream.connection_unknown'],
      [`/api/v1/identity-providers/${oidc.id}/verify`, { revision: 99 }, 'verify.revision_unknown'],
      [`/api/v1/identity-providers/${oidc.id}/verify`, { applicationId: 'app_none' }, 'verify.application_unknown'],
      [`/api/v1/identity-providers/${oidc.id}/verify`, { unheard: 1 }, 'http.input_invalid'],
    ];
    for (const [path, body, code] of rows) assert.equal((await acme.api.call('POST', path, body)).json.code, code, path);
    const { json } = await acme.api.call('GET', `/api/v1/identity-providers/${saml.id}/verify/ver_none`);
    assert.equal(json.code, 'verify.unknown');
  });

  it('is on record: who started it, what came of it, and no sign-in', async () => {
    const { report } = await verifyByOidc(acme, oidc);
    const events = await acme.api.call<{ items: { action: string; actor: string; reference: string }[] }>(
      'GET',
      `/api/v1/audit-events?reference=${report.reference}`,
    );
    assert.deepEqual(
      events.json.items.map(({ action, actor }) => [action, actor]),
      [
        ['identity-provider.verified', 'operator'],
        ['identity-provider.verification-started', 'operator'],
      ],
    );
  });
});
