import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Agent } from '../kit/agent.ts';
import { openBrowser } from '../kit/browser/index.ts';
import { ADA, makeLink } from '../kit/local/index.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { openScene, type SamlConnection, type Scene, signInBySaml, type TestTenant } from '../kit/scene.ts';
import { lookAt, settle } from './kit/screens.ts';

/** A busy machine draws slowly. */
const PATIENCE = 60_000;

let scene: Scene;
let acme: TestTenant;
let saml: SamlConnection;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[] = [];

before(async () => {
  execFileSync(process.execPath, ['tools/console.mjs'], { stdio: 'ignore' });
  scene = await openScene();
  acme = await scene.addTenant('acme');
  saml = await acme.connectSaml(
    createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' }),
  );
  await signInBySaml(new Agent(), acme, saml);
  await signInBySaml(new Agent(), acme, saml, { to: { acsUrl: saml.acsUrl, spEntityId: 'https://elsewhere.example/' } });
  await acme.api.call('POST', '/api/v1/groups', { name: 'Engineers', description: 'Who build it' });
  browser = await openBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' });
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
});
after(async () => {
  await browser.close();
  await scene.close();
});

/** As somebody follows a link inside the console: no reload, so no new sign-in. */
async function go(path: string): Promise<void> {
  await page.evaluate(
    (to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    },
    `${new URL(acme.url).pathname}/console${path}`,
  );
  await settle(page);
}

describe('the console', () => {
  it('is entered by the first administrator through the set-up link, by clicking only', async () => {
    await page.goto(await makeLink(scene.operator, acme));
    await page.fill('input[name=email]', ADA.email);
    await page.fill('input[name=name]', ADA.name);
    await page.fill('input[name=password]', ADA.password);
    await page.fill('input[name=repeated]', ADA.password);
    await page.click('button[type=submit]');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    assert.equal(new URL(page.url()).pathname, `${new URL(acme.url).pathname}/console/`);
    assert.deepEqual(complaints, []);
  });

  const pages: [string, string][] = [
    ['/', 'Overview'],
    ['/identity-providers', 'Identity providers'],
    ['/identity-providers/new', 'Connect a provider'],
    ['/sign-ins', 'Sign-in log'],
    ['/domains', 'Domains'],
    ['/expiries', 'Expiries'],
    ['/users', 'Users'],
    ['/groups', 'Groups'],
    ['/roles', 'Roles'],
    ['/applications', 'Applications'],
    ['/audit', 'Audit log'],
    ['/settings', 'Settings'],
    ['/nowhere', 'There is nothing at this address'],
  ];
  for (const [path, heading] of pages) {
    it(`${path} in both themes and on a telephone: drawn, without a word in the browser's console, and axe-core finds nothing`, async () => {
      complaints = [];
      await go(path);
      await page.getByRole('heading', { name: heading }).first().waitFor();
      await lookAt(page, path.slice(1).replaceAll('/', '-') || 'overview');
      assert.deepEqual(complaints, []);
    });
  }

  it('the chart of sign-ins is one stop for the tab key, arrows go from day to day, and a table says the same', async () => {
    await go('/');
    const bars = page.getByRole('group', { name: 'Sign-ins by day' }).getByRole('link');
    await bars.first().waitFor();
    assert.deepEqual([await bars.count(), await bars.and(page.locator('[tabindex="0"]')).count()], [7, 1]);
    await bars.last().focus();
    assert.match((await bars.last().getAttribute('aria-label')) ?? '', /: \d+ signed in, \d+ refused$/);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await bars.nth(5).evaluate((bar) => bar === bar.ownerDocument.activeElement), true);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Sign-in log' }).waitFor();
    assert.match(new URL(page.url()).search, /from=.+until=/);
    await go('/');
    await page.getByRole('button', { name: 'Show as table' }).click();
    assert.equal(await page.getByRole('table', { name: 'Sign-ins by day' }).locator('tbody tr').count(), 7);
    await lookAt(page, 'overview-table');
  });

  it('finds by the log why somebody could not get in, and what to do', async () => {
    await go('/sign-ins?outcome=refused');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'What happened' }).waitFor();
    const told = await page.locator('main').innerText();
    assert.match(told, /saml\.audience_mismatch/);
    assert.match(told, /elsewhere\.example/);
    await lookAt(page, 'sign-in-refused');
  });

  it('goes anywhere by keyboard', async () => {
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Where to?').fill('certificate');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Expiries' }).waitFor();
  });

  it('its page allows scripts and styles of ours alone, and no frame around it', async () => {
    const answer = await fetch(`${acme.url}/console/identity-providers`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    const again = await fetch(`${acme.url}/console/`);
    assert.notEqual(again.headers.get('content-security-policy'), policy, 'a nonce is used once');
  });

  it('asks for less than 250 kB at first', async () => {
    const first = await context.newPage();
    const sizes = new Map<string, number>();
    first.on('response', (response) => {
      if (response.url().includes('/console/assets/')) sizes.set(response.url(), Number(response.headers()['content-length']));
    });
    await first.goto(`${acme.url}/console/`);
    await first.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    assert.ok(bytes > 100_000 && bytes < 250_000, `${bytes} bytes`);
    await first.close();
  });

  it('signing out ends the session, and the console asks to sign in again', async () => {
    const leaving = page.waitForRequest(/\/oauth\/end-session/);
    const asking = page.waitForRequest(/idp\.acme\.example/);
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await leaving;
    // The session is over: the console sends to sign in, and the only provider there is takes it from there.
    await asking;
  });
});
