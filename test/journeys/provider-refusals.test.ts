import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Agent, type Visit } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { statusXml } from '../kit/saml/templates.ts';
import { goToProvider, type OidcConnection, type SamlConnection, signInByOidc, signInBySaml } from '../kit/scene.ts';
import { acme, scene, setUp } from './presets.fixture.ts';

setUp();

const SAML_STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';

describe('A refusal of the provider itself', () => {
  let oidc: OidcConnection;
  let saml: SamlConnection;
  before(async () => {
    oidc = await acme.connectOidc(await scene.startOidcIdp(), { name: 'Errors', slug: 'errors', preset: 'okta' });
    const idp = createSamlIdp({ entityId: 'https://idp.acme.example/refusing', ssoUrl: 'https://idp.acme.example/sso' });
    saml = await acme.connectSaml(idp, { name: 'Errors SAML', slug: 'errors-saml' });
  });

  /** The browser comes back with an error of the authorization endpoint. */
  async function refusedWith(error: Record<string, string>, language = 'en'): Promise<Visit> {
    const agent = new Agent();
    const { sent } = await goToProvider(agent, acme, oidc);
    oidc.idp.nextAuthorization({ code: undefined, ...error });
    const fields = await oidc.idp.authorize(sent.location ?? '');
    return agent.get(`${oidc.callbackUrl}?${new URLSearchParams(fields)}`, { 'accept-language': language });
  }
  /** What the trace keeps, found by the reference on the page. */
  async function refusedLine({ body }: Visit): Promise<Record<string, unknown>> {
    const reference = /<dd class="code">([^<]+)<\/dd>/.exec(body)?.[1];
    const { status, json } = await acme.api.call<{ trace: Record<string, unknown>[] }>('GET', `/api/v1/sign-ins/${reference}`);
    assert.equal(status, 200, body);
    const line = json.trace.find(({ verdict }) => verdict === 'refused');
    assert.ok(line);
    return line;
  }

  const trace = 'Trace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333';
  const rows: [name: string, error: Record<string, string>, code: string, en: RegExp, de: RegExp][] = [
    [
      'Entra: not assigned',
      { error: 'access_denied', error_description: `AADSTS50105: Your administrator has configured the application. ${trace}` },
      'oidc.access_denied',
      /You are not assigned to this application.*assign you to it in Microsoft Entra/s,
      /Sie sind dieser Anwendung nicht zugewiesen.*in Microsoft Entra zuzuweisen/s,
    ],
    [
      'Entra: consent missing',
      { error: 'invalid_client', error_description: `AADSTS65001: The user or administrator has not consented. ${trace}` },
      'oidc.provider_refused',
      /Your organization has not approved this application yet/,
      /Ihre Organisation hat diese Anwendung noch nicht freigegeben/,
    ],
    [
      'Entra: Conditional Access',
      { error: 'interaction_required', error_description: `AADSTS53003: Access has been blocked. ${trace}` },
      'oidc.provider_refused',
      /A rule of your organization stopped this sign-in/,
      /Eine Regel Ihrer Organisation hat diese Anmeldung verhindert/,
    ],
    [
      'Okta: not assigned',
      { error: 'access_denied', error_description: 'User is not assigned to the client application.' },
      'oidc.access_denied',
      /You are not assigned to this application.*assign you to it in Okta/s,
      /Sie sind dieser Anwendung nicht zugewiesen.*in Okta zuzuweisen/s,
    ],
    [
      'Google: another organization',
      { error: 'org_internal' },
      'oidc.provider_refused',
      /This account belongs to another organization/,
      /Dieses Konto gehört zu einer anderen Organisation/,
    ],
    [
      'Okta, by its preset: a redirect URI that is not registered',
      { error: 'invalid_request', error_description: "The 'redirect_uri' parameter must be a Login redirect URI." },
      'oidc.provider_refused',
      /The connection is not set up correctly.*Okta does not accept how we asked it/s,
      /Die Verbindung ist nicht richtig eingerichtet.*Okta nimmt unsere Anfrage nicht an/s,
    ],
    [
      'whoever: busy',
      { error: 'temporarily_unavailable' },
      'oidc.provider_refused',
      /Your identity provider could not answer/,
      /Ihr Identitätsanbieter konnte nicht antworten/,
    ],
    [
      'whoever: cancelled, in the words that there are for it',
      { error: 'access_denied' },
      'oidc.access_denied',
      /The sign-in was not approved/,
      /Die Anmeldung wurde nicht genehmigt/,
    ],
  ];
  for (const [name, error, code, en, de] of rows) {
    it(`is a sentence for the person and a line of the trace: ${name}`, async () => {
      const page = await refusedWith(error);
      assert.match(page.body, en);
      assert.doesNotMatch(page.body, /AADSTS|0000aaaa|client application\./);
      const line = await refusedLine(page);
      assert.equal(line['code'], code);
      assert.equal((line['received'] as { error: string }).error, error['error']);
      assert.match((await refusedWith(error, 'de')).body, de);
    });
  }

  it('is told at the token endpoint, too: an expired secret', async () => {
    const description = `AADSTS7000222: The provided client secret keys are expired. ${trace}`;
    oidc.idp.nextTokenResponse({
      status: 401,
      body: JSON.stringify({ error: 'invalid_client', error_description: description }),
    });
    const { arrived } = await signInByOidc(new Agent(), acme, oidc);
    assert.match(arrived.body, /The connection to your identity provider has expired/);
    const line = await refusedLine(arrived);
    assert.deepEqual(
      [line['code'], (line['received'] as { aadsts: string }).aadsts],
      ['oidc.client_secret_expired', 'AADSTS7000222'],
    );
  });

  const statuses: [nested: string, message: string | undefined, sentence: RegExp][] = [
    ['RequestDenied', undefined, /You are not assigned to this application/],
    ['AuthnFailed', undefined, /Your identity provider did not accept your sign-in/],
    ['NoAuthnContext', undefined, /A second step is needed to sign in/],
    ['RequestDenied', 'AADSTS53003: Access has been blocked.', /A rule of your organization stopped this sign-in/],
  ];
  for (const [nested, message, sentence] of statuses) {
    it(`is told by SAML status: ${nested}${message === undefined ? '' : ' with a number of Entra’s'}`, async () => {
      const status = statusXml(`${SAML_STATUS}Responder`, `${SAML_STATUS}${nested}`, message);
      const { arrived } = await signInBySaml(new Agent(), acme, saml, { status, sign: 'response' });
      assert.match(arrived.body, sentence);
      assert.doesNotMatch(arrived.body, /AADSTS/);
      assert.equal((await refusedLine(arrived))['code'], 'saml.status_not_success');
    });
  }
});
