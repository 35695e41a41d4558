// `npm run check`: what every commit passes. One line a step; what a step said is shown when it fails.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodePath } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
await ensureInstalled();
const node = nodePath();
const failed = [];
const CODE = ['src', 'sandbox', 'test', 'bench', 'tools'];

const env = {
  ...process.env,
  NODE_COMPILE_CACHE: '.cache/compile',
  SALLYPORT_TEST_DATABASE: 'sqlite',
  NO_COLOR: '1',
  // For the compiler and the linter: they live for seconds, and would spend a third of them collecting garbage.
  GOGC: 'off',
  GOMEMLIMIT: '2GiB',
};
const build = (name) => ['--incremental', '--checkers', '1', '--tsBuildInfoFile', `.cache/${name}.json`];

// Two cores: two steps at a time, each of which takes one core.
let running = 0;
const waiting = [];
const units = (share) => ['--test-reporter=spec', 'tools/test-units.ts', String(share), '2'];
// The types of the API are made from the API itself, and everything that calls it is judged by them.
const described = step('API types', ['tools/client.ts']);
await Promise.all([
  step('unit tests 1', units(1)),
  described.then(() => step('types', [bin('tsc'), '-p', '.', ...build('tsc')])),
  described.then(() => step('lint', [bin('oxlint'), '--quiet', ...CODE], { GOMAXPROCS: '1' })),
  described.then(() => step('console types', [bin('tsc'), '-p', 'console', ...build('tsc-console')])),
  step('unit tests 2', units(2)),
  step('unit tests 3', ['--test', '--test-reporter=spec', 'src/sql/durability.sqlite.test.ts']),
  step('architecture', [
    '--test',
    '--test-isolation=none',
    '--test-reporter=spec',
    'test/architecture.test.ts',
    'test/architecture/*.test.ts',
  ]),
  step('docs in step', ['tools/docs.ts', '--check']),
  step('format', [bin('biome'), 'check', '--max-diagnostics=20', '.']),
]);

if (failed.length > 0) {
  for (const { name, said } of failed) process.stdout.write(`\n── ${name}\n${said.trimEnd()}\n`);
  process.stdout.write(`\n✖ ${failed.map(({ name }) => name).join(', ')}\n`);
  process.exitCode = 1;
}

function bin(name) {
  return `node_modules/.bin/${name}`;
}

async function step(name, args, more = {}) {
  await turn();
  const startedAt = performance.now();
  const { code, said } = await run(args, { ...env, ...more });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? '✔' : '✖'} ${name.padEnd(14)} ${seconds.padStart(5)} s\n`);
  if (code !== 0) failed.push({ name, said: failuresOf(said) });
  (waiting.shift() ?? (() => running--))();
}

/** Until fewer than two steps run. */
async function turn() {
  if (running < 2) running++;
  else await new Promise((handedOn) => waiting.push(handedOn));
}

function run(args, environment) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', (error) => resolve({ code: 1, said: String(error) }));
    child.once('close', (code) => resolve({ code, said }));
  });
}

/** What node's runner says from its list of failures on; all of it when it did not get so far. */
function failuresOf(said) {
  const at = said.indexOf('✖ failing tests:');
  return at === -1 ? said : said.slice(at);
}
