import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, type Visit } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { statusXml } from '../kit/saml/templates.ts';
import {
  type Claims,
  claimsOf,
  codeFrom,
  goToProvider,
  type Json,
  type OidcConnection,
  openScene,
  redeem,
  type SamlConnection,
  type Scene,
  signInByOidc,
  signInBySaml,
  type TestTenant,
} from '../kit/scene.ts';

const XMLSOAP = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const SAML_STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
const GUID = '4f1c0b5e-5a0c-4ac5-8d6f-2f1d0a6f7b11';

let scene: Scene;
let acme: TestTenant;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
});
after(() => scene.close());

/** Nothing of the scene's own mapping: the preset alone says what is read. */
const bare = { claims: undefined, authentication: undefined };
const group = (external: string) => ({ groupMappings: [{ external, group: 'Engineers' }] });

async function tokenOf(agent: Agent, signedIn: { arrived: Visit; asked: Parameters<typeof redeem>[2] }): Promise<Claims> {
  const { status, json } = await redeem(acme, await codeFrom(agent, signedIn.arrived), signedIn.asked);
  assert.equal(status, 200, JSON.stringify(json));
  return claimsOf(json.id_token);
}

describe('A provider that is made with a preset', () => {
  it('reads Entra’s SAML attributes by the names that Entra sends', async () => {
    const idp = createSamlIdp({
      entityId: 'https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/',
      ssoUrl: 'https://idp.acme.example/sso',
    });
    const engineers = '07dd8a60-bf6d-4e17-8844-230b77145381';
    const connection = await acme.connectSaml(idp, {
      ...bare,
      ...group(engineers),
      preset: 'entra',
      name: 'Entra',
      slug: 'entra-saml',
    });
    assert.equal(connection.document.preset, 'entra');
    const agent = new Agent();
    const signedIn = await signInBySaml(agent, acme, connection, {
      nameId: { value: 'm_H3naDei2LNxUmEcWd0BZlNi_jVET1pMLR6iQSuYmo', format: PERSISTENT },
      attributes: {
        [`${XMLSOAP}/emailaddress`]: 'frank@acme.example',
        [`${XMLSOAP}/givenname`]: 'Frank',
        [`${XMLSOAP}/surname`]: 'Miller',
        [`${XMLSOAP}/name`]: 'frankm@acme.example',
        'http://schemas.microsoft.com/identity/claims/objectidentifier': '528b2ac2-aa9c-45e1-88d4-959b53bc7dd0',
        'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups': [engineers],
      },
    });
    const claims = await tokenOf(agent, signedIn);
    assert.deepEqual([claims['email'], claims['given_name'], claims['family_name']], ['frank@acme.example', 'Frank', 'Miller']);
    assert.deepEqual(claims['groups'], ['Engineers']);
    const { json } = await acme.api.call<{ items: { userId: string; userPrincipalName: string }[] }>('GET', '/api/v1/users');
    assert.deepEqual(
      json.items.map(({ userId, userPrincipalName }) => [userId, userPrincipalName]),
      [['528b2ac2-aa9c-45e1-88d4-959b53bc7dd0', 'frankm@acme.example']],
    );
  });

  it('demands the NameID format and signature of the preset', async () => {
    const idp = createSamlIdp({ entityId: 'http://www.okta.com/exk1fcia6d6EMsf331d8', ssoUrl: 'https://idp.acme.example/sso' });
    const okta = await acme.connectSaml(idp, { ...bare, preset: 'okta', name: 'Okta SAML', slug: 'okta-saml' });
    const given = { nameId: { value: '00uixa271s6x7qt8I0h7', format: PERSISTENT }, attributes: { email: 'olga@acme.example' } };
    const agent = new Agent();
    assert.equal((await signInBySaml(agent, acme, okta, { ...given, sign: 'both' })).arrived.status, 303);
    const once = await signInBySaml(new Agent(), acme, okta, { ...given, sign: 'assertion' });
    assert.match(once.arrived.body, /saml\.signature_missing/);
    const otherFormat = {
      ...given,
      nameId: { value: 'olga@acme.example', format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
    };
    assert.match(
      (await signInBySaml(new Agent(), acme, okta, { ...otherFormat, sign: 'both' })).arrived.body,
      /saml\.name_id_format_mismatch/,
    );
  });

  it('asks Okta for its groups, and reads its claims', async () => {
    const person = {
      sub: '00uoscar1s6x7qt8I0h7',
      preferred_username: 'oscar@acme.example',
      email: 'oscar@acme.example',
      locale: 'de-DE',
    };
    const idp = await scene.startOidcIdp({ person: { ...person, groups: ['IT'] } });
    const connection = await acme.connectOidc(idp, { ...bare, ...group('IT'), preset: 'okta', name: 'Okta', slug: 'okta' });
    const agent = new Agent();
    const signedIn = await signInByOidc(agent, acme, connection);
    const asked = idp.requests.find(({ endpoint }) => endpoint === 'authorize');
    assert.equal(asked?.fields.get('scope'), 'openid profile email offline_access groups');
    assert.deepEqual((await tokenOf(agent, signedIn))['groups'], ['Engineers']);
    const { json } = await acme.api.call<{ items: Record<string, unknown>[] }>('GET', '/api/v1/users');
    const oscar = json.items.find(({ email }) => email === 'oscar@acme.example');
    assert.deepEqual([oscar?.['userPrincipalName'], oscar?.['locale']], ['oscar@acme.example', 'de-DE']);
  });

  it('reads AD FS’s claims by the names that AD FS sends', async () => {
    const person = {
      sub: 'adfs-1',
      email: 'ada@acme.example',
      upn: 'ada@corp.acme.example',
      groups: ['Nobody'],
      group: ['Domain Users'],
    };
    const idp = await scene.startOidcIdp({ person });
    for (const client of idp.clients.values()) client.authentication = 'client_secret_post';
    const document = { ...bare, ...group('Domain Users'), preset: 'adfs', name: 'AD FS', slug: 'adfs' };
    const connection = await acme.connectOidc(idp, { ...document, oidc: { clientAuthentication: 'client_secret_basic' } });
    const agent = new Agent();
    const claims = await tokenOf(agent, await signInByOidc(agent, acme, connection));
    assert.deepEqual(claims['groups'], ['Engineers']);
  });

  it('is stored whole, and the preset may be changed without changing what is read', async () => {
    const idp = await scene.startOidcIdp();
    const { id, document } = await acme.connectOidc(idp, { ...bare, preset: 'google', name: 'Google', slug: 'google' });
    const claims = document['claims'] as Record<string, unknown>;
    assert.equal(Object.hasOwn(claims, 'groups'), false);
    const changed = await acme.api.call('PATCH', `/api/v1/identity-providers/${id}`, { preset: 'keycloak' });
    assert.equal(changed.status, 200, JSON.stringify(changed.json));
    assert.deepEqual([changed.json['preset'], changed.json['claims']], ['keycloak', claims]);
  });

  const refused: [name: string, document: Record<string, unknown>, faults: string[]][] = [
    ['an unknown one', { preset: 'okto' }, ['/preset unknown_preset']],
    ['one for another kind', { preset: 'entra' }, ['/preset preset_mismatch']],
    [
      'the issuer of many directories',
      { oidc: { issuer: 'https://login.microsoftonline.com/common/v2.0' } },
      ['/oidc/issuer shared_directory'],
    ],
  ];
  for (const [name, document, faults] of refused) {
    it(`is refused with ${name}, when it is made and when it is changed`, async () => {
      const endpoints = {
        authorizationEndpoint: 'https://idp.example/a',
        tokenEndpoint: 'https://idp.example/t',
        jwksUri: 'https://idp.example/k',
      };
      const oidc = { issuer: 'https://idp.example', clientId: 'sallyport', clientSecret: 'a-secret', ...endpoints };
      const body = { kind: 'oidc', name: 'Refused', ...document, oidc: { ...oidc, ...(document['oidc'] as object | undefined) } };
      const made = await acme.api.call('POST', '/api/v1/identity-providers', body);
      assert.deepEqual([made.status, made.json.errors.map(({ pointer, code }) => `${pointer} ${code}`)], [422, faults]);
      const good = await acme.api.call('POST', '/api/v1/identity-providers', { kind: 'oidc', name: 'Good', oidc });
      const changed = await acme.api.call('PATCH', `/api/v1/identity-providers/${good.json.id}`, document);
      assert.equal(changed.status, 422);
      assert.ok(
        changed.json.errors.some(({ pointer, code }) => faults.includes(`${pointer} ${code}`)),
        JSON.stringify(changed.json),
      );
    });
  }
});

describe('Presets and guides by API', () => {
  interface Steps {
    steps: { copy?: { label: string; value: string }[]; paste?: { pointer: string }[] }[];
    preset: string;
    kind: string;
    language: string;
  }
  const handed = ({ steps }: Steps) => steps.flatMap(({ copy }) => copy ?? []).map(({ value }) => value);

  it('lists what each fills in, in both languages', async () => {
    const list = async (language: string) =>
      (
        await acme.api.call<{
          items: { id: string; buttonText: string; kinds: { kind: string; defaults: object; know: string[] }[] }[];
        }>('GET', `/api/v1/identity-provider-presets?language=${language}`)
      ).json.items;
    const [english, german] = [await list('en'), await list('de')];
    assert.deepEqual(
      english.map(({ id }) => id),
      ['entra', 'okta', 'auth0', 'ping', 'google', 'adfs', 'onelogin', 'jumpcloud', 'keycloak', 'generic-oidc', 'generic-saml'],
    );
    assert.deepEqual(
      english.map(({ kinds }) => kinds.map(({ defaults }) => defaults)),
      german.map(({ kinds }) => kinds.map(({ defaults }) => defaults)),
    );
    assert.deepEqual([english[0]?.buttonText, german[0]?.buttonText], ['Sign in with Microsoft', 'Mit Microsoft anmelden']);
  });

  it('guides before the provider is made, for the slug that it is to have', async () => {
    const path = '/api/v1/identity-provider-presets/keycloak/guide';
    const { status, json } = await acme.api.call<Steps>('GET', `${path}?kind=saml&slug=my-keycloak&language=de`);
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual([json.preset, json.kind, json.language], ['keycloak', 'saml', 'de']);
    assert.ok(handed(json).includes(`${acme.url}/sso/my-keycloak/acs`));
    const first = await acme.api.call<Steps>('GET', `${path}?slug=my-keycloak`);
    assert.equal(first.json.kind, 'oidc');
  });

  it('guides to a provider that is made, with its certificates, by its preset or by what it is recognised as', async () => {
    const idp = createSamlIdp({
      entityId: 'https://id.acme.example/realms/acme',
      ssoUrl: 'https://id.acme.example/realms/acme/protocol/saml',
    });
    const { id } = await acme.connectSaml(idp, { name: 'Realm', slug: 'realm' });
    const { status, json } = await acme.api.call<Steps>('GET', `/api/v1/identity-providers/${id}/guide?language=en`);
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal(json.preset, 'keycloak');
    assert.ok(handed(json).includes(`${acme.url}/sso/realm/acs`));
    assert.equal(handed(json).filter((value) => value.startsWith('-----BEGIN CERTIFICATE-----')).length, 2);
    assert.doesNotMatch(JSON.stringify(json), /PRIVATE KEY/);
  });

  const refused: [path: string, status: number, code: string][] = [
    ['identity-provider-presets/okto/guide?slug=a', 404, 'upstream.preset_unknown'],
    ['identity-provider-presets/entra/guide?slug=a&kind=oidc', 422, 'upstream.preset_mismatch'],
    ['identity-provider-presets/entra/guide', 422, 'http.input_invalid'],
    ['identity-provider-presets/entra/guide?slug=../evil', 422, 'http.input_invalid'],
    ['identity-provider-presets?language=fr', 422, 'http.input_invalid'],
    ['identity-providers/idp_nobody/guide', 404, 'upstream.connection_unknown'],
  ];
  for (const [path, status, code] of refused) {
    it(`answers ${code} to ${path}`, async () => {
      const { json, ...answer } = await acme.api.call('GET', `/api/v1/${path}`);
      assert.deepEqual([answer.status, json.code], [status, code]);
    });
  }

  it('says whose product a fetched configuration is', async () => {
    const entityId = 'https://accounts.google.com/o/saml2?idpid=C01abcdef';
    const idp = createSamlIdp({ entityId, ssoUrl: 'https://accounts.google.com/o/saml2/idp?idpid=C01abcdef' });
    const fetched = await acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { metadata: idp.metadata() });
    assert.deepEqual([fetched.status, fetched.json['preset']], [200, 'google'], JSON.stringify(fetched.json));
    const own = await scene.startOidcIdp();
    const unknown = await acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { issuer: own.issuer });
    assert.equal(unknown.json['preset'], null);
    const document = JSON.stringify({ ...own.metadata(), issuer: 'https://acme.auth0.com/' });
    const auth0 = await acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { metadata: document });
    assert.equal(auth0.json['preset'], 'auth0');
    const codes = (auth0.json['warnings'] as { code: string }[]).map(({ code }) => code);
    assert.ok(codes.includes('okta_customer_identity'), codes.join());
    const source = { issuer: 'https://login.microsoftonline.com/organizations/v2.0' };
    const shared = await acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', source);
    assert.deepEqual(
      shared.json.errors.map(({ pointer, code }) => `${pointer} ${code}`),
      ['/issuer shared_directory'],
    );
  });

  it('questions a secret that looks like its id, and stops nobody', async () => {
    const document = {
      kind: 'microsoft-oidc',
      name: 'Entra',
      slug: 'questioned',
      oidc: { directoryId: GUID, clientId: GUID, clientSecret: GUID },
    };
    const made = await acme.api.call('POST', '/api/v1/identity-providers', document);
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const warned = ({ json }: { json: Json }) =>
      (json['warnings'] as { code: string; pointer: string }[]).map(({ code, pointer }) => `${pointer} ${code}`);
    assert.deepEqual(warned(made), ['/oidc/clientSecret secret_looks_like_id']);
    const path = `/api/v1/identity-providers/${made.json.id}`;
    assert.deepEqual(warned(await acme.api.call('GET', path)), ['/oidc/clientSecret secret_looks_like_id']);
    const mended = await acme.api.call('PATCH', path, { oidc: { clientSecret: 'Qx~8Q~aValueAndNotAnId_0123456789' } });
    assert.deepEqual(warned(mended), []);
    assert.doesNotMatch(JSON.stringify(mended.json), /aValueAndNotAnId/);
  });

  it('warns where any Google account would be let in, until something gates it', async () => {
    const endpoints = {
      authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
      tokenEndpoint: 'https://oauth2.googleapis.com/token',
      jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
    };
    const oidc = { issuer: 'https://accounts.google.com', clientId: 'x', clientSecret: 'y', ...endpoints };
    const made = await acme.api.call('POST', '/api/v1/identity-providers', {
      kind: 'oidc',
      preset: 'google',
      name: 'Open',
      oidc,
      users: { create: true },
    });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    assert.deepEqual(
      (made.json['warnings'] as { code: string }[]).map(({ code }) => code),
      ['google_any_account'],
    );
    const access = { mode: 'rules', rules: [{ claim: 'hd', operator: 'equals', values: ['acme.example'] }] };
    const gated = await acme.api.call('PATCH', `/api/v1/identity-providers/${made.json.id}`, { access });
    assert.deepEqual(gated.json['warnings'], [], JSON.stringify(gated.json));
  });
});

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
