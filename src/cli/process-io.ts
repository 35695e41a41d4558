import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Io } from './io.ts';

/** The process that runs, as the world of a command. */
export function processIo({ version, serve }: Pick<Io, 'version' | 'serve'>): Io {
  return {
    version,
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
    writeFile: writeForOwner,
    ask,
    now: () => new Date(),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    openBrowser,
    serve,
    fetch: (request) => fetch(request),
  };
}

/** Also where the file was there already, for others to read; what is no file (`/dev/stdout`) is left as it is. */
async function writeForOwner(path: string, words: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    await file.writeFile(words);
  } finally {
    await file.close();
  }
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

/** Without a shell: an address is data. Without our environment: the token is not the browser's. */
function openBrowser(url: string): Promise<boolean> {
  const [command = 'xdg-open', ...first] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...first, url], { stdio: 'ignore', detached: true, env: withoutOurs(process.env) });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

const withoutOurs = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([key]) => !key.startsWith('SALLYPORT_')));
