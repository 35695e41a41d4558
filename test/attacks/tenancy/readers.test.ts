import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Json, openScene, type Scene, type TestTenant } from '../../kit/scene.ts';
import { type Canary, startCanary } from '../oracles.ts';
import { comeAs, type Person } from './people.ts';

let scene: Scene;
let canary: Canary;
let acme: TestTenant;
let auditor: Person;
let admin: Person;
before(async () => {
  [scene, canary] = [await openScene(), await startCanary()];
  acme = await scene.addTenant('acme');
  const oidc = await acme.connectOidc(await scene.startOidcIdp());
  auditor = await comeAs(acme, oidc, { name: 'auditor', roles: ['Auditor'] });
  admin = await comeAs(acme, oidc, { name: 'admin', roles: ['Full Administrator'] });
});
after(async () => {
  await scene.close();
  await canary.close();
});

const documentOf = (dryRun: boolean): object => ({
  dryRun,
  document: {
    format: 'sallyport.tenant',
    version: 1,
    tenant: {
      identityProviders: [
        {
          kind: 'oidc',
          slug: 'lure',
          name: 'Lure',
          enabled: false,
          oidc: { issuer: canary.url.replace(/\/$/, ''), clientId: 'x' },
        },
      ],
    },
  },
});

const codesOf = ({ items, errors }: Json): string[] =>
  [...(errors ?? []), ...(items ?? []).flatMap((one) => one['faults'] as { code: string }[])].map(({ code }) => code);

describe('whoever may only read does not have the gateway fetch what they name (T76)', () => {
  for (const dryRun of [true, false])
    it(`configuration.not_fetched: ${dryRun ? 'a plan' : 'applying'}`, async () => {
      const { status, json } = await auditor.api.call('POST', '/api/v1/apply', documentOf(dryRun));
      assert.equal(status, dryRun ? 200 : 422, JSON.stringify(json));
      assert.ok(codesOf(json).includes('configuration.not_fetched'), JSON.stringify(json));
      assert.equal(canary.connections, 0);
    });

  it('the control: for whoever may set providers up it is fetched', async () => {
    const { json } = await admin.api.call('POST', '/api/v1/apply', documentOf(true));
    assert.ok(!codesOf(json).includes('configuration.not_fetched'), JSON.stringify(json));
    assert.ok(canary.connections > 0);
  });
});
