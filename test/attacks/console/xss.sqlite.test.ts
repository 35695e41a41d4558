import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../kit/browser/index.ts';
import { createSamlIdp } from '../../kit/saml/idp.ts';
import { statusXml } from '../../kit/saml/templates.ts';
import {
  authorizationRequest,
  type OidcConnection,
  openScene,
  readSamlRequest,
  type SamlConnection,
  type Scene,
  samlResponse,
  type TestTenant,
} from '../../kit/scene.ts';
import { checkInert, enterConsole, follow, foreignParts, openWatched, type Watched } from './watched.ts';

const HOSTILE = '"><img src=x onerror=xss()><script>xss()</script>';
const FORMULA = '=HYPERLINK("https://evil.example/","open")';

let scene: Scene;
let acme: TestTenant;
let saml: SamlConnection;
let oidc: OidcConnection;
let theirs: Server;
let browser: Browser;
let admin: Watched;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  theirs = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<p>a provider</p>'));
  await new Promise<void>((resolve) => theirs.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(theirs.address() as AddressInfo).port}`;
  saml = await acme.connectSaml(createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: `${at}/sso` }), {
    name: `${HOSTILE} SAML`.slice(0, 80),
    branding: { buttonText: `${HOSTILE} SAML`.slice(0, 80) },
  });
  oidc = await acme.connectOidc(await scene.startOidcIdp(), { name: HOSTILE, branding: { buttonText: HOSTILE } });
  await oidc.change({ oidc: { authorizationEndpoint: `${at}/authorize` } });
  browser = await openBrowser();
  admin = await openWatched(browser);
  await enterConsole(admin, scene, acme);
});
after(async () => {
  await browser.close();
  await scene.close();
  theirs.close();
});

/** The request that a provider gets; what answers there is a page that does nothing. */
async function goToProvider(person: Watched, slug: string): Promise<URL> {
  await person.page.goto(`${acme.url}/sso/${slug}/start`);
  return new URL(person.page.url());
}

describe('The judge', () => {
  it('hears whatever runs, and sees what became a part of a page: the control', async () => {
    const nobody = await openWatched(browser);
    await nobody.page.setContent(`<title>a page without a policy</title><p title="${HOSTILE}">`);
    await nobody.page.waitForFunction(() => document.images.length > 0);
    assert.notDeepEqual(await foreignParts(nobody.page), []);
    await nobody.page.evaluate(() => (globalThis as unknown as { xss(): void }).xss());
    assert.ok(nobody.alarms.length > 0);
    await nobody.context.close();
  });

  it('the console and the sign-in page stop a script that would have got in', async () => {
    const nobody = await openWatched(browser);
    await nobody.page.goto(`${acme.url}/sign-in`);
    for (const { page, alarms } of [nobody, admin]) {
      const stopped = page.evaluate(
        () =>
          new Promise<string>((resolve) => {
            const script = Object.assign(document.createElement('script'), { textContent: 'xss("it ran")' });
            addEventListener('securitypolicyviolation', ({ violatedDirective }) => resolve(violatedDirective), { once: true });
            document.body.append(script);
            script.remove();
          }),
      );
      assert.match(await stopped, /^script-src/);
      assert.ok(!alarms.splice(0).includes('it ran'));
    }
    await nobody.context.close();
  });
});

describe('What comes with a request or an answer is text in a browser (T66)', () => {
  it('error and error_description of a provider, to the person and in the sign-in log', async () => {
    const person = await openWatched(browser);
    const asked = await goToProvider(person, oidc.slug);
    const answer = new URLSearchParams({
      error: 'access_denied',
      error_description: HOSTILE,
      state: asked.searchParams.get('state') ?? '',
      iss: oidc.idp.issuer,
    });
    await person.page.goto(`${oidc.callbackUrl}?${answer}`);
    await person.page.getByText('oidc.access_denied').waitFor();
    await checkInert(person);
    await person.context.close();
    await follow(admin.page, acme, '/sign-ins?code=oidc.access_denied');
    await admin.page.locator('tbody a').first().click();
    await admin.page.getByRole('heading', { name: 'What happened' }).waitFor();
    await checkInert(admin, HOSTILE);
  });

  it('StatusMessage and RelayState, to the person and in the sign-in log', async () => {
    const person = await openWatched(browser);
    const asked = await goToProvider(person, saml.slug);
    const { id } = readSamlRequest(saml, { location: asked.href } as never);
    const status = statusXml('urn:oasis:names:tc:SAML:2.0:status:Responder', undefined, HOSTILE.replaceAll('<', '&lt;'));
    const post = async (fields: Record<string, string>): Promise<void> => {
      await person.page.evaluate(
        ({ action, named }) => {
          const form = Object.assign(document.createElement('form'), { method: 'post', action });
          for (const [name, value] of Object.entries(named))
            form.append(Object.assign(document.createElement('input'), { name, value }));
          document.body.append(form);
          form.submit();
        },
        { action: saml.acsUrl, named: fields },
      );
      await person.page.waitForURL((url) => url.origin === new URL(acme.url).origin);
      await person.page.waitForLoadState('networkidle');
    };
    const relayState = asked.searchParams.get('RelayState') ?? '';
    await post({ SAMLResponse: samlResponse(saml, id, { status }), RelayState: relayState });
    await person.page.getByText('saml.status_not_success').waitFor();
    await checkInert(person);
    await goToProvider(person, saml.slug);
    await post({ SAMLResponse: samlResponse(saml, id), RelayState: HOSTILE });
    await checkInert(person);
    await person.context.close();
    await follow(admin.page, acme, '/sign-ins?code=saml.status_not_success');
    await admin.page.locator('tbody a').first().click();
    await admin.page.getByRole('heading', { name: 'What happened' }).waitFor();
    await checkInert(admin, HOSTILE.slice(0, 30));
  });

  const hint = encodeURIComponent(HOSTILE);
  const addresses: Record<string, () => string> = {
    'login_hint of an application': () =>
      authorizationRequest(acme, acme.application, { login_hint: HOSTILE, prompt: 'login' }).url,
    'a redirect_uri that nobody registered': () =>
      authorizationRequest(acme, acme.application, { redirect_uri: `https://evil.example/${HOSTILE}` }).url,
    'an address to return to': () => `${acme.url}/sign-in?return_to=${hint}&client_id=${hint}`,
    'a tenant of that name': () => `${scene.gateway.serverUrl}/t/${hint}/sign-in`,
    'a provider of that name': () => `${acme.url}/sso/${hint}/start`,
    'a set-up link': () => `${acme.url}/setup/${hint}`,
  };
  for (const [what, address] of Object.entries(addresses)) {
    it(`${what}, in the address`, async () => {
      const person = await openWatched(browser);
      await person.page.route(/^https:\/\/(?!localhost)/, (route) => route.abort());
      await person.page.goto(address()).catch(() => undefined);
      await checkInert(person);
      await person.context.close();
    });
  }

  for (const path of [
    `/sign-ins?person=${hint}`,
    `/sign-ins?code=${hint}`,
    `/audit?action=${hint}`,
    `/identity-providers/new?step=there&preset=generic-oidc&kind=oidc&name=${hint}&slug=evil`,
    `/identity-providers/new?step=here&preset=generic-saml&kind=saml&name=${hint}&slug=evil&metadataUrl=${hint}`,
    `/identity-providers/${hint}`,
    `/sign-ins/${hint}`,
    `/users/${hint}`,
    `/${hint}`,
  ]) {
    it(`the address of a page of the console: ${decodeURIComponent(path).slice(0, 48)} …`, async () => {
      await follow(admin.page, acme, path);
      await checkInert(admin);
    });
  }
});

describe('What is kept under a hostile name is text on every page (T164)', () => {
  let userId = '';
  let applicationId = '';

  before(async () => {
    const made = async (path: string, document: object): Promise<string> => {
      const { status, json } = await acme.api.call('POST', `/api/v1/${path}`, document);
      assert.equal(status, 201, `${path}: ${JSON.stringify(json)}`);
      return json.id;
    };
    await made('groups', { name: HOSTILE, description: HOSTILE });
    await made('groups', { name: FORMULA });
    await made('roles', { name: HOSTILE, description: HOSTILE, permissions: [] });
    userId = await made('users', {
      email: 'mallory@acme.example',
      firstName: HOSTILE,
      lastName: HOSTILE,
      custom: { costCentre: HOSTILE },
      groups: [HOSTILE],
    });
    applicationId = await made('applications', {
      name: HOSTILE,
      kind: 'public',
      redirectUris: ['http://127.0.0.1:9/callback'],
    });
    const renamed = await scene.operator.call('PATCH', '/api/v1/tenants/acme', { displayName: HOSTILE });
    assert.equal(renamed.status, 200);
    await oidc.change({
      groupMappings: [{ external: HOSTILE, label: HOSTILE, group: HOSTILE }],
      claims: { custom: { costCentre: HOSTILE } },
    });
  });

  it('a picture that holds a program is refused as a logo', async () => {
    const picture = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="xss()"/>').toString('base64');
    const { status, json } = await acme.api.call('PATCH', `/api/v1/identity-providers/${oidc.id}`, {
      branding: { buttonImage: `data:image/svg+xml;base64,${picture}` },
    });
    assert.deepEqual([status, json.errors.map(({ pointer }) => pointer)], [422, ['/branding/buttonImage']]);
  });

  const pages: Record<string, () => string> = {
    overview: () => '/',
    'identity providers': () => '/identity-providers',
    'the overview of a provider': () => `/identity-providers/${oidc.id}`,
    'the settings of a provider': () => `/identity-providers/${oidc.id}/settings`,
    'what is verified of a provider': () => `/identity-providers/${oidc.id}/verify`,
    'changes of a provider': () => `/identity-providers/${oidc.id}/changes`,
    'a change of a provider': () => `/identity-providers/${oidc.id}/changes?revision=2`,
    'keys of a provider': () => `/identity-providers/${oidc.id}/keys`,
    'groups seen of a provider': () => `/identity-providers/${oidc.id}/groups`,
    'export of a provider': () => `/identity-providers/${oidc.id}/export`,
    users: () => '/users',
    'a user': () => `/users/${userId}`,
    groups: () => '/groups',
    roles: () => '/roles',
    applications: () => '/applications',
    'an application': () => `/applications/${applicationId}`,
    'the sign-in log': () => '/sign-ins',
    'the audit log': () => '/audit',
    expiries: () => '/expiries',
    settings: () => '/settings',
  };
  for (const [what, path] of Object.entries(pages)) {
    it(`${what}`, async () => {
      await follow(admin.page, acme, path());
      await admin.page.getByRole('heading', { level: 1 }).waitFor();
      await checkInert(admin);
    });
  }

  it('is shown whole where it is a name: the control', async () => {
    await follow(admin.page, acme, '/groups');
    await checkInert(admin, HOSTILE);
    await follow(admin.page, acme, `/users/${userId}`);
    await checkInert(admin, HOSTILE);
  });

  it('on the page where people sign in', async () => {
    const person = await openWatched(browser);
    await person.page.goto(`${acme.url}/sign-in`);
    await checkInert(person, HOSTILE);
    await person.context.close();
  });

  it('a spreadsheet of the audit log has no cell that is a formula', async () => {
    await follow(admin.page, acme, '/audit');
    await admin.page.getByRole('button', { name: 'Download' }).click();
    const [file] = await Promise.all([
      admin.page.waitForEvent('download'),
      admin.page.getByRole('menuitem', { name: 'CSV, for a spreadsheet' }).click(),
    ]);
    const text = await readFile(await file.path(), 'utf8');
    assert.ok(text.includes('HYPERLINK'), 'the name is in it: the control');
    for (const [, cell = ''] of text.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^",\r\n]*)/gm))
      assert.doesNotMatch(cell, /^"?[=+\-@]/, cell.slice(0, 80));
  });
});
