import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf } from '../kit/agent.ts';
import type { IdpClient, OidcIdp } from '../kit/oidc/index.ts';
import {
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestTenant,
} from '../kit/scene.ts';

const passphrase = 'correct horse battery staple';

let scene: Scene;
let idp: OidcIdp;
let acme: TestTenant;
before(async () => {
  scene = await openScene();
  idp = await scene.startOidcIdp();
  acme = await scene.addTenant('acme');
  await acme.connectOidc(idp, { slug: 'okta' });
});
after(() => scene.close());

function clientAtProvider(): IdpClient {
  const [client] = idp.clients.values();
  assert.ok(client);
  return client;
}

/** The provider of that slug in a tenant, as the journeys know it. */
async function connectionIn(tenant: TestTenant): Promise<OidcConnection> {
  const { json } = await tenant.api.call('GET', '/api/v1/identity-providers');
  const [document] = json.items;
  assert.ok(document);
  const change = async (patch: object): Promise<void> => {
    const path = `/api/v1/identity-providers/${document.id}?override=a+test+says+so`;
    assert.equal((await tenant.api.call('PATCH', path, patch)).status, 200);
  };
  return { id: document.id, slug: document.slug, document, change, idp, callbackUrl: document.oidc.redirectUri };
}

async function signsIn(tenant: TestTenant): Promise<void> {
  const agent = new Agent();
  // The provider's administrator adds the new tenant's redirect URI.
  clientAtProvider().redirectUris.push(`${tenant.url}/sso/okta/callback`);
  const { arrived, asked } = await signInByOidc(agent, tenant, await connectionIn(tenant));
  const { json } = await redeem(tenant, await codeFrom(agent, arrived), asked);
  assert.equal(claimsOf(json.id_token)['idp'], 'okta');
}

async function exported(path: string): Promise<unknown> {
  const { status, json } = await acme.api.call<unknown>('POST', path, { passphrase });
  assert.equal(status, 200);
  return json;
}

describe('A provider that was exported here', () => {
  it('signs people in there, with the secret that came along', async () => {
    const globex = await scene.addTenant('globex');
    const { id } = await connectionIn(acme);
    const document = await exported(`/api/v1/identity-providers/${id}/export`);
    const made = await globex.api.call('POST', '/api/v1/identity-providers/import', { document, passphrase });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    await signsIn(globex);
  });

  it('signs nobody in without its secret, and everybody when it is given', async () => {
    const initech = await scene.addTenant('initech');
    const { json } = await acme.api.call<object>('GET', `/api/v1/identity-providers/${(await connectionIn(acme)).id}/export`);
    const made = await initech.api.call('POST', '/api/v1/identity-providers/import', json);
    assert.deepEqual([made.status, made.json['missing']], [201, ['/oidc/clientSecret']]);
    const visit = await new Agent().get(`${initech.url}/sso/okta/start`);
    assert.deepEqual([visit.status, codeOf(visit)], [409, 'upstream.secret_missing']);
    await (await connectionIn(initech)).change({ oidc: { clientSecret: clientAtProvider().secret } });
    await signsIn(initech);
  });

  it('signs people in where the whole tenant was applied', async () => {
    const hooli = await scene.addTenant('hooli');
    const document = (await exported('/api/v1/export')) as { tenant: { domains?: unknown } };
    const taken = await hooli.api.call('POST', '/api/v1/apply', { document, passphrase });
    assert.deepEqual([taken.status, taken.json.errors.map(({ code }) => code)], [422, ['tenants.domain_taken']]);
    await acme.api.call('DELETE', '/api/v1/domains/acme.example');
    const done = await hooli.api.call('POST', '/api/v1/apply', { document, passphrase });
    assert.deepEqual([done.status, done.json['applied']], [200, true], JSON.stringify(done.json));
    await signsIn(hooli);
  });
});
