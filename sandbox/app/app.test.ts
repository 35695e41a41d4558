import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { choosePerson } from '../forms.ts';
import type { OidcClient } from '../idp/config.ts';
import { type RunningIdp, startIdp } from '../idp/server.ts';
import { PEOPLE } from '../people.ts';
import { type RunningApp, startApp } from './server.ts';

const CARLA = PEOPLE[2]!;

let idp: RunningIdp;
let app: RunningApp;
let dataFolder: string;

before(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'sandbox-app-'));
  const oidcClients: OidcClient[] = [];
  idp = await startIdp({ host: '127.0.0.1', port: 0, dataFolder, oidcClients, serviceProviders: [] });
  // The provider stands in for the gateway: to the application both are an OpenID Provider.
  const registration = { clientId: 'sample', clientSecret: 'sample secret' };
  const buttons = [
    { text: 'Sign in with OIDC', idp: 'sandbox-oidc' },
    { text: 'Sign in with SAML', idp: 'sandbox-saml' },
  ];
  app = await startApp({ issuer: idp.url, ...registration, host: '127.0.0.1', port: 0, buttons });
  oidcClients.push({ ...registration, redirectUris: [`${app.url}/callback`], postLogoutRedirectUris: [`${app.url}/signed-out`] });
});
after(async () => {
  await app.close();
  await idp.close();
  await rm(dataFolder, { recursive: true });
});

/** A browser as far as the application can tell: one cookie, no redirects followed by itself. */
function createBrowser() {
  let cookie = '';
  const send = async (url: string | URL, init: { method?: string; headers?: Record<string, string> } = {}): Promise<Response> => {
    const response = await fetch(new URL(url, app.url), { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return response;
  };
  return {
    send,
    get cookie() {
      return cookie;
    },
    post: (path: string, origin = app.url) =>
      send(path, { method: 'POST', headers: { origin, 'content-type': 'application/x-www-form-urlencoded' } }),
    async signIn(personId = CARLA.id): Promise<string> {
      const begun = await send('/sign-in?idp=sandbox-oidc');
      return (await choosePerson({ url: begun.headers.get('location')! }, personId)).headers.get('location')!;
    },
  };
}

describe('the sample application', () => {
  test('offers a button a provider, and one without a hint', async () => {
    const page = await (await createBrowser().send('/')).text();
    assert.deepEqual(
      [...page.matchAll(/href="(\/sign-in[^"]*)"/g)].map((link) => link[1]),
      ['/sign-in?idp=sandbox-oidc', '/sign-in?idp=sandbox-saml', '/sign-in'],
    );
  });

  test('asks with code, PKCE, state, nonce, a refresh token in mind, and the hint', async () => {
    const begun = await createBrowser().send('/sign-in?idp=sandbox-saml');
    const sent = new URL(begun.headers.get('location')!).searchParams;
    assert.equal(sent.get('idp'), 'sandbox-saml');
    assert.equal(sent.get('code_challenge_method'), 'S256');
    assert.ok(sent.get('scope')!.split(' ').includes('offline_access'));
    assert.ok(sent.get('state') && sent.get('nonce'));
    const plain = await createBrowser().send('/sign-in');
    assert.equal(new URL(plain.headers.get('location')!).searchParams.has('idp'), false);
  });

  test('shows the claims of ID token and userinfo, under a new session id', async () => {
    const browser = createBrowser();
    const callback = await browser.signIn();
    const before = browser.cookie;
    assert.equal((await browser.send(callback)).headers.get('location'), '/');
    assert.notEqual(browser.cookie, before);
    const page = await (await browser.send('/')).text();
    const json = /<pre id="claims">([\s\S]*?)<\/pre>/.exec(page)![1]!.replaceAll('&quot;', '"');
    const claims = JSON.parse(json) as { idToken: Record<string, unknown>; userinfo: Record<string, unknown> };
    for (const told of [claims.idToken, claims.userinfo]) {
      assert.partialDeepStrictEqual(told, {
        sub: CARLA.id,
        email: CARLA.email,
        groups: [...CARLA.groups],
        roles: [...CARLA.roles],
      });
    }
  });

  test('refreshes with the newest refresh token each time', async () => {
    const browser = createBrowser();
    await browser.send(await browser.signIn());
    for (const words of ['used once', 'used 2 times']) {
      assert.equal((await browser.post('/refresh')).headers.get('location'), '/');
      assert.match(await (await browser.send('/')).text(), new RegExp(words));
    }
  });

  test('signs out here and at the provider', async () => {
    const browser = createBrowser();
    await browser.send(await browser.signIn());
    const out = await browser.post('/sign-out');
    const back = await fetch(out.headers.get('location')!, { redirect: 'manual' });
    assert.equal(back.headers.get('location'), `${app.url}/signed-out`);
    assert.match(await (await browser.send('/')).text(), /href="\/sign-in"/);
  });

  test('a callback is good in the browser that began it, once', async () => {
    const browser = createBrowser();
    const callback = await browser.signIn();
    assert.equal((await createBrowser().send(callback)).status, 400);
    assert.equal((await browser.send(callback)).status, 303);
    assert.equal((await browser.send(callback)).status, 400);
  });

  test('a cancelled sign-in is told with its code', async () => {
    const browser = createBrowser();
    const page = await browser.send(await browser.signIn(''));
    assert.equal(page.status, 400);
    assert.match(await page.text(), /<code>access_denied<\/code>/);
  });

  test('forms of other origins do nothing', async () => {
    const browser = createBrowser();
    await browser.send(await browser.signIn());
    assert.equal((await browser.post('/sign-out', idp.url)).status, 403);
    assert.equal((await browser.post('/refresh', 'null')).status, 403);
    assert.match(await (await browser.send('/')).text(), /Hello, Carla Reyes/);
  });

  test('pages forbid script', async () => {
    const policy = (await createBrowser().send('/')).headers.get('content-security-policy')!;
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /script-src|unsafe/);
  });
});
