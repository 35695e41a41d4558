import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';

/** Goes to a page by the navigation. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Opens a provider of the list, and one of its tabs. */
export async function openProvider(page: Page, name: string, tab = 'Overview'): Promise<void> {
  await goTo(page, 'Identity providers');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await openTab(page, tab);
}

export async function openTab(page: Page, tab: string): Promise<void> {
  await page.getByRole('tab', { name: tab }).click();
  await page.getByRole('tabpanel', { name: tab }).waitFor();
}

/** Presses a button that opens the test sign-in in a new tab, signs in there as somebody, and comes back. */
export async function verifyAs(page: Page, button: string, person: string): Promise<void> {
  const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button', { name: button }).click()]);
  await opened.getByRole('button', { name: person }).click();
  await opened.waitForURL(/\/verify\//);
  await opened.close();
  await page.bringToFront();
}

/** A person begins at the sample application, chooses a provider and signs in there. @returns where they end up */
export async function signIn(stage: Stage, button: string, person: string): Promise<Page> {
  const page = await stage.openPage();
  await page.goto(stage.appUrl);
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await page
    .getByRole('link', { name: button })
    .or(page.getByRole('button', { name: button }))
    .click();
  await page.getByRole('button', { name: person }).click();
  return page;
}

/** Claims of the ID token, as the sample application shows them. */
export async function claimsShown(page: Page): Promise<Record<string, unknown>> {
  await page.getByRole('heading', { name: 'Claims' }).waitFor();
  const { idToken } = JSON.parse((await page.locator('#claims').textContent()) ?? '') as { idToken: Record<string, unknown> };
  return idToken;
}

/** The reference on the page that a refused person sees. */
export async function referenceShown(page: Page): Promise<string> {
  const shown = page.getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/);
  return (await shown.first().textContent())?.trim() ?? '';
}

/** As an administrator gets it: the browser offers it as a file. */
export async function downloadMetadata(stage: Stage): Promise<string> {
  const theirs = await stage.openPage();
  const [file] = await Promise.all([
    theirs.waitForEvent('download'),
    theirs.goto(stage.idp.metadataUrl).catch((fault: unknown) => assert.match(String(fault), /Download is starting/)),
  ]);
  return readFile(await file.path(), 'utf8');
}
