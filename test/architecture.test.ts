import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe as group, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkArchitecture, describe } from './architecture/check.ts';
import type { Breach, Rule } from './architecture/tree.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ALIASES: Record<string, string> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).imports;

group('The architecture', () => {
  const breaches = checkArchitecture(readTree(), ALIASES);
  const sentences: Record<Rule, string> = {
    'never-1-plain-file-at-the-edge':
      'a plain file never imports routes, SQL, jobs, the tools, node:http, node:sqlite, pg or a web framework',
    'never-2-direction': 'a feature never imports upward or sideways',
    'never-2-front-door': 'a feature reaches lower floors only through their index.ts',
    'never-3-protocol-folder': 'nothing but registry.ts imports a protocol folder',
    'never-4-world': 'a plain file never reads environment, clock, randomness or network except through World',
    'never-5-clients': 'cli/ and console/ import only client/, and the gateway imports neither',
    'one-xml-parser': 'only src/wire/xml reads XML',
    'one-way-out': 'only src/http/guarded-fetch makes outgoing requests',
    'no-test-code-in-the-product':
      'the product never imports tests, sandbox, bench or tools, and the sandbox shares no code with the validator',
    'file-length': 'a file has at most 250 lines',
    'front-door-missing': 'every folder has its README.md, every feature its index.ts',
    'problems-in-one-file': 'refusals are declared in problems.ts',
    'unknown-folder': 'every folder stands on a floor',
  };
  for (const [rule, sentence] of Object.entries(sentences)) {
    test(sentence, () => {
      const found = breaches.filter((breach) => breach.rule === rule).map(describe);
      assert.deepEqual(found, [], `\n${found.join('\n')}\n`);
    });
  }
});

/** A small product that keeps every rule; each planted breach is put beside it. */
const CLEAN: Record<string, string> = {
  'src/kernel/README.md': '# kernel\n',
  'src/kernel/world.ts': 'export interface World { now(): Date; fetch: (url: string) => Promise<Response> }\n',
  'src/wire/README.md': '# wire\n',
  'src/wire/xml/parse.ts':
    "import { XmlDocument } from 'libxml2-wasm';\nexport const parse = (text: string) => XmlDocument.fromString(text);\n",
  'src/tenants/README.md': '# tenants\n',
  'src/tenants/index.ts': "export { open } from './open.ts';\n",
  'src/tenants/open.ts': "import type { World } from '#kernel/world.ts';\nexport const open = (world: World) => world.now();\n",
  'src/tenants/problems.ts':
    "import { defineProblems } from '#kernel/problem.ts';\nexport const problems = defineProblems('tenants', {});\n",
  'src/tenants/tenants.sql.ts':
    "import { sql } from 'kysely';\nimport { openStore } from '#sql/store.ts';\nexport const now = Date.now();\n",
  'src/tenants/tenants.routes.ts':
    "import type { Gateway } from '#http/server.ts';\nexport const routes = (app: Gateway) => app;\n",
  'src/upstream/README.md': '# upstream\n',
  'src/upstream/index.ts': "export * from './protocol.ts';\n",
  'src/upstream/protocol.ts':
    "import { parse } from '#wire/xml/parse.ts';\nimport { open } from '#tenants/index.ts';\nexport const all = [parse, open];\n",
  'src/upstream/registry.ts': "import { saml } from './saml/index.ts';\nexport const protocols = [saml];\n",
  'src/upstream/saml/index.ts': "import { all } from '../protocol.ts';\nexport const saml = all;\n",
  'src/http/README.md': '# http\n',
  'src/http/server.ts': "import { createServer } from 'node:http';\nexport const listen = () => createServer().listen();\n",
  'src/http/guarded-fetch/fetch.ts': "import { request } from 'node:https';\nexport const guardedFetch = request;\n",
  'src/sql/README.md': '# sql\n',
  'src/sql/store.ts': "import pg from 'pg';\nexport const openStore = () => new pg.Pool();\n",
  'src/main.ts': "import { compose } from './compose.ts';\ncompose(process.env);\n",
  'src/compose.ts':
    "import { open } from '#tenants/index.ts';\nimport '#tenants/tenants.routes.ts';\nexport const compose = open;\n",
};

const PLAIN = 'src/tenants/planted.ts';

/** Name of the breach, where it is planted, what is planted, and the rule that must report it. */
const PLANTED: readonly (readonly [string, string, string, Rule])[] = [
  ['routes in a plain file', PLAIN, "import './tenants.routes.ts';", 'never-1-plain-file-at-the-edge'],
  ['SQL in a plain file', PLAIN, "import { now } from './tenants.sql.ts';", 'never-1-plain-file-at-the-edge'],
  [
    'a type of an SQL file in a plain file',
    PLAIN,
    "import type { now } from './tenants.sql.ts';",
    'never-1-plain-file-at-the-edge',
  ],
  ['a tool in a plain file', PLAIN, "import { listen } from '#http/server.ts';", 'never-1-plain-file-at-the-edge'],
  [
    'the store in a plain file, by a relative path',
    PLAIN,
    "import { openStore } from '../sql/store.ts';",
    'never-1-plain-file-at-the-edge',
  ],
  ['a web framework in a plain file', PLAIN, "import type { FastifyInstance } from 'fastify';", 'never-1-plain-file-at-the-edge'],
  ['a plugin of a web framework', PLAIN, "import cookie from '@fastify/cookie';", 'never-1-plain-file-at-the-edge'],
  [
    'a database in a plain file, loaded late',
    PLAIN,
    "const { DatabaseSync } = await import('node:sqlite');",
    'never-1-plain-file-at-the-edge',
  ],
  ['a module of Node without its prefix', PLAIN, "import http from 'http';", 'never-1-plain-file-at-the-edge'],
  [
    'a front door that lets the edge through',
    'src/tenants/index.ts',
    "export * from './tenants.routes.ts';",
    'never-1-plain-file-at-the-edge',
  ],
  ['a step upward', PLAIN, "import { all } from '#upstream/index.ts';", 'never-2-direction'],
  ['a step upward by a type in passing', PLAIN, "export type All = import('#upstream/index.ts').All;", 'never-2-direction'],
  [
    'a step upward from a route',
    'src/tenants/planted.routes.ts',
    "import { all } from '#upstream/index.ts';",
    'never-2-direction',
  ],
  ['a step sideways', PLAIN, "import { key } from '#signing-keys/index.ts';", 'never-2-direction'],
  ['a tool that knows a feature', 'src/http/planted.ts', "import { open } from '#tenants/index.ts';", 'never-2-direction'],
  ['a feature that knows the wiring', PLAIN, "import { compose } from '../compose.ts';", 'never-2-direction'],
  ['past a front door', 'src/upstream/planted.ts', "import { open } from '#tenants/open.ts';", 'never-2-front-door'],
  [
    'past a front door in a re-export',
    'src/upstream/planted.ts',
    "export { open } from '../tenants/open.ts';",
    'never-2-front-door',
  ],
  [
    'past a front door over several lines',
    'src/upstream/planted.ts',
    "import {\n  open,\n} from '#tenants/open.ts';",
    'never-2-front-door',
  ],
  [
    'a protocol behind the registry',
    'src/upstream/planted.ts',
    "import { saml } from './saml/index.ts';",
    'never-3-protocol-folder',
  ],
  ['a protocol in the wiring', 'src/compose.ts', "import { saml } from '#upstream/saml/index.ts';", 'never-3-protocol-folder'],
  [
    'one protocol in another',
    'src/upstream/oidc/planted.ts',
    "import { saml } from '../saml/index.ts';",
    'never-3-protocol-folder',
  ],
  ['the environment', PLAIN, 'export const port = process.env.PORT;', 'never-4-world'],
  ['the environment, imported', PLAIN, "import { env } from 'node:process';", 'never-4-world'],
  ['the clock', PLAIN, 'export const now = () => Date.now();', 'never-4-world'],
  ['the clock in a new date', PLAIN, 'export const now = () => new Date();', 'never-4-world'],
  ['the clock in a template', PLAIN, 'export const text = `it is ${new Date()}`;', 'never-4-world'],
  ['a timer', PLAIN, 'setTimeout(() => {}, 1000);', 'never-4-world'],
  ['the clock of a library', PLAIN, 'await jwtVerify(token, key, { issuer });', 'never-4-world'],
  ['randomness', PLAIN, "import { randomUUID } from 'node:crypto';", 'never-4-world'],
  [
    'randomness of a namespace',
    PLAIN,
    "import * as crypto from 'node:crypto';\nexport const id = crypto.randomUUID();",
    'never-4-world',
  ],
  ['weak randomness', PLAIN, 'export const id = Math.random();', 'never-4-world'],
  ['a file', PLAIN, "import { readFileSync } from 'node:fs';", 'never-4-world'],
  ['name look-up', PLAIN, "import { lookup } from 'node:dns/promises';", 'never-4-world'],
  ['the console', PLAIN, "console.log('here');", 'never-4-world'],
  ['a command that knows the gateway', 'src/cli/planted.ts', "import { open } from '#tenants/index.ts';", 'never-5-clients'],
  [
    'a page of the console that knows the gateway',
    'console/planted.tsx',
    "import { open } from '../src/tenants/index.ts';",
    'never-5-clients',
  ],
  ['a gateway that knows its commands', PLAIN, "import { run } from '../cli/run.ts';", 'never-5-clients'],
  ['a gateway that knows its console', 'src/main.ts', "import '../console/main.tsx';", 'never-5-clients'],
  ['the parser of the trust path used elsewhere', PLAIN, "import { XmlDocument } from 'libxml2-wasm';", 'one-xml-parser'],
  [
    'the parser of the trust path used by another wire',
    'src/wire/planted.ts',
    "import { XmlDocument } from 'libxml2-wasm';",
    'one-xml-parser',
  ],
  [
    'a second parser beside the first',
    'src/upstream/saml/planted.ts',
    "import { DOMParser } from '@xmldom/xmldom';",
    'one-xml-parser',
  ],
  [
    'a second parser in a route',
    'src/upstream/planted.routes.ts',
    "import { SAML } from '@node-saml/node-saml';",
    'one-xml-parser',
  ],
  ['a pattern that reads tags', PLAIN, 'export const issuer = /<saml:Issuer>([^<]+)/.exec(text);', 'one-xml-parser'],
  ['a pattern that reads closing tags', PLAIN, 'export const parts = text.split(/<\\/[a-z]+>/);', 'one-xml-parser'],
  ["a request of Node's own in a plain file", PLAIN, "export const get = () => fetch('https://example.test');", 'one-way-out'],
  [
    'a request in a route',
    'src/tenants/planted.routes.ts',
    "export const get = async () => { await fetch('https://example.test'); };",
    'one-way-out',
  ],
  ['a request in the wiring', 'src/compose.ts', 'export const world = { load: globalThis.fetch };', 'one-way-out'],
  ['the global fetch handed on', 'src/compose.ts', 'export const world = { fetch };', 'one-way-out'],
  ['a request by a job', 'src/tenants/planted.job.ts', "import { request } from 'node:https';", 'one-way-out'],
  [
    'a request by the server',
    'src/http/planted.ts',
    "import http from 'node:http';\nhttp.request('http://example.test');",
    'one-way-out',
  ],
  ['a request by the server, by name', 'src/http/planted.ts', "import { createServer, get } from 'node:http';", 'one-way-out'],
  ['a client library', 'src/http/planted.ts', "import { Agent } from 'undici';", 'one-way-out'],
  ['a socket', 'src/http/planted.ts', "import { connect } from 'node:net';", 'one-way-out'],
  ['a program', 'src/http/planted.ts', "import { execFile } from 'node:child_process';", 'one-way-out'],
  ['keys fetched past the guard', 'src/upstream/oidc/planted.ts', "import { createRemoteJWKSet } from 'jose';", 'one-way-out'],
  ['an OpenID client outside its protocol', 'src/upstream/planted.ts', "import * as client from 'openid-client';", 'one-way-out'],
  ['a test in the product', PLAIN, "import { kit } from '../../test/kit/world.ts';", 'no-test-code-in-the-product'],
  ['a test in the product, by its alias', PLAIN, "import { kit } from '#test/world.ts';", 'no-test-code-in-the-product'],
  [
    'what tests set up in the product',
    PLAIN,
    "import { pages } from '#pages/every-page.fixture.ts';",
    'no-test-code-in-the-product',
  ],
  ['the sandbox in the product', 'src/main.ts', "import '../sandbox/main.ts';", 'no-test-code-in-the-product'],
  ['the bench in the product', PLAIN, "import '../../bench/run.ts';", 'no-test-code-in-the-product'],
  ['a tool of the repository in the product', 'src/compose.ts', "import '../tools/install.mjs';", 'no-test-code-in-the-product'],
  [
    'the validator in the sandbox',
    'sandbox/idp/planted.ts',
    "import { parse } from '#wire/xml/parse.ts';",
    'no-test-code-in-the-product',
  ],
  ['a file of 251 lines', PLAIN, 'export {};\n'.repeat(251), 'file-length'],
  ['a feature without a door', 'src/audit/planted.ts', 'export {};', 'front-door-missing'],
  ['a door too long to be one', 'src/kernel/README.md', 'word\n'.repeat(21), 'front-door-missing'],
  ['refusals declared in passing', PLAIN, "export const problems = defineProblems('tenants', {});", 'problems-in-one-file'],
  ['a folder without a floor', 'src/helpers/planted.ts', 'export {};', 'unknown-folder'],
  ['a loose file', 'src/planted.ts', 'export {};', 'unknown-folder'],
];

group('The architecture test catches', () => {
  test('nothing in a tree that keeps every rule', () => {
    assert.deepEqual(plant({}).map(describe), []);
  });
  for (const [name, path, text, rule] of PLANTED) {
    test(`${name} (${path})`, () => {
      const found = plant({ [path]: text });
      assert.ok(
        found.some((breach) => breach.rule === rule && breach.path.startsWith(path.slice(0, path.lastIndexOf('/')))),
        `not reported as ${rule}; reported: ${found.map(describe).join('; ') || 'nothing'}`,
      );
    });
  }
});

/** Text that looks like a breach and is none. */
const INNOCENT: readonly (readonly [string, string])[] = [
  ['a comment', "// import './tenants.routes.ts' and Date.now() and fetch('x')\n/* new Date() */"],
  ['a string', 'export const text = "process.env and fetch(1) and import \'./tenants.routes.ts\'";'],
  ["a template's text", 'export const text = `Date.now() ${1} Math.random()`;'],
  ['a regular expression', "export const found = /new Date()|'/.test('x') ? 1 : 2; // it's"],
  ['a quotient', 'export const half = (a: number) => a / 2 / 1; export const date = new Date(0);'],
  ['the fetch of the world', "export const get = (world: World) => world.fetch('https://example.test');"],
  ['a fetch that is declared', 'export const guard: World = { now, async fetch(url) { return get(url); } };'],
  [
    'the randomness of the world',
    'export interface World { randomBytes(length: number): Uint8Array }\nexport const id = world.randomBytes(16);',
  ],
  ['a key named fetch', 'export const guard = { fetch: guarded };'],
  ['an address told apart', "import { isIP } from 'node:net';"],
  ['pure parts of node:crypto', "import { createHash, timingSafeEqual } from 'node:crypto';"],
  ['jose with our clock', 'await jwtVerify(token, key, { issuer, currentDate: world.now() });'],
  ['a named group', 'export const name = /^(?<name>[a-z]+)(?<!x)$/.exec(text);'],
];

group('The architecture test is not misled by', () => {
  for (const [name, text] of INNOCENT) {
    test(name, () => assert.deepEqual(plant({ [PLAIN]: text }).map(describe), []));
  }
});

function plant(files: Record<string, string>): Breach[] {
  return checkArchitecture(new Map(Object.entries({ ...CLEAN, ...files })), ALIASES);
}

function readTree(): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of ['src', 'console', 'sandbox', 'bench', 'test', 'tools']) {
    for (const path of listFiles(join(ROOT, folder))) files.set(relative(ROOT, path), readFileSync(path, 'utf8'));
  }
  return files;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|tsx|mjs|md)$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    // The console has its own issue; a folder that is not there has no breaches.
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  }
}
