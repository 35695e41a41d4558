/** The picture of the architecture as data: who stands on which floor, and what the tools are. Change it together with its ADR. */

/** From the ground up. A folder imports only from floors below its own, never from its own floor. */
export const FLOORS: readonly (readonly string[])[] = [
  ['kernel'],
  ['wire'],
  ['audit'],
  ['tenants', 'trust', 'signing-keys'],
  ['directory'],
  ['machines', 'upstream', 'directory-search'],
  ['sessions'],
  ['sign-in', 'invitations'],
  ['openid-provider'],
  ['provisioning', 'operator', 'configuration'],
];

/** Folders that are imported file by file: small, stable, without a front door. */
export const IMPORTED_BY_FILE: readonly string[] = ['kernel', 'wire'];

/** Tools for the files that touch the world, and what each tool itself may import. They know no feature. */
export const TOOLS: Readonly<Record<string, readonly string[]>> = {
  http: ['kernel', 'wire', 'pages'],
  sql: ['kernel'],
  pages: ['kernel'],
  mail: ['kernel', 'sql', 'http', 'pages'],
};

/** Programs that speak to the gateway through its API only, and what they may import. */
export const CLIENTS: Readonly<Record<string, readonly string[]>> = { client: [], cli: ['client'] };

/** The files that join everybody, and what reads the environment for them. */
export const WIRING: readonly string[] = [
  'src/main.ts',
  'src/compose.ts',
  'src/routes.ts',
  'src/stores.ts',
  'src/jobs.ts',
  'src/random.ts',
  'src/settings.ts',
  'src/settings-files.ts',
];

/** Folders under `src/upstream/` that are not protocols. */
export const UPSTREAM_FOLDERS_THAT_ARE_NO_PROTOCOL: readonly string[] = [
  'presets',
  'mapping',
  'groups-seen',
  'remedies',
  'revisions',
  'exchange',
  'keys',
  'health',
  'microsoft',
];

export const PROTOCOL_REGISTRY = 'src/upstream/registry.ts';
export const XML_FOLDER = 'src/wire/xml/';
export const FETCH_FOLDER = 'src/http/guarded-fetch/';

/** A file with one of these endings touches the world. */
export const EDGE = /\.(?:routes|sql|job)\.ts$/;

export const LONGEST_FILE = 250;
export const LONGEST_DOOR = 20;

/** Web frameworks, database drivers and the modules behind them: never in a plain file. */
export const EDGE_PACKAGES: readonly string[] = [
  'node:http',
  'node:https',
  'node:http2',
  'node:sqlite',
  'pg',
  'kysely',
  'fastify',
  '@fastify/*',
  'fastify-*',
  'koa',
  'hono',
  'express',
];

/** Ways to read the environment, the clock, randomness, files or the network: not for a plain file. */
export const WORLD_PACKAGES: readonly string[] = [
  'node:fs',
  'node:fs/promises',
  'node:os',
  'node:process',
  'node:child_process',
  'node:worker_threads',
  'node:cluster',
  'node:timers',
  'node:timers/promises',
  'node:perf_hooks',
  'node:net',
  'node:tls',
  'node:dns',
  'node:dns/promises',
  'node:dgram',
  'node:readline',
  'undici',
  'pino',
];

/** What is pure in a module that is not. */
export const PURE_NAMES: Readonly<Record<string, readonly string[]>> = {
  'node:net': ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'],
};

/** What reads the world in a module that is otherwise pure. */
export const IMPURE_NAMES: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['randomBytes', 'randomUUID', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues', 'webcrypto'],
};

/** Packages that can open a connection; the sole exceptions are the folders that must not be able to without a guarded `fetch`. */
export const NETWORK_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'node:http': ['src/http/'],
  'node:https': [FETCH_FOLDER],
  'node:http2': [],
  'node:net': [FETCH_FOLDER],
  'node:tls': [FETCH_FOLDER],
  'node:dns': [FETCH_FOLDER],
  // The TXT record that proves a domain: a name is asked for, nobody is connected to.
  'node:dns/promises': [FETCH_FOLDER, 'src/tenants/resolve-txt.job.ts'],
  'node:dgram': [],
  'node:child_process': ['src/main.ts'],
  undici: [FETCH_FOLDER],
  axios: [],
  got: [],
  'node-fetch': [],
  ws: [],
  pg: ['src/sql/'],
  'openid-client': ['src/upstream/oidc/'],
  oauth4webapi: ['src/upstream/oidc/'],
  'oidc-provider': ['src/openid-provider/'],
  nodemailer: ['src/mail/'],
};

/** Anything that reads XML, our own choice included. */
export const XML_PACKAGES: readonly string[] = [
  'libxml2-wasm',
  '@xmldom/*',
  'xmldom',
  'xml2js',
  'sax',
  'saxes',
  'fast-xml-parser',
  'xml-crypto',
  'xml-encryption',
  'xpath',
  'xmlbuilder',
  'xmlbuilder2',
  'libxmljs',
  'libxmljs2',
  'cheerio',
  'htmlparser2',
  'parse5',
  'jsdom',
  'linkedom',
  'samlify',
  '@node-saml/*',
];
