import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createTrace } from '#kernel/trace.ts';
import { type EntraDriver, entraAssertion, entraSamlIdp, groupIds, startEntraDriver } from '#test/entra/index.ts';
import type { UpstreamIdentity } from '../protocol.ts';
import { saml } from './index.ts';

const ACS = 'https://sso.example.com/t/acme/sso/entra/acs';
const SP = 'https://sso.example.com/t/acme/sso/entra/metadata';
const GROUPS = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';

let driver: EntraDriver;
before(async () => {
  driver = await startEntraDriver();
});
after(() => driver.close());
beforeEach(() => driver.renew());

const overage = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  groupOverage: { directoryId: driver.directory.tid, clientId: driver.app.clientId, ...change },
});

async function signIn(fields: Record<string, unknown> = {}): Promise<UpstreamIdentity> {
  const { directory, alice, clock } = driver;
  const idp = entraSamlIdp(directory);
  const settings = saml.readSettings({
    spEntityId: SP,
    acsUrl: ACS,
    issuer: idp.entityId,
    ssoUrl: idp.ssoUrl,
    verificationCertificates: [idp.keys.certificatePem],
    signRequests: false,
    keys: driver.keys,
    ...fields,
  });
  const world = { ...driver.world, trace: createTrace(clock) };
  const handle = randomBytes(32).toString('base64url').slice(0, 43);
  const wish = { handle, returnUrl: new URL(ACS), forceAuthn: false, acrValues: [] };
  const { send, remember } = await saml.begin(settings, wish, world);
  const { id } = idp.readRequest({ url: send.url });
  const to = { acsUrl: ACS, spEntityId: SP, inResponseTo: id };
  const response = idp.respond({ ...entraAssertion(directory, alice), to, now: clock.now() });
  const fieldsBack = { SAMLResponse: response, RelayState: handle };
  return saml.finish(settings, { via: 'form', fields: fieldsBack }, JSON.parse(JSON.stringify(remember)), world);
}

describe('Entra by SAML: more than 150 groups', () => {
  it('150 fit into the assertion', async () => {
    driver.alice.groups = groupIds(150);
    const { claims, overage: missing } = await signIn(overage());
    assert.deepEqual([claims[GROUPS], missing], [driver.alice.groups, []]);
  });
  it('of 151 the claim is incomplete, not empty, where nothing is set up', async () => {
    driver.alice.groups = groupIds(151);
    const { claims, overage: missing } = await signIn();
    assert.deepEqual([Object.hasOwn(claims, GROUPS), missing], [false, [{ claim: GROUPS, code: null }]]);
  });
  it('they are read from Graph by our certificate; the link is not called', async () => {
    driver.alice.groups = groupIds(1200);
    const { claims, overage: missing } = await signIn(overage());
    assert.deepEqual([claims[GROUPS], missing], [driver.alice.groups, []]);
    const hosts = new Set(driver.entra.routes.asked.map((url) => new URL(url).host));
    assert.deepEqual([...hosts], ['login.microsoftonline.com', 'graph.microsoft.com']);
  });
  it('under the name that the application gives its groups', async () => {
    driver.alice.groups = groupIds(200);
    assert.deepEqual((await signIn(overage({ claim: 'groups' }))).claims['groups'], driver.alice.groups);
  });
  it('microsoft.person_unidentified: a person of another directory is not looked up in this one', async () => {
    driver.alice.groups = groupIds(200);
    const { overage: missing } = await signIn(overage({ directoryId: '11111111-2222-4333-8444-555555555555' }));
    assert.deepEqual(missing, [{ claim: GROUPS, code: 'microsoft.person_unidentified' }]);
    assert.deepEqual(driver.entra.routes.asked, []);
  });
  it('a list that cannot be completed ends no sign-in', async () => {
    driver.alice.groups = groupIds(200);
    driver.app.granted = [];
    assert.deepEqual((await signIn(overage())).overage, [{ claim: GROUPS, code: 'microsoft.permission_missing' }]);
  });
});
