import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** Pictures of every page and state, to be looked at; never committed. */
const SCREENS = 'artifacts/screens';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };
const TAGS = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** What a theme can change: colours. */
const COLOURS = { runOnly: { type: 'rule', values: ['color-contrast'] } };
/** What a narrow window can change: everything else. */
const SHAPES = { ...TAGS, rules: { 'color-contrast': { enabled: false } } };

/**
 * Takes the page as it stands in the light theme, the dark one and on a telephone, and lets axe-core judge each.
 *
 * @throws AssertionError for a violation of WCAG 2.2 AA, and for anything that is wider than a telephone
 */
export async function lookAt(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENS, { recursive: true });
  await settle(page);
  await dismissNotices(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await take(page, `${name}-light`);
  await judge(page, TAGS, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await take(page, `${name}-dark`);
  await judge(page, COLOURS, `${name}, dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  await lookOnPhone(page, name).finally(() => page.setViewportSize(WIDE));
}

async function lookOnPhone(page: Page, name: string): Promise<void> {
  const fits = page.waitForFunction((width) => globalThis.document.documentElement.scrollWidth <= width, PHONE.width, {
    timeout: 10_000,
  });
  await fits.catch(async () => assert.fail(`${name} is wider than a telephone: ${await widestOf(page)}`));
  await take(page, `${name}-phone`);
  await judge(page, SHAPES, `${name}, on a telephone`);
}

/** The innermost of what sticks out, so that nobody has to look for it. */
const widestOf = (page: Page): Promise<string> =>
  page.evaluate((width) => {
    const out = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 1);
    return out
      .map((one) => one.outerHTML.slice(0, 160))
      .slice(-3)
      .join(' | ');
  }, PHONE.width);

/** What is told in passing lies over the page for some seconds; whoever wants to see the page closes it. */
async function dismissNotices(page: Page): Promise<void> {
  const notices = page.locator('.mantine-Notification-root');
  while ((await notices.count()) > 0) {
    const closed = notices.first().getByRole('button', { name: 'Close' }).click({ timeout: 5_000 });
    // It may have gone by itself meanwhile.
    await closed.catch(() => undefined);
    await notices
      .first()
      .waitFor({ state: 'detached' })
      .catch(() => undefined);
  }
}

/** Nothing is on its way any more: what is asked for has come, what moves stands still. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('[role=status][aria-busy=true]') === null);
  await page.evaluate(async () => {
    const ends = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.all(ends.map((one) => one.finished.catch(() => undefined)));
  });
}

async function take(page: Page, name: string): Promise<void> {
  // A dialog stands before the window, wherever the page is scrolled to.
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  if (fullPage) await page.evaluate(() => globalThis.scrollTo(0, 0));
  await page.screenshot({ path: `${SCREENS}/${name}.png`, fullPage, animations: 'disabled' });
}

async function judge(page: Page, rules: object, name: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const violations = await page.evaluate(async (how) => {
    // biome-ignore format: what axe leaves on the page has no types
    const { axe } = globalThis as unknown as { axe: { run(of: unknown, how: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const found = await axe.run(globalThis.document, { ...how, resultTypes: ['violations'] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }, rules);
  assert.deepEqual(violations, [], name);
}
