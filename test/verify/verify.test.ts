import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { type OidcConnection, openScene, type SamlConnection, type Scene, type TestTenant } from '../kit/scene.ts';
import { verifyByOidc, verifyBySaml } from './kit.ts';

describe('Verify: a test sign-in', () => {
  let scene: Scene;
  let acme: TestTenant;
  let saml: SamlConnection;
  let oidc: OidcConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    saml = await acme.connectSaml(
      createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' }),
    );
    oidc = await acme.connectOidc(await scene.startOidcIdp());
  });
  after(() => scene.close());

  it('OIDC: tells claims, mappings, the person, memberships and tokens', async () => {
    const { report } = await verifyByOidc(acme, oidc);
    assert.equal(report.state, 'passed');
  });
  it('SAML: the same', async () => {
    const { report } = await verifyBySaml(acme, saml);
    assert.equal(report.state, 'passed');
  });
});
