import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real provider or relying party of one test run, in a temporary folder, on loopback. */
export interface Service {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export interface ServiceWish {
  /** Name of the script beside this file, without `.sh`. */
  script: 'simplesamlphp' | 'glewlwyd' | 'mod-auth-openidc' | 'lemonldap' | 'pysaml2';
  env?: Record<string, string>;
  /** Writes what the script wants to find in the folder before it starts. */
  prepare?(folder: string, url: string): void;
  /** A free one when not given. */
  port?: number;
}

/** Installing Debian packages may be part of a start, in milliseconds. */
const LONGEST_START = 600_000;

// Signals end a process without its `exit` handlers, and these stop the services.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Runs the service's script and waits until it answers. */
export async function startService({ script, env = {}, prepare, port }: ServiceWish): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), `sallyport-${script}-`));
  // The services run as www-data.
  chmodSync(folder, 0o755);
  const chosen = port ?? (await freePort());
  const url = `http://127.0.0.1:${chosen}`;
  prepare?.(folder, url);
  const path = fileURLToPath(new URL(`./${script}.sh`, import.meta.url));
  const call = (action: string): Promise<unknown> =>
    run('bash', [path, folder, action], { env: { ...process.env, ...env, PORT: String(chosen) }, timeout: LONGEST_START });
  try {
    await call('start');
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    throw new Error(`${script} does not start:\n${said}`, { cause: error });
  }
  // The services outlive this process by nature; a test file that breaks off must not leave them behind.
  const abandon = (): void => void execFileSync('bash', [path, folder, 'stop'], { stdio: 'ignore' });
  process.once('exit', abandon);
  return {
    url,
    folder,
    async stop() {
      process.off('exit', abandon);
      await call('stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
