import assert from 'node:assert/strict';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ADA, makeLink } from '../../kit/local/index.ts';
import type { Scene, TestTenant } from '../../kit/scene.ts';

const PATIENCE = 60_000;

/** A browser that says what ran in it that should not. */
export interface Watched {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Calls of `xss()`, dialogs, and what the page's policy had to stop. */
  readonly alarms: string[];
}

/** Somebody's browser. Whatever runs as a program calls `xss()`, and that is heard, whichever page it stands on. */
export async function openWatched(browser: Browser, headers: Record<string, string> = {}): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en-GB', extraHTTPHeaders: headers, acceptDownloads: true });
  context.setDefaultTimeout(PATIENCE);
  const alarms: string[] = [];
  await context.exposeFunction('xss', (by = 'a program') => alarms.push(String(by)));
  await context.addInitScript(() => {
    const alarm = (globalThis as unknown as { xss(by: string): void }).xss;
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      alarm(`stopped by the policy: ${violatedDirective} ${blockedURI}`),
    );
  });
  context.on('dialog', (dialog) => {
    alarms.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { context, page: await context.newPage(), alarms };
}

/** Makes the first administrator of a tenant and ends in its console. */
export async function enterConsole({ page }: Watched, scene: Scene, tenant: TestTenant): Promise<void> {
  await page.goto(await makeLink(scene.operator, tenant));
  await page.getByLabel('Email').fill(ADA.email);
  await page.getByLabel('Name').fill(ADA.name);
  await page.getByLabel('Password', { exact: true }).fill(ADA.password);
  await page.getByLabel('Password, once more').fill(ADA.password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

/** Follows a link of the console: no reload, so that its session stays. */
export async function follow(page: Page, tenant: TestTenant, path: string): Promise<void> {
  await page.evaluate(
    (to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    },
    `${new URL(tenant.url).pathname}/console${path}`,
  );
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('[role=status][aria-busy=true]') === null);
}

/** What of a text became a part of the page instead of being shown: elements, handlers, scripts. */
export function foreignParts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const ours = [...document.querySelectorAll('*')].filter((element) => {
      const names = element.getAttributeNames();
      const isHandler = names.some((name) => /^on/i.test(name));
      const isProgram = element.localName === 'script' && /xss/.test(element.textContent ?? '');
      const leads = ['href', 'src', 'action', 'formaction'].some((name) =>
        /^\s*(?:javascript|data:text)/i.test(element.getAttribute(name) ?? ''),
      );
      return isHandler || isProgram || leads || element.getAttribute('src') === 'x';
    });
    return ours.map((element) => element.outerHTML.slice(0, 200));
  });
}

/** The text is on the page, as text: nothing of it ran, and nothing of it is a part of the page. */
export async function checkInert({ page, alarms }: Watched, shown?: string): Promise<void> {
  if (shown !== undefined) await page.getByText(shown).first().waitFor();
  assert.deepEqual(await foreignParts(page), [], page.url());
  assert.deepEqual(alarms, [], page.url());
}
