import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '#test/gateway.ts';

/** A gateway in a process of its own, on a core of its own. */
export interface MeasuredGateway {
  readonly serverUrl: string;
  readonly operatorToken: string;
  readonly masterKey: string;
  readonly database: string;
  /** From the start of the process until `/readyz` answered. */
  readonly startMilliseconds: number;
  /** CPU time of all its threads so far, user and system. */
  cpuMilliseconds(): number;
  /** Resident memory now. */
  memoryMegabytes(): number;
  stop(): Promise<void>;
}

export const OPERATOR_TOKEN = 'bench-operator-token-0123456789abcdef0123456789';
export const MASTER_KEY = 'bench-master-key-0123456789abcdef0123456789abcdef';

/** Can processes be pinned here? Without it the figures still hold, with more noise. */
const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

/** Prefix of a command that pins it to a core. */
export function pinned(core: number): string[] {
  return hasTaskset ? ['taskset', '-c', String(core)] : [];
}

/**
 * @param checkout where the gateway's sources stand
 * @param database `postgres://…`; else an SQLite file of its own
 */
export async function startMeasured(checkout: string, database: string | undefined): Promise<MeasuredGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const port = await freePort();
  const { RUNTIME_ENVIRONMENT, RUNTIME_FLAGS } = await flagsOf(checkout);
  // `BENCH_PROFILE=<folder>` leaves a V8 profile there when the gateway stops.
  const profile =
    process.env['BENCH_PROFILE'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env['BENCH_PROFILE']}`];
  const [command, ...args] = [...pinned(0), process.execPath, ...profile, ...RUNTIME_FLAGS, 'src/main.ts'];
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: checkout,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...RUNTIME_ENVIRONMENT,
      PORT: String(port),
      SALLYPORT_DATA: folder,
      SALLYPORT_OPERATOR_TOKEN: OPERATOR_TOKEN,
      SALLYPORT_MASTER_KEY: MASTER_KEY,
      SALLYPORT_SANDBOX: 'off',
      SALLYPORT_ALLOW_PRIVATE_NETWORK: 'on',
      NODE_COMPILE_CACHE: join(tmpdir(), 'sallyport-compile-cache'),
      ...(database === undefined ? {} : { SALLYPORT_DATABASE_URL: database }),
    },
  });
  const serverUrl = `http://localhost:${port}`;
  await untilReady(serverUrl, child);
  const startMilliseconds = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  return {
    serverUrl,
    operatorToken: OPERATOR_TOKEN,
    masterKey: MASTER_KEY,
    startMilliseconds,
    database: database ?? join(folder, 'sallyport.sqlite'),
    cpuMilliseconds: () => cpuOf(pid),
    memoryMegabytes: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The kernel's own count of nanoseconds on a processor, summed over threads; the usual clock ticks are ten milliseconds each. */
function cpuOf(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return (
    tasks.reduce((sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]), 0) / 1e6
  );
}

/** How this checkout has Node run the gateway: part of what is compared. */
function flagsOf(checkout: string): Promise<typeof import('../tools/runtime-flags.ts')> {
  return import(join(resolve(checkout), 'tools/runtime-flags.ts'));
}

async function untilReady(serverUrl: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}`);
    const ready = await fetch(`${serverUrl}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
