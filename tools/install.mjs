// Shared by `npm start` and `npm test`: installs what is missing, finds the pinned Node. Plain JavaScript without dependencies,
// because it runs under whatever Node (from 20.19) the machine has, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOCK = join(ROOT, 'package-lock.json');
const MODULES = join(ROOT, 'node_modules');
/** Says which lock file `node_modules` was last made from. */
const STAMP = join(MODULES, '.sallyport-stamp');
/** npm's own record of what it put into `node_modules`. */
const INSTALLED = join(MODULES, '.package-lock.json');

/** The oldest Node that runs the sources as they are: type stripping, node:sqlite, argon2. */
const OLDEST_NODE = 24;
/** A slow installation says that it is still there, every so many milliseconds. */
const STILL_THERE = 15_000;

/**
 * Runs `npm ci` unless `node_modules` is what the lock file says. Ends the process with npm's exit code when that fails.
 * With `NODE_ENV=production` the packages of development are left out, as npm does.
 */
export async function ensureInstalled() {
  const lock = readFileSync(LOCK);
  const hash = createHash('sha256').update(lock).digest('hex');
  const scope = process.env.NODE_ENV === 'production' ? 'production' : 'all';
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8').trim() : '';
  if (stamp === `${hash} all` || stamp === `${hash} ${scope}`) return;
  if (!isInstalledByHand(JSON.parse(lock.toString()), scope)) await install();
  writeFileSync(STAMP, `${hash} ${scope}\n`);
}

/** Somebody ran `npm ci` themselves: every package of the lock file is there in its version. */
function isInstalledByHand(lock, scope) {
  if (!existsSync(INSTALLED)) return false;
  const installed = JSON.parse(readFileSync(INSTALLED, 'utf8')).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || wanted.link || (wanted.dev && scope === 'production')) return true;
    if (installed[path] === undefined) return wanted.optional === true || wanted.peer === true || wanted.devOptional === true;
    return installed[path].version === wanted.version && existsSync(join(ROOT, path));
  });
}

async function install() {
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  console.log('Installing dependencies (npm ci). This takes a minute the first time …');
  const stillThere = setInterval(() => console.log(`Still installing, ${elapsed()} …`), STILL_THERE);
  const code = await run(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  clearInterval(stillThere);
  if (code !== 0) {
    console.error(`\nnpm ci failed (exit code ${code}). What it said is above; nothing was started.`);
    process.exit(code ?? 1);
  }
  console.log(`Installed in ${elapsed()}.`);
}

function run(args) {
  // Under `npm run` this is the very npm that was called; otherwise the one on the path.
  const script = process.env.npm_execpath;
  const isNpm = script !== undefined && /npm-cli\.c?js$/.test(script);
  const [command, first] = isNpm ? [process.execPath, [script]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...args], { cwd: ROOT, stdio: 'inherit', shell: command === 'npm.cmd' });
    child.once('error', (fault) => {
      console.error(`npm could not be started: ${fault.message}`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code));
  });
}

/**
 * The pinned Node 24 that npm installed, or the running Node where there is none for this platform and it is new enough.
 * Ends the process with a word of advice when there is neither.
 */
export function nodePath() {
  const pinned = join(MODULES, '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  // Asked and not only looked for: on a musl system the file is there and does not run.
  if (existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath;
  console.error(
    `Sallyport runs on Node ${OLDEST_NODE}. npm brings it along for Linux (x64, arm64); on this one (${process.platform},\n` +
      `${process.arch}) please install it from https://nodejs.org and start again. This is Node ${process.versions.node}.`,
  );
  return process.exit(1);
}
