// `npm run check`: what every commit passes. One line a step; what a step said is shown when it fails.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodePath } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
await ensureInstalled();
const node = nodePath();
const failed = [];

// Under a minute: what drives routes or stores, or derives keys at full cost, is left to `npm test`.
const unitTestFiles = readdirSync('src', { recursive: true })
  .filter(
    (name) => /(?<!\.(?:routes|sql|postgres))\.test\.ts$/.test(name) && !/^(?:configuration|upstream\/exchange)\//.test(name),
  )
  .map((name) => `src/${name.replaceAll('\\', '/')}`);
const unitTests = ['--test', '--test-concurrency=2', '--test-reporter=spec', ...unitTestFiles];
const env = { ...process.env, NODE_COMPILE_CACHE: '.cache/compile', SALLYPORT_TEST_DATABASE: 'sqlite', NO_COLOR: '1' };

// The types of the API are made from the API itself, and everything that calls it is judged by them.
await step('API types', ['tools/client.ts']);
// Two cores: what takes one core goes in pairs, what takes two alone.
await Promise.all([
  step('types', [bin('tsc'), '-p', '.', '--incremental', '--tsBuildInfoFile', '.cache/tsc.json']),
  step('format', [bin('biome'), 'check', '--max-diagnostics=20', '.']),
]);
await step('console types', [bin('tsc'), '-p', 'console']);
await step('lint', [bin('oxlint'), '--quiet', 'src', 'sandbox', 'test', 'bench', 'tools']);
await step('architecture', ['--test', 'test/architecture.test.ts', 'test/architecture/*.test.ts']);
await step('unit tests', unitTests);
await step('docs in step', ['tools/docs.ts', '--check']);

if (failed.length > 0) {
  for (const { name, said } of failed) process.stdout.write(`\n── ${name}\n${said.trimEnd()}\n`);
  process.stdout.write(`\n✖ ${failed.map(({ name }) => name).join(', ')}\n`);
  process.exitCode = 1;
}

function bin(name) {
  return `node_modules/.bin/${name}`;
}

async function step(name, args) {
  const startedAt = performance.now();
  const { code, said } = await run(args);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? '✔' : '✖'} ${name.padEnd(14)} ${seconds.padStart(5)} s\n`);
  if (code !== 0) failed.push({ name, said: name.includes('test') || name === 'architecture' ? failuresOf(said) : said });
}

function run(args) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
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
