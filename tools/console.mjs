// `npm run build`, and the start of `npm start` and `npm test`: builds the console where it is not built from what is here now.
// Plain JavaScript without dependencies, like `install.mjs`: it runs under whatever Node the machine has and builds under the pinned one.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodePath } from './install.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONSOLE = join(ROOT, 'console');
const BUILT = join(CONSOLE, 'dist');
/** Says from which contents the build was made. */
const STAMP = join(BUILT, '.stamp');

/** What the build is made from; the lock file stands for every package. */
const SOURCES = [CONSOLE, join(ROOT, 'src', 'client'), join(ROOT, 'package-lock.json')];
const LEFT_OUT = new Set(['dist', 'node_modules']);
/** A slow build says that it is still there, every so many milliseconds. */
const STILL_THERE = 15_000;

/**
 * Builds the console unless it is built from these very sources. A build that fails is told and leaves what was there.
 * @returns whether there is a console of these sources
 */
export async function ensureConsole() {
  const hash = hashOfSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8').trim() === hash && existsSync(join(BUILT, 'index.html'))) return true;
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  console.log('Building the console …');
  const stillThere = setInterval(() => console.log(`Still building, ${elapsed()} …`), STILL_THERE);
  const { code, said } = await build();
  clearInterval(stillThere);
  if (code !== 0) {
    console.error(`${said.trimEnd()}\n\nThe console could not be built (vite build, exit code ${code}); what it said is above.`);
    return false;
  }
  // Written last: a build that was cut off is made anew.
  writeFileSync(STAMP, `${hash}\n`);
  console.log(`Built the console in ${elapsed()}.`);
  return true;
}

function hashOfSources() {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap(filesOf).sort()) {
    const content = readFileSync(path);
    hash.update(`${relative(ROOT, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** The file itself, or every file below a folder. */
function filesOf(path) {
  if (!existsSync(path)) return [];
  const entries = path.endsWith('.json') ? undefined : readdirSync(path, { withFileTypes: true });
  if (entries === undefined) return [path];
  return entries
    .filter(({ name }) => !LEFT_OUT.has(name))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)]));
}

function build() {
  const vite = [join(CONSOLE, 'node_modules'), join(ROOT, 'node_modules')]
    .map((modules) => join(modules, 'vite', 'bin', 'vite.js'))
    .find((path) => existsSync(path));
  if (vite === undefined)
    return { code: 1, said: 'vite is not installed: npm left it out, as it does with NODE_ENV=production.' };
  return new Promise((resolve) => {
    const child = spawn(nodePath(), [vite, 'build', '--logLevel', 'warn'], { cwd: CONSOLE, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', (fault) => resolve({ code: 1, said: fault.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureInstalled();
  if (!(await ensureConsole())) process.exitCode = 1;
}
