import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import { codeFrom, type OidcConnection, openScene, type Scene, signInByOidc, type TestTenant } from '../../kit/scene.ts';
import { isSignedIn } from '../oracles.ts';

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

async function person(): Promise<Agent> {
  const agent = new Agent();
  const { arrived } = await signInByOidc(agent, acme, oidc);
  await codeFrom(agent, arrived);
  return agent;
}

const leave = (agent: Agent, headers: Record<string, string> = {}): Promise<Visit> =>
  agent.post(`${acme.url}/sign-out`, { answer: 'yes' }, headers);

describe('where the provider sends people back to is ours, whatever a request says of hosts (T121)', () => {
  const forged: Record<string, Record<string, string>> = {
    Host: { host: 'evil.example' },
    'X-Forwarded-Host and X-Forwarded-Proto': { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    Forwarded: { forwarded: 'host=evil.example;proto=https' },
  };
  for (const [name, headers] of Object.entries(forged)) {
    it(name, async () => {
      const { location = '' } = await leave(await person(), headers);
      assert.doesNotMatch(location, /evil/);
      assert.equal(new URL(location).searchParams.get('post_logout_redirect_uri'), `${acme.url}/sso/oidc/signed-out`);
    });
  }
});

describe('no address that a page can load ends a session (T128)', () => {
  const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors', accept: 'image/*' };
  it('the way back, our page, and the addresses of single logout', async () => {
    const agent = await person();
    const state = 'x'.repeat(43);
    for (const path of [
      '/sign-out',
      '/sign-out/done',
      '/sso/oidc/signed-out',
      `/sso/oidc/signed-out?state=${state}`,
      '/sso/oidc/slo',
      `/sso/oidc/slo?SAMLRequest=x&RelayState=${state}`,
      '/sso/oidc/backchannel-logout?logout_token=x',
    ]) {
      await agent.get(`${acme.url}${path}`, image);
      assert.equal(await isSignedIn({ tenant: acme, agent }), true, path);
    }
  });
  it('nor does a form of another site', async () => {
    const agent = await person();
    const visit = await leave(agent, { 'sec-fetch-site': 'cross-site' });
    assert.equal(visit.status, 403);
    assert.equal(await isSignedIn({ tenant: acme, agent }), true);
  });
});

describe('the provider cannot send people anywhere but back (T128)', () => {
  it('what it adds to the way back changes nothing of where that leads', async () => {
    const agent = await person();
    const state = new URL((await leave(agent)).location ?? '').searchParams.get('state') ?? '';
    const more = new URLSearchParams({
      state,
      post_logout_redirect_uri: 'https://evil.example/',
      target: 'https://evil.example/',
      at: '//evil',
    });
    const visit = await agent.get(`${acme.url}/sso/oidc/signed-out?${more}`);
    assert.equal(visit.location, `${acme.url}/sign-out/done`);
  });
  it('of a provider that there is not, nothing comes back: logout.connection_unknown', async () => {
    const agent = await person();
    for (const path of ['signed-out?state=x', 'slo?SAMLResponse=x', 'slo?SAMLRequest=x']) {
      const visit = await agent.get(`${acme.url}/sso/nobody/${path}`);
      assert.deepEqual([visit.status, codeOf(visit), visit.location], [404, 'logout.connection_unknown', undefined]);
    }
    assert.equal(await isSignedIn({ tenant: acme, agent }), true);
  });
  it('a name on our page is that of a provider of the tenant', async () => {
    const agent = new Agent();
    for (const at of ['<script>alert(1)</script>', 'nobody', 'https://evil.example', '%00', 'x'.repeat(5000)]) {
      const visit = await agent.get(`${acme.url}/sign-out/done?at=${encodeURIComponent(at)}`);
      assert.equal(visit.status, 200);
      assert.doesNotMatch(visit.body, /alert|evil|nobody|still be signed in/);
    }
    await acme.connectOidc(idp, { slug: 'off', name: 'Switched off', enabled: false });
    assert.doesNotMatch((await agent.get(`${acme.url}/sign-out/done?at=off`)).body, /Switched off|still be signed in/);
    assert.match((await agent.get(`${acme.url}/sign-out/done?at=oidc`)).body, /may still be signed in at Acme OIDC/);
    assert.equal((await agent.get(`${acme.url}/sign-out/done?at=oidc&at=x`)).status, 200);
  });
});
