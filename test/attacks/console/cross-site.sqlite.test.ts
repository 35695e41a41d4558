import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page, Response } from 'playwright-core';
import { openBrowser } from '../../kit/browser/index.ts';
import { ADA, makeLink, PASSWORD } from '../../kit/local/index.ts';
import { openScene, type Scene, type TestTenant } from '../../kit/scene.ts';
import { enterConsole, follow, openWatched, type Watched } from './watched.ts';

/** Somebody else's site: another one to the browser than `localhost`. */
let evil: Server;
let evilUrl: string;
let scene: Scene;
let acme: TestTenant;
let browser: Browser;
let admin: Watched;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  evil = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<title>a lure</title>'));
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`;
  browser = await openBrowser();
  admin = await openWatched(browser);
  await enterConsole(admin, scene, acme);
});
after(async () => {
  await browser.close();
  await scene.close();
  evil.close();
});

const groups = async (): Promise<unknown[]> => (await acme.api.call('GET', '/api/v1/groups')).json.items.map(({ name }) => name);

/** A tab of the administrator's own browser, with all of its cookies, on somebody else's site. */
async function lure(): Promise<Page> {
  const page = await admin.context.newPage();
  await page.goto(evilUrl);
  return page;
}

/** What the gateway answered to that page: status, and whom it lets read the answer. */
function watchAnswers(page: Page): [number, string | undefined][] {
  const answers: [number, string | undefined][] = [];
  page.on('response', (response) => {
    if (response.url().startsWith(acme.url) && response.request().method() !== 'OPTIONS')
      answers.push([response.status(), response.headers()['access-control-allow-origin']]);
  });
  return answers;
}

interface Form {
  action: string;
  enctype: string;
  fields: Record<string, string>;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** A form that sends itself, as any page may hold one. */
function formOf({ action, enctype, fields }: Form): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${escaped(name)}" value="${escaped(value)}">`);
  return `<form method="post" action="${action}" enctype="${enctype}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`;
}

/** Sends it from somebody else's site, or from a page of nobody's (`Origin: null`). */
async function sendForm(page: Page, form: Form, from: 'their site' | 'nowhere' = 'their site'): Promise<Response> {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url() === form.action),
    from === 'nowhere'
      ? page.goto(`data:text/html,${encodeURIComponent(formOf(form))}`, { waitUntil: 'commit' })
      : page.evaluate((html) => document.write(html), formOf(form)),
  ]);
  await page.waitForURL(form.action);
  return answer;
}

describe('Another site in the administrator’s own browser changes nothing and reads nothing (T163)', () => {
  it('the console itself does: the control', async () => {
    await follow(admin.page, acme, '/groups');
    await admin.page.getByRole('button', { name: 'Add a group' }).first().click();
    const dialog = admin.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Engineers');
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await groups(), ['Engineers']);
  });

  for (const from of ['their site', 'nowhere'] as const) {
    for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      it(`a form as ${enctype} from ${from} is refused`, async () => {
        const page = await lure();
        const before = await groups();
        const fields = { '{"name":"evil","description":"': '"}' };
        const answer = await sendForm(page, { action: `${acme.url}/api/v1/groups`, enctype, fields }, from);
        assert.ok([401, 403, 415].includes(answer.status()), String(answer.status()));
        assert.equal(answer.headers()['access-control-allow-origin'], undefined);
        assert.deepEqual(await groups(), before);
        await page.close();
      });
    }
  }

  const calls: Record<string, RequestInit> = {
    'POST as text/plain, blindly': {
      method: 'POST',
      mode: 'no-cors',
      headers: { 'content-type': 'text/plain' },
      body: '{"name":"evil"}',
    },
    'POST as text/plain': { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"name":"evil"}' },
    'POST as JSON': { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"evil"}' },
    'PUT as text/plain': { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: '{"name":"evil"}' },
    DELETE: { method: 'DELETE' },
    'GET, to read': {},
    'GET with a token that it does not have': { headers: { authorization: 'Bearer guessed' } },
  };
  for (const [what, init] of Object.entries(calls)) {
    it(`${what}: the answer is not theirs to read, and nothing is changed`, async () => {
      const page = await lure();
      const answers = watchAnswers(page);
      const before = await groups();
      const read = await page.evaluate(
        async ({ url, how }: { url: string; how: object }) => {
          try {
            const answer = await fetch(url, { ...how, credentials: 'include' });
            return answer.type === 'opaque' ? 'not to be read' : `read: ${await answer.text()}`;
          } catch {
            return 'not to be read';
          }
        },
        { url: `${acme.url}/api/v1/groups`, how: init },
      );
      assert.equal(read, 'not to be read');
      for (const [status, allowed] of answers) {
        assert.ok([401, 403, 404, 405, 415].includes(status), String(status));
        assert.equal(allowed, undefined);
      }
      assert.deepEqual(await groups(), before);
      await page.close();
    });
  }

  it('a set-up link that somebody else’s page fills in makes no account', async () => {
    const page = await lure();
    const people = async (): Promise<number> => (await acme.api.call('GET', '/api/v1/users')).json.items.length;
    const before = await people();
    const action = await makeLink(scene.operator, acme);
    const fields = { email: 'mallory@acme.example', name: 'Mallory', password: PASSWORD, repeated: PASSWORD };
    const answer = await sendForm(page, { action, enctype: 'application/x-www-form-urlencoded', fields });
    assert.equal(answer.status(), 403);
    assert.equal(await people(), before);
    await page.close();
  });

  it('a password that somebody else’s page posts signs nobody in as them; typed on ours it does: the control', async () => {
    const victim = await openWatched(browser);
    await victim.page.goto(evilUrl);
    const action = `${acme.url}/sign-in/password`;
    const fields = { identifier: ADA.email, password: PASSWORD };
    const answer = await sendForm(victim.page, {
      action,
      enctype: 'application/x-www-form-urlencoded',
      fields,
    });
    assert.equal(answer.status(), 403);
    assert.deepEqual(
      (await victim.context.cookies()).filter(({ name }) => name.includes('session')),
      [],
    );
    await victim.page.goto(`${acme.url}/sign-in`);
    await victim.page.getByLabel(/Email/).fill(ADA.email);
    await victim.page.getByLabel('Password').fill(PASSWORD);
    await victim.page.getByRole('button', { name: 'Sign in' }).click();
    await victim.page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    await victim.context.close();
  });

  it('the console is in no frame of somebody else', async () => {
    const page = await lure();
    const [stopped] = await Promise.all([
      page.waitForEvent('console', (message) => message.text().includes('frame-ancestors')),
      page.evaluate(
        (src) => document.body.append(Object.assign(document.createElement('iframe'), { src })),
        `${acme.url}/console/`,
      ),
    ]);
    assert.match(stopped.text(), /'none'/);
    await page.close();
  });
});
