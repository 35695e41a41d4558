import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { type RespondOptions } from '../../kit/saml/idp.ts';
import { type OidcConnection, type SamlConnection, samlResponse, type TestTenant } from '../../kit/scene.ts';
import { openStage, type Stage, VICTIM, VICTIM_EMAIL } from '../saml/stage.ts';

export let stage: Stage;
export let acme: TestTenant;
export let saml: SamlConnection;
/** As a provider is unless somebody says otherwise. */
export let closed: SamlConnection;
export let oidc: OidcConnection;
export let closedOidc: OidcConnection;
/** Another tenant at the same provider. */
export let globex: SamlConnection;

/** A response that nobody asked for, of the victim unless it says otherwise. */
export function unasked(connection: SamlConnection, change: Partial<RespondOptions> = {}): string {
  return samlResponse(connection, null, { nameId: VICTIM, attributes: { email: VICTIM_EMAIL }, ...change });
}

export function checkGoesToProvider(visit: Visit, connection = saml): void {
  assert.ok(visit.location?.startsWith(connection.idp.ssoUrl), `${visit.status} ${codeOf(visit)} ${visit.location}`);
  assert.doesNotMatch(String(visit.headers['set-cookie']), /session/, 'nobody is signed in by it');
}

export const place = (agent = new Agent()) => ({ tenant: acme, agent });

/** Called first in each file of these tests. */
export function setUp(): void {
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
}
