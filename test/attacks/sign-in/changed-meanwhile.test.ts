import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { type OidcConnection, openScene, REDIRECT_URI, type Scene, signInByOidc, type TestTenant } from '../../kit/scene.ts';

let scene: Scene;
let tenants = 0;
let acme: TestTenant;
let oidc: OidcConnection;
/** Done while the gateway waits for the provider's token endpoint. */
let meanwhile: () => Promise<{ status: number }>;

before(async () => {
  const fetch = createGuardedFetch({ allowPrivateNetwork: true });
  scene = await openScene({
    world: {
      async fetch(url, options) {
        const answer = await fetch(url, options);
        if (options?.method === 'POST') assert.ok((await meanwhile()).status < 300);
        return answer;
      },
    },
  });
});
after(() => scene.close());
beforeEach(async () => {
  acme = await scene.addTenant(`acme-${++tenants}`);
  oidc = await acme.connectOidc(await scene.startOidcIdp());
});

describe('what is changed while the provider is asked counts (T64)', () => {
  const path = (): string => `/api/v1/identity-providers/${oidc.id}`;

  it('the valid control: another name keeps nobody out', async () => {
    meanwhile = () => acme.api.call('PATCH', path(), { name: 'Another' });
    const { arrived } = await signInByOidc(new Agent(), acme, oidc);
    assert.ok(arrived.location?.startsWith(REDIRECT_URI), arrived.location);
  });

  const changes: [string, () => Promise<{ status: number }>, string][] = [
    ['switched off', () => acme.api.call('PATCH', path(), { enabled: false }), 'sign_in.connection_disabled'],
    [
      'no longer for signing in',
      () => acme.api.call('PATCH', `${path()}?override=test`, { authentication: { enabled: false } }),
      'sign_in.connection_disabled',
    ],
    [
      'another client',
      () => acme.api.call('PATCH', `${path()}?override=test`, { oidc: { clientId: 'another' } }),
      'sign_in.connection_changed',
    ],
    ['removed', removeProvider, 'sign_in.connection_unknown'],
    [
      'the tenant suspended',
      () => scene.operator.call('PATCH', `/api/v1/tenants/${acme.name}`, { status: 'suspended' }),
      'tenants.suspended',
    ],
  ];
  for (const [title, change, code] of changes) {
    it(`${title}: ${code}, and nobody is signed in`, async () => {
      meanwhile = change;
      const { arrived } = await signInByOidc(new Agent(), acme, oidc);
      assert.equal(codeOf(arrived), code);
      checkNoSession(arrived);
    });
  }

  async function removeProvider(): Promise<{ status: number }> {
    await acme.api.call('PATCH', path(), { enabled: false });
    return acme.api.call('DELETE', path());
  }
});

function checkNoSession({ headers, location }: Visit): void {
  assert.equal(location, undefined);
  assert.doesNotMatch(String(headers['set-cookie']), /session=/);
}
