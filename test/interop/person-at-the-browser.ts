import assert from 'node:assert/strict';
import type { Browser, Page, Request } from 'playwright-core';
import type { Person } from './people.ts';

/** Everything on these pages is on this machine; what takes longer is broken. Milliseconds. */
const PATIENCE = 15_000;

/** Somebody in front of a browser without cookies. */
export interface Visitor {
  readonly page: Page;
  /** Every request of a page or a form, in order: method and address. */
  readonly journey: readonly { method: string; url: string; body: string | null }[];
  leave(): Promise<void>;
}

export async function openVisitor(browser: Browser): Promise<Visitor> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const journey: { method: string; url: string; body: string | null }[] = [];
  page.on('request', (request: Request) => {
    if (request.isNavigationRequest()) journey.push({ method: request.method(), url: request.url(), body: request.postData() });
  });
  return { page, journey, leave: () => context.close() };
}

/** SimpleSAMLphp's login form. */
export async function signInAtSimpleSamlPhp({ page }: Visitor, person: Person): Promise<void> {
  await page.fill('input[name=username]', person.name);
  await page.fill('input[name=password]', person.password);
  await page.press('input[name=password]', 'Enter');
}

/** Glewlwyd's login page, a script, and its question whether to go on. */
export async function signInAtGlewlwyd({ page }: Visitor, person: Person): Promise<void> {
  await page.fill('#username', person.name);
  await page.fill('#password', person.password);
  await page.press('#password', 'Enter');
  await page.getByRole('button', { name: 'Continue' }).click();
}

export interface ShownClaims {
  idToken: Record<string, unknown>;
  userinfo: Record<string, unknown>;
}

/** What the sample application shows of its tokens. */
export async function readClaims({ page }: Visitor): Promise<ShownClaims> {
  const json = await page.locator('#claims').textContent();
  return JSON.parse(json ?? '') as ShownClaims;
}

export interface ShownRefusal {
  code: string;
  reference: string;
  status: number;
}

/** Our own error page: the code and the reference in its small print. */
export async function readRefusal(visitor: Visitor, cause: () => Promise<unknown>): Promise<ShownRefusal> {
  const { page } = visitor;
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() >= 400),
    cause(),
  ]);
  await page.waitForSelector('section.facts dd.code');
  const facts = await page.locator('section.facts dd.code').allTextContents();
  const [reference = '', code = ''] = facts.map((fact) => fact.trim());
  assert.match(code, /^[a-z_]+\.[a-z_]+$/, `no problem code on the page: ${facts.join(', ')}`);
  return { code, reference, status: answer.status() };
}
