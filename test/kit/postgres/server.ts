import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Binaries, findBinaries } from './binaries.ts';

/** A PostgreSQL server of one run, on loopback, with its data in a temporary folder. */
export interface TestPostgres {
  /** `postgres://…/postgres` as its superuser. */
  readonly adminUrl: string;
  /** A new, empty database. */
  createDatabase(): Promise<string>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export interface PostgresWish {
  /** `full`: every commit is on disk before it is acknowledged, as in production. `none` (default) is for tests: faster. */
  durability?: 'full' | 'none';
}

/** Starts a server that nobody else uses. As root it runs as `postgres` or `nobody`: PostgreSQL refuses root. */
export async function startPostgres({ durability = 'none' }: PostgresWish = {}): Promise<TestPostgres> {
  const binaries = findBinaries();
  const user = process.getuid?.() === 0 ? findUser() : null;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-postgres-data-'));
  const password = randomBytes(18).toString('base64url');
  initialize({ binaries, user, folder, password });
  const port = await freePort();
  const server = spawn(join(binaries.bin, 'postgres'), settingsOf({ folder, port, durability }), {
    ...user,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
  });
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    if (binaries.copy) rmSync(binaries.copy, { recursive: true, force: true });
  };
  const killed = (): void => {
    server.kill('SIGQUIT');
    waitUntilGone(join(folder, 'data', 'postmaster.pid'));
    remove();
  };
  process.once('exit', killed);
  await untilReady(server);
  const adminUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return {
    adminUrl,
    createDatabase: () => createDatabase(adminUrl),
    async stop() {
      process.off('exit', killed);
      await ended(server);
      remove();
    },
  };
}

interface User {
  uid: number;
  gid: number;
}

function findUser(): User {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // The next one; a machine without `nobody` has no user for it at all.
    }
  }
  throw new Error('PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody');
}

function initialize({
  binaries,
  user,
  folder,
  password,
}: {
  binaries: Binaries;
  user: User | null;
  folder: string;
  password: string;
}): void {
  const passwordFile = join(folder, 'password');
  const data = join(folder, 'data');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const options = [
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  execFileSync(join(binaries.bin, 'initdb'), [`--pgdata=${data}`, ...options], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(passwordFile);
}

function settingsOf({ folder, port, durability }: { folder: string; port: number; durability: 'full' | 'none' }): string[] {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'logging_collector=off',
  ];
  if (durability === 'none') settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  return ['-D', join(folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])];
}

/** Resolves when the server says so; rejects with what it said when it ends first. */
function untilReady(server: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}\n${said}`)));
  });
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve();
    server.once('exit', () => resolve());
    // Fast shutdown: sessions are ended, data is written.
    server.kill('SIGINT');
  });
}

/** Blocks, as an `exit` handler must: the server removes this file as its last act. Three seconds at most. */
function waitUntilGone(file: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let turn = 0; turn < 150 && existsSync(file); turn += 1) Atomics.wait(pause, 0, 0, 20);
}

async function createDatabase(adminUrl: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    await client.query(`create database ${name} strategy file_copy`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(adminUrl), { pathname: `/${name}` }).href;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
