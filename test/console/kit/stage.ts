import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startApp } from '../../../sandbox/app/server.ts';
import type { ServiceProvider } from '../../../sandbox/idp/config.ts';
import { type RunningIdp, startIdp } from '../../../sandbox/idp/server.ts';
import { provision, TENANT_NAME, UPSTREAM_CLIENT_ID } from '../../../sandbox/provision.ts';
import { openBrowser } from '../../kit/browser/index.ts';
import { freePort, startGateway, type TestGateway } from '../../kit/gateway.ts';
import { makeLink, PASSWORD } from '../../kit/local/index.ts';
import { apiOf } from '../../kit/scene.ts';

/** A busy machine draws slowly; nothing here waits for the clock. */
const PATIENCE = 60_000;
const CLIENT_SECRET = 'the secret of the sandbox, and of nothing else';
/** Whoever tries it first is somebody whom the provider knows as well. */
const ADMINISTRATOR = { email: 'ada@acme.example', name: 'Ada Admin' };

/** What `npm start` starts, in this process: a fresh gateway, its sandbox, and a browser. */
export interface Stage {
  readonly gateway: TestGateway;
  readonly tenantUrl: string;
  readonly appUrl: string;
  readonly idp: {
    readonly issuer: string;
    readonly metadataUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** Complaints of the browser about the console's pages, such as a style that the policy refuses. */
  readonly complaints: string[];
  /** Somebody else's browser: no cookies, no session. */
  openPage(): Promise<Page>;
  /** The provider comes back with other signing keys, or with other services registered, at the same address. */
  restartIdp(how: { keys: 'same' | 'other'; serviceProviders?: readonly ServiceProvider[] }): Promise<void>;
  /** The first administrator, through the link that `npm start` prints. @returns the console, at its first page */
  enterConsole(): Promise<Page>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  execFileSync(process.execPath, ['tools/console.mjs'], { stdio: 'ignore' });
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-console-'));
  const gateway = await startGateway();
  const tenantUrl = gateway.tenantUrl(TENANT_NAME);
  const idpPort = await freePort();
  const startIt = (keys: string, serviceProviders: readonly ServiceProvider[] = []): Promise<RunningIdp> =>
    startIdp({
      host: '127.0.0.1',
      port: idpPort,
      dataFolder: join(folder, keys),
      oidcClients: [{ clientId: UPSTREAM_CLIENT_ID, clientSecret: CLIENT_SECRET, redirectUris: [], postLogoutRedirectUris: [] }],
      serviceProviders,
      gateway: new URL(tenantUrl).origin,
    });
  let keys = 'keys';
  let idp = await startIt(keys);
  const app = await startSample({ gateway, tenantUrl, idp });
  const browser = await openBrowser();
  const complaints: string[] = [];
  const openPage = (): Promise<Page> => openQuietPage(browser, complaints);
  return {
    gateway,
    tenantUrl,
    appUrl: app.url,
    idp: {
      issuer: idp.url,
      metadataUrl: idp.saml.entityId,
      clientId: UPSTREAM_CLIENT_ID,
      clientSecret: CLIENT_SECRET,
    },
    complaints,
    openPage,
    async restartIdp(how) {
      await idp.close();
      keys = how.keys === 'same' ? keys : `${keys}-next`;
      idp = await startIt(keys, how.serviceProviders);
    },
    async enterConsole() {
      const page = await openPage();
      await page.goto(await makeLink(apiOf(gateway.serverUrl, gateway.operatorToken), { name: TENANT_NAME }));
      await page.getByLabel('Email').fill(ADMINISTRATOR.email);
      await page.getByLabel('Name').fill(ADMINISTRATOR.name);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByLabel('Password, once more').fill(PASSWORD);
      await page.getByRole('button', { name: 'Make the account' }).click();
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await app.close();
      await idp.close();
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The tenant `demo` as a first start leaves it, and the sample application that trusts it. */
async function startSample({ gateway, tenantUrl, idp }: Pick<Stage, 'gateway' | 'tenantUrl'> & { idp: RunningIdp }) {
  const { serverUrl, operatorToken } = gateway;
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const { application } = await provision({
    serverUrl,
    tenantUrl,
    operatorToken,
    idp,
    upstreamClientSecret: CLIENT_SECRET,
    appUrl: url,
    known: { written: {} },
  });
  const { id, secret } = application;
  return startApp({ issuer: tenantUrl, clientId: id, clientSecret: secret, url, host: '127.0.0.1', port, buttons: [] });
}

async function openQuietPage(browser: Browser, complaints: string[]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' });
  context.setDefaultTimeout(PATIENCE);
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    // What a refusal of the API comes to in the browser's own words: the page explains it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  return context.newPage();
}
