import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { main } from '../src/cli/main.ts';
import { processIo } from '../src/cli/process-io.ts';
import { RUNTIME_ENVIRONMENT, RUNTIME_FLAGS } from './runtime-flags.ts';

/** The gateway in a process of its own, told to stop when this one is. */
function serve(): Promise<number> {
  const gateway = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [...RUNTIME_FLAGS, gateway], {
    stdio: 'inherit',
    env: { ...RUNTIME_ENVIRONMENT, ...process.env },
  });
  // Ctrl-C reaches the child by itself, a second time through us; it counts once there.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version?: unknown };

// What is read no further (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await main(process.argv.slice(2), processIo({ version: String(version), serve }));
