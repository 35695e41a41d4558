import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import {
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestTenant,
} from '../../kit/scene.ts';

/** T122: somebody makes an account under an address that is not theirs, and waits for its owner to arrive. */
describe('pre-hijacking (T122)', () => {
  let scene: Scene;
  let acme: TestTenant;
  let idp: OidcIdp;
  let oidc: OidcConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    idp = await scene.startOidcIdp();
    oidc = await acme.connectOidc(idp);
  });
  after(() => scene.close());

  const arrive = async (person: Record<string, unknown>) => {
    idp.person = { given_name: 'Some', family_name: 'Body', ...person };
    const agent = new Agent();
    return { agent, ...(await signInByOidc(agent, acme, oidc)) };
  };

  it('the owner of a proven address comes back to the same account (control)', async () => {
    const subs = [];
    for (const sub of ['owner-at-one', 'owner-at-one']) {
      const { agent, arrived, asked } = await arrive({ sub, email: 'carla@acme.example', email_verified: true });
      const { json } = await redeem(acme, await codeFrom(agent, arrived), asked);
      subs.push(claimsOf(String((json as { id_token: string }).id_token))['sub']);
    }
    assert.equal(subs[0], subs[1]);
  });

  it('an account that a stranger made under an unproven address is never merged with its owner', async () => {
    const mallory = await arrive({ sub: 'mallory', email: 'victim@acme.example' });
    await codeFrom(mallory.agent, mallory.arrived);
    const owner = await arrive({ sub: 'victim', email: 'victim@acme.example', email_verified: true });
    assert.equal(owner.arrived.status, 403);
    assert.equal(codeOf(owner.arrived), 'admission.account_unproven');
  });

  it('nor one whose person took a free address later without proving it', async () => {
    const first = await arrive({ sub: 'changer', email: 'changer@acme.example', email_verified: true });
    await codeFrom(first.agent, first.arrived);
    const changed = await arrive({ sub: 'changer', email: 'free@acme.example' });
    await codeFrom(changed.agent, changed.arrived);
    const owner = await arrive({ sub: 'free', email: 'free@acme.example', email_verified: true });
    assert.equal(codeOf(owner.arrived), 'admission.account_unproven');
  });

  it('an account that an administrator made is found by the proven address', async () => {
    const made = await acme.api.call('POST', '/api/v1/users', { email: 'dora@acme.example' });
    assert.equal(made.status, 201);
    const { agent, arrived, asked } = await arrive({ sub: 'dora', email: 'dora@acme.example', email_verified: true });
    const { json } = await redeem(acme, await codeFrom(agent, arrived), asked);
    assert.equal(claimsOf(String((json as { id_token: string }).id_token))['sub'], (made.json as { id: string }).id);
  });
});
