import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../kit/browser/index.ts';
import { makeLink } from '../../kit/local/index.ts';
import { createSamlIdp } from '../../kit/saml/idp.ts';
import { openScene, type SamlConnection, type Scene, type TestTenant } from '../../kit/scene.ts';
import { enterConsole, follow, openWatched, type Watched } from './watched.ts';

const EVIL = 'evil.example';
/** Said by whoever stands in front, or by whoever pretends to. */
const FORWARDED = {
  'x-forwarded-host': EVIL,
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '1',
  forwarded: `host=${EVIL};proto=https;for=${EVIL}`,
};

let scene: Scene;
let acme: TestTenant;
let saml: SamlConnection;
let browser: Browser;
let admin: Watched;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  saml = await acme.connectSaml(
    createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' }),
  );
  // Whoever goes to that name comes to the gateway: the Host header is then what the attacker says.
  // A https address of theirs is as good as ours to a browser; without TLS it has to be told so.
  browser = await openBrowser([
    `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`,
    `--unsafely-treat-insecure-origin-as-secure=${new URL(evilUrl()).origin}`,
  ]);
  admin = await openWatched(browser, FORWARDED);
  await enterConsole(admin, scene, acme);
});
after(async () => {
  await browser.close();
  await scene.close();
});

const evilUrl = (): string => acme.url.replace('//localhost', `//${EVIL}`);

/** Addresses that a page names whole: where links lead, forms go, and what is shown to be copied. */
function addressesOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const named = [...document.querySelectorAll('[href], [action], [src], [content]')].flatMap((element) =>
      ['href', 'action', 'src', 'content'].map((name) => element.getAttribute(name) ?? ''),
    );
    return [...named, ...(document.body.innerText.match(/https?:\/\/[^\s"”]+/g) ?? [])].filter((text) => /^https?:/.test(text));
  });
}

async function namesNobodyElse(page: Page): Promise<void> {
  for (const address of await addressesOn(page)) assert.doesNotMatch(address, /evil\.example|:1\//, `${page.url()}: ${address}`);
}

describe('Whatever a request says its host is, what people see and follow is the tenant’s own (T121)', () => {
  it('the set-up link that was followed, and the console behind it, name our own address: the control', async () => {
    await follow(admin.page, acme, '/');
    assert.ok((await addressesOn(admin.page)).some((address) => address.startsWith(acme.url)));
    await namesNobodyElse(admin.page);
  });

  it('values to copy into the provider’s console', async () => {
    await follow(admin.page, acme, `/identity-providers/${saml.id}`);
    await admin.page.getByText(`${acme.url}/sso/${saml.slug}/acs`).waitFor();
    await namesNobodyElse(admin.page);
  });

  it('the guide of the wizard', async () => {
    await follow(admin.page, acme, '/identity-providers/new?step=there&preset=generic-oidc&kind=oidc&name=New&slug=new');
    await admin.page.getByText(`${acme.url}/sso/new/callback`).waitFor();
    await namesNobodyElse(admin.page);
  });

  for (const path of ['/sign-in', '/sign-in/done', '/sign-out', '/setup/nothing', '/nothing']) {
    it(`${path}, with forwarded headers and under another name`, async () => {
      const forwarded = await openWatched(browser, FORWARDED);
      await forwarded.page.goto(`${acme.url}${path}`);
      await namesNobodyElse(forwarded.page);
      await forwarded.context.close();
      const elsewhere = await openWatched(browser);
      await elsewhere.page.goto(`${evilUrl()}${path}`);
      await namesNobodyElse(elsewhere.page);
      await elsewhere.context.close();
    });
  }

  it('a set-up link leads to the tenant’s own address', async () => {
    const link = await makeLink(scene.operator, acme);
    assert.ok(link.startsWith(`${acme.url}/setup/`), link);
  });

  it('the console under another name signs nobody in: no code and no token goes there', async () => {
    const elsewhere = await openWatched(browser);
    const codes: string[] = [];
    elsewhere.page.on('request', (request) => {
      if (/[?&](?:code|access_token)=/.test(request.url()) || /grant_type=/.test(request.postData() ?? ''))
        codes.push(request.url());
    });
    await elsewhere.page.goto(`${evilUrl()}/console/`);
    await elsewhere.page.getByText('openid_provider.redirect_uri_unregistered').waitFor();
    assert.deepEqual(codes, []);
    await elsewhere.context.close();
  });

  it('the issuer and every endpoint stay as they are', async () => {
    const answer = await admin.page.evaluate(
      async (url) => (await fetch(url)).text(),
      `${acme.url}/.well-known/openid-configuration`,
    );
    const published = JSON.parse(answer) as Record<string, unknown>;
    assert.equal(published['issuer'], acme.url);
    assert.ok(!answer.includes(EVIL));
  });
});
