import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import {
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestTenant,
  tokensFor,
} from '../../kit/scene.ts';

let scene: Scene;
let acme: TestTenant;
let mallory: OidcIdp;
beforeEach(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  mallory = await scene.startOidcIdp();
});
afterEach(() => scene.close());

const sentTo = (idp: OidcIdp): number =>
  idp.requests.filter(({ endpoint, fields }) => endpoint === 'token' && fields.get('grant_type') === 'refresh_token').length;

/** Somebody signs in at the genuine provider, the connection is changed, and an hour later their application refreshes. */
async function refreshAfter(slug: string, change: (connection: OidcConnection) => Promise<unknown>): Promise<OidcIdp> {
  const genuine = await scene.startOidcIdp();
  const connection = await acme.connectOidc(genuine, { slug, name: slug });
  const agent = new Agent();
  const { arrived, asked } = await signInByOidc(agent, acme, connection);
  const { json } = await redeem(acme, await codeFrom(agent, arrived), asked);
  await change(connection);
  scene.gateway.advance(61 * 60);
  const refreshed = await tokensFor(acme, acme.application, { grant_type: 'refresh_token', refresh_token: json.refresh_token });
  assert.equal(refreshed.status, 200, JSON.stringify(refreshed.json));
  await scene.gateway.composition.settled();
  return genuine;
}

describe('a refresh token goes to the provider that gave it, and to nobody else (RFC 6749 §10.4)', () => {
  it('the control: unchanged, the provider is asked whether the person is still there', async () => {
    assert.equal(sentTo(await refreshAfter('unchanged', async () => {})), 1);
  });

  // The secret is given anew, as for each change of that host: whoever changes it has none of the old one.
  const elsewhere = () => ({ oidc: { tokenEndpoint: `${mallory.issuer}/token`, clientSecret: 'of our own' } });

  it('not after the token endpoint was changed by an override', async () => {
    const genuine = await refreshAfter('overridden', (connection) => connection.change(elsewhere()));
    assert.deepEqual([sentTo(mallory), sentTo(genuine)], [0, 0]);
  });

  it('not after a staged revision with another token endpoint was activated', async () => {
    await refreshAfter('activated', async ({ id }) => {
      const path = `/api/v1/identity-providers/${id}`;
      const { status, json } = await acme.api.call('PATCH', path, elsewhere());
      assert.equal(status, 202, JSON.stringify(json));
      const { revision } = json['staged'] as { revision: number };
      const activated = await acme.api.call('POST', `${path}/revisions/${revision}/activate`, { override: 'an attack' });
      assert.equal(activated.status, 200, JSON.stringify(activated.json));
    });
    assert.equal(sentTo(mallory), 0);
  });
});
