import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Agent } from '../kit/agent.ts';
import { openBrowser } from '../kit/browser/index.ts';
import { ADA, makeLink } from '../kit/local/index.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { openScene, type SamlConnection, type Scene, signInBySaml, type TestTenant } from '../kit/scene.ts';

/** Pictures of every page, to be looked at; never committed. */
const SCREENS = 'artifacts/screens';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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
  mkdirSync(SCREENS, { recursive: true });
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

async function violations(): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    // biome-ignore format: what axe leaves on the page has no types
    const { axe } = globalThis as unknown as { axe: { run(of: unknown, how: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const found = await axe.run(globalThis.document, { runOnly: tags });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}

/** As somebody follows a link inside the console: no reload, so no new sign-in. */
async function go(path: string): Promise<void> {
  await page.evaluate(
    (to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    },
    `${new URL(acme.url).pathname}/console${path}`,
  );
  await page.waitForLoadState('networkidle');
  await page.locator('[role=status][aria-busy=true]').waitFor({ state: 'detached' });
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
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [path, heading] of pages) {
      it(`${path} in the ${colorScheme} theme: drawn, without a word in the browser's console, and axe-core finds nothing`, async () => {
        complaints = [];
        await page.emulateMedia({ colorScheme });
        await go(path);
        await page.getByRole('heading', { name: heading }).first().waitFor();
        await page.screenshot({
          path: `${SCREENS}/${path.slice(1).replaceAll('/', '-') || 'overview'}-${colorScheme}.png`,
          fullPage: true,
        });
        assert.deepEqual(await violations(), []);
        assert.deepEqual(complaints, []);
      });
    }
  }

  it('on a telephone nothing is wider than the screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [path] of pages) {
      await go(path);
      // The frame moves to its new width; what is drawn then is judged.
      const fits = page.waitForFunction(() => globalThis.document.documentElement.scrollWidth <= 390, undefined, {
        timeout: 10_000,
      });
      await fits.catch(() => assert.fail(`${path} is wider than the screen`));
      await page.screenshot({ path: `${SCREENS}/${path.slice(1).replaceAll('/', '-') || 'overview'}-phone.png` });
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('finds by the log why somebody could not get in, and what to do', async () => {
    await go('/sign-ins?outcome=refused');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'What happened' }).waitFor();
    const told = await page.locator('main').innerText();
    assert.match(told, /saml\.audience_mismatch/);
    assert.match(told, /elsewhere\.example/);
    assert.deepEqual(await violations(), []);
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
