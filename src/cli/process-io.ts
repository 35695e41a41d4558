import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Io } from './io.ts';

/** The process that runs, as the world of a command. */
export function processIo(serve: Io['serve']): Io {
  return {
    env: process.env,
    terminal: {
      input: process.stdin.isTTY === true,
      output: process.stdout.isTTY === true,
      errors: process.stderr.isTTY === true,
    },
    columns: process.stdout.columns ?? 100,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    out: (words) => void process.stdout.write(words),
    err: (words) => void process.stderr.write(words),
    readStdin: () => text(process.stdin),
    readFile: (path) => readFile(path, 'utf8'),
    writeFile: (path, words) => writeFile(path, words, { mode: 0o600 }),
    ask,
    now: () => new Date(),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    openBrowser,
    serve,
    fetch: (request) => fetch(request),
  };
}

/** Asked on stderr: stdout holds the answer and may lead elsewhere. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Without a shell: an address is data. */
function openBrowser(url: string): Promise<boolean> {
  const [command = 'xdg-open', ...first] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...first, url], { stdio: 'ignore', detached: true });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
