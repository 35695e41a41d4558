import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { type OidcConnection, samlResponse, signInBySaml } from '../../kit/scene.ts';
import { refused, signsIn } from '../oracles.ts';
import { VICTIM, VICTIM_EMAIL } from '../saml/stage.ts';
import { acme, checkGoesToProvider, closedOidc, globex, oidc, place, saml, setUp, unasked } from './portal.fixture.ts';

setUp();

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
