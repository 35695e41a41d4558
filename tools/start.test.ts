import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser/index.ts';

interface Started {
  child: ChildProcess;
  /** All that was printed so far. */
  said(): string;
  /** Resolves when the text has been printed, rejects when the process ends before. */
  says(text: string): Promise<void>;
  exitCode: Promise<number | null>;
}

function npmStart(port: number, dataFolder: string): Started {
  const { NODE_ENV: _, ...environment } = process.env;
  const child = spawn(process.execPath, ['tools/start.mjs'], {
    env: { ...environment, PORT: String(port), SALLYPORT_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      for (const look of waiting) look();
    });
  }
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    exitCode,
    said: () => said,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (said.includes(text)) resolve();
        };
        waiting.add(look);
        look();
        void exitCode.then(() => reject(new Error(`ended before it said “${text}”:\n${said}`)));
      }),
  };
}

/** The first of three free ports in a row. */
async function freePorts(): Promise<number> {
  for (;;) {
    const first = await listen(0);
    const port = portOf(first);
    const others = await Promise.allSettled([listen(port + 1), listen(port + 2)]);
    const held = [first, ...others.flatMap((other) => (other.status === 'fulfilled' ? [other.value] : []))];
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
    if (held.length === 3) return port;
  }
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

describe('npm start', () => {
  let browser: Browser;
  let dataFolder: string;
  let port: number;
  let started: Started | undefined;

  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'sallyport-start-'));
    port = await freePorts();
  });
  afterEach(async () => {
    started?.child.kill('SIGTERM');
    await started?.exitCode;
    started = undefined;
    await rm(dataFolder, { recursive: true, force: true });
  });

  test('ends, after one click and one person, with that person’s claims in the sample application, by either protocol', async () => {
    started = npmStart(port, dataFolder);
    await started.says('Sallyport is ready.');
    assert.ok(started.said().includes(`http://localhost:${port + 2}`), 'says where to click');
    assert.ok(started.said().includes(join(dataFolder, 'operator-token')), 'says where the operator token is');
    for (const [button, provider] of [
      ['Sign in with OIDC', 'sandbox-oidc'],
      ['Sign in with SAML', 'sandbox-saml'],
    ] as const) {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`http://localhost:${port + 2}`);
      await page.getByRole('link', { name: button, exact: true }).click();
      await page.getByRole('button', { name: /Deniz/ }).click();
      await page.getByRole('heading', { name: 'Hello, Deniz Yıldız' }).waitFor();
      const { idToken, userinfo } = JSON.parse((await page.locator('#claims').textContent()) ?? '') as Record<string, unknown> & {
        idToken: Record<string, unknown>;
        userinfo: Record<string, unknown>;
      };
      assert.equal(idToken['idp'], provider);
      assert.deepEqual(idToken['groups'], ['All Staff', 'Engineering', 'Security & Compliance']);
      assert.deepEqual(idToken['roles'], ['Auditor', 'User']);
      assert.equal(userinfo['email'], 'deniz@acme.example');
      assert.equal(userinfo['sub'], idToken['sub']);
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByText('used once').waitFor();
    }
  });

  test('started again, it is the same gateway: nothing is made twice, and a stop is an exit with 0', async () => {
    for (const round of [1, 2]) {
      started = npmStart(port, dataFolder);
      await started.says('Sallyport is ready.');
      assert.equal((await fetch(`http://localhost:${port + 2}`)).status, 200, `round ${round}`);
      started.child.kill('SIGTERM');
      assert.equal(await started.exitCode, 0);
      await assert.rejects(fetch(`http://localhost:${port + 2}`), 'the sample application has ended');
      await assert.rejects(fetch(`http://localhost:${port + 1}`), 'the identity provider has ended');
      await assert.rejects(fetch(`http://localhost:${port}/healthz`), 'the gateway has ended');
    }
  });

  test('prints the first administrator’s link, behind it the console; once there is one, no link', async () => {
    const said = /First administrator\s+(\S+)/;
    started = npmStart(port, dataFolder);
    await started.says('Sallyport is ready.');
    const demo = `http://localhost:${port}/t/demo`;
    assert.ok(started.said().includes(`${demo}/console`), 'says where the console is');
    const link = said.exec(started.said())?.[1] ?? '';
    assert.ok(link.startsWith(`${demo}/setup/`), link);
    const page = await (await browser.newContext()).newPage();
    await page.goto(link);
    await page.getByLabel('Email').fill('ada@acme.example');
    await page.getByLabel('Name').fill('Ada Admin');
    await page.getByLabel('Password', { exact: true }).fill('violet harbour tricycle 42');
    await page.getByLabel('Password, once more').fill('violet harbour tricycle 42');
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/t/demo/console'));
    await page.getByRole('navigation').first().waitFor();
    started.child.kill('SIGTERM');
    await started.exitCode;
    started = npmStart(port, dataFolder);
    await started.says('Sallyport is ready.');
    assert.equal(said.exec(started.said()), null);
  });

  test('a port that is in use is named, and nothing is started', async () => {
    const squatter = await listen(port + 1);
    started = npmStart(port, dataFolder);
    assert.equal(await started.exitCode, 1);
    squatter.close();
    assert.ok(started.said().includes(`port ${port + 1}`));
    await assert.rejects(fetch(`http://localhost:${port}/healthz`));
  });
});
