import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Agent, codeOf } from '../kit/agent.ts';
import {
  claimsOf,
  goToProvider,
  type OidcConnection,
  openScene,
  REDIRECT_URI,
  redeem,
  type Scene,
  type TestTenant,
} from '../kit/scene.ts';

let scene: Scene;
let acme: TestTenant;
let oidc: OidcConnection;
let agent: Agent;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  oidc = await acme.connectOidc(await scene.startOidcIdp());
});
after(() => scene.close());
beforeEach(() => {
  agent = new Agent();
});

describe('the provider’s answer leads to the application at once', () => {
  it('with a code that is worth tokens, in the session that has just opened', async () => {
    const { asked, arrived } = await signIn();
    const address = new URL(arrived.location ?? '');
    assert.equal(`${address.origin}${address.pathname}`, REDIRECT_URI);
    assert.deepEqual([address.searchParams.get('state'), address.searchParams.get('iss')], [asked.state, acme.url]);
    const { status, json } = await redeem(acme, address.searchParams.get('code') ?? '', asked);
    assert.equal(status, 200);
    const { sid, nonce, idp } = claimsOf(json.id_token);
    assert.match(sid, /^ses_/);
    assert.deepEqual([nonce, idp], [asked.nonce, oidc.slug]);
  });

  it('and the browser has that session: a second application needs no sign-in', async () => {
    await signIn();
    const other = await acme.addApplication({ name: 'Other' });
    const { sent } = await goToProvider(agent, { ...acme, application: other }, oidc, { idp: '' });
    assert.ok(sent.location?.startsWith(REDIRECT_URI), sent.location);
  });

  it('unless there is more to the request, which is then asked again', async () => {
    const { arrived } = await signIn({ ui_locales: 'de' });
    assert.ok(arrived.location?.startsWith(`${acme.url}/oauth/authorize?`), arrived.location);
    const end = await agent.follow(arrived, (url) => url.startsWith(REDIRECT_URI));
    assert.ok(end.location?.includes('code='));
  });
});

describe('what was right when the sign-in began is judged again when it ends', () => {
  const changes: [string, Record<string, unknown>, string][] = [
    ['an application that was switched off meanwhile', { enabled: false }, 'openid_provider.application_unknown'],
    [
      'a redirect URI that was removed meanwhile',
      { redirectUris: ['https://elsewhere.example/'] },
      'openid_provider.redirect_uri_unregistered',
    ],
  ];
  for (const [title, patch, code] of changes) {
    it(`${title} gets no code: ${code}`, async () => {
      const application = await acme.addApplication({ name: 'Fleeting' });
      const { arrived } = await signIn({}, { ...acme, application }, async () => {
        await acme.api.call('PATCH', `/api/v1/applications/${application.id}`, patch);
      });
      assert.ok(arrived.location?.startsWith(`${acme.url}/oauth/authorize?`), arrived.location);
      assert.equal(codeOf(await agent.get(arrived.location ?? '')), code);
    });
  }

  it('a consent that is needed since then is asked for', async () => {
    const application = await acme.addApplication({ name: 'Strange' });
    const { arrived } = await signIn({}, { ...acme, application }, async () => {
      await acme.api.call('PATCH', `/api/v1/applications/${application.id}`, { firstParty: false });
    });
    const page = await agent.follow(arrived);
    assert.equal(page.status, 200);
    assert.match(page.body, /oauth\/interaction\//);
  });
});

async function signIn(more: Record<string, string> = {}, tenant = acme, meanwhile: () => Promise<void> = async () => {}) {
  const { sent, asked } = await goToProvider(agent, tenant, oidc, more);
  const fields = await oidc.idp.authorize(sent.location ?? '');
  await meanwhile();
  return { asked, arrived: await agent.get(`${oidc.callbackUrl}?${new URLSearchParams(fields)}`) };
}
