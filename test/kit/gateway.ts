import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '#kernel/world.ts';
import type { MailSettings } from '#mail/settings.ts';
import type { Argon2id } from '#sign-in/index.ts';
import { type Composition, compose } from '../../src/compose.ts';
import { openTestDatabase } from './postgres/index.ts';
import { takeRsaKey } from './rsa-keys.ts';

export interface TestGateway {
  readonly serverUrl: string;
  /** URL of a tenant on this node. */
  tenantUrl(name: string): string;
  readonly operatorToken: string;
  readonly database: string;
  readonly composition: Composition;
  /** Moves this node's clock, in seconds from now on. */
  advance(seconds: number): void;
  /** Another node on the same database: same secrets, same URLs, another port. */
  addNode(): Promise<{ origin: string; composition: Composition; close(): Promise<void> }>;
  close(): Promise<void>;
}

export interface TestGatewayOptions {
  allowPrivateNetwork?: boolean;
  urlTemplate?: string;
  resolveTxt?: (name: string) => Promise<string[][]>;
  world?: Partial<World>;
  /** Where mails go; nowhere unless told. */
  mail?: MailSettings;
  /** Takes each log line; without it there are none. */
  log?: (line: string) => void;
  /** How many proxies stand before it; a test speaks for them. */
  proxies?: number;
  argon2id?: Argon2id;
}

/** A whole gateway in this process on a free port: real HTTP, real store on the engine under test, a clock that can be moved. */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-'));
  const port = await freePort();
  const operatorToken = randomBytes(32).toString('base64url');
  const masterKey = randomBytes(32).toString('base64url');
  const clock = { ahead: 0 };
  const template = options.urlTemplate?.replace('{port}', String(port)) ?? `http://localhost:${port}/t/{tenant}`;
  const node = (listenOn: number): Promise<Composition> =>
    compose(
      {
        mode: 'development',
        host: '127.0.0.1',
        port: listenOn,
        urlTemplates: [{ region: 'default', template }],
        dataFolder: folder,
        database: database.url,
        masterKeys: [masterKey],
        operatorToken,
        operatorTokenIsNew: false,
        allowPrivateNetwork: options.allowPrivateNetwork ?? true,
        sandbox: false,
        proxies: options.proxies ?? 0,
        mail: options.mail ?? { smtp: null, from: { address: 'sallyport@localhost' } },
      },
      {
        world: { now: () => new Date(Date.now() + clock.ahead), ...options.world },
        resolveTxt: options.resolveTxt,
        makeRsaKey: async () => takeRsaKey(),
        ...(options.argon2id ? { argon2id: options.argon2id } : {}),
        quiet: options.log === undefined && process.env['SALLYPORT_TEST_LOG'] === undefined,
        logTo: options.log && { write: options.log },
      },
    );
  const composition = await node(port);
  await composition.listen();
  const others: Composition[] = [];
  return {
    serverUrl: `http://localhost:${port}`,
    tenantUrl: (name) => template.replace('{tenant}', name),
    operatorToken,
    database: database.url,
    composition,
    advance: (seconds) => {
      clock.ahead += seconds * 1000;
    },
    async addNode() {
      const otherPort = await freePort();
      const other = await node(otherPort);
      await other.listen();
      others.push(other);
      return { origin: `http://localhost:${otherPort}`, composition: other, close: () => other.close() };
    },
    async close() {
      for (const each of [composition, ...others]) await each.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
