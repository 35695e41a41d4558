import { type ChildProcess, fork } from 'node:child_process';

/** Another process of the sandbox, as its parent sees it. */
export interface Child<Facts> {
  /** What it said when it was ready. */
  readonly facts: Facts;
  /** Resolves when it has ended, asked for or not. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

type Word<Facts> = { kind: 'ready'; facts: Facts } | { kind: 'failed'; message: string };

/** How long a child may take to end by itself, in milliseconds. */
const PATIENCE = 5_000;

/** Starts a module that calls `serveParent`. The configuration goes through the channel: no secret stands in a command line. */
export async function startChild<Config, Facts>(module: URL, config: Config): Promise<Child<Facts>> {
  const child = fork(module, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.send(config as object);
  return { facts: await readiness<Facts>(child, module), ended, close: () => end(child, ended) };
}

function readiness<Facts>(child: ChildProcess, module: URL): Promise<Facts> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`${module.pathname} ended before it was ready (${signal ?? code})`)));
    child.once('message', (word: Word<Facts>) => (word.kind === 'ready' ? resolve(word.facts) : reject(new Error(word.message))));
  });
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await ended;
  clearTimeout(impatience);
}

/** The other side: starts with the configuration that the parent sends, and ends with the parent, however that one ends. */
export function serveParent<Config, Running extends { close(): Promise<void> }>(
  start: (config: Config) => Promise<Running>,
): void {
  const send = process.send?.bind(process);
  if (!send) throw new Error('This is started by sandbox.ts, not by hand.');
  // Ctrl-C reaches every process of the terminal; the parent decides when this one ends.
  process.on('SIGINT', () => {});
  process.once('message', (config: Config) => {
    start(config).then(
      ({ close, ...facts }) => {
        const stop = (): void => void close().finally(() => process.exit(0));
        process.once('SIGTERM', stop).once('disconnect', stop);
        send({ kind: 'ready', facts });
      },
      (fault: unknown) => send({ kind: 'failed', message: String(fault) }, undefined, undefined, () => process.exit(1)),
    );
  });
}
