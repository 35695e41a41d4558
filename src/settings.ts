import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findTemplateFault } from '#tenants/index.ts';

/** Everything that the environment decides. Made once, at start; nothing else reads the environment. */
export interface Settings {
  readonly mode: 'development' | 'production';
  readonly host: string;
  readonly port: number;
  /** URL template a region, the default region first; `{port}` is filled in, `{tenant}` is there exactly once. */
  readonly urlTemplates: readonly { region: string; template: string }[];
  readonly dataFolder: string;
  /** `postgres://…`, or the path of the SQLite file. */
  readonly database: string;
  /** Newest first: the first seals, all unseal. */
  readonly masterKeys: readonly string[];
  readonly operatorToken: string;
  /** The token was made by this very start and has to be shown to somebody. */
  readonly operatorTokenIsNew: boolean;
  readonly allowPrivateNetwork: boolean;
  readonly sandbox: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingsFault {
  readonly variable: string;
  readonly detail: string;
}

/** The start is refused; every fault is named, none of the values is. */
export class SettingsRefused extends Error {
  readonly faults: readonly SettingsFault[];

  constructor(faults: readonly SettingsFault[]) {
    super(`refusing to start:\n${faults.map(({ variable, detail }) => `  ${variable}: ${detail}`).join('\n')}`);
    this.name = 'SettingsRefused';
    this.faults = faults;
  }
}

/** What the settings need of the disk. */
export interface SettingsFiles {
  /** Text of a file named by a `_FILE` variable. Throws when it cannot be read. */
  readText(path: string): string;
  /** The secret kept under that name in the folder; a new one is kept first when there is none. Two processes get the same. */
  keepSecret(folder: string, name: string): { secret: string; isNew: boolean };
}

/** @throws SettingsRefused with all faults at once */
export function readSettings(environment: Environment, files: SettingsFiles): Settings {
  const { draft, faults } = parseEnvironment(environment, files.readText);
  if (faults.length > 0) throw new SettingsRefused(faults);
  const { masterKeys, operatorToken, ...rest } = draft;
  // Only now is anything written: a start that is refused leaves no folder and no key behind.
  const token = operatorToken === null ? files.keepSecret(rest.dataFolder, 'operator-token') : { secret: operatorToken, isNew: false };
  return {
    ...rest,
    masterKeys: masterKeys ?? [files.keepSecret(rest.dataFolder, 'master-key').secret],
    operatorToken: token.secret,
    operatorTokenIsNew: token.isNew,
  };
}

/** Settings before the secrets that development makes for itself: null stands for one of those. */
type Draft = Omit<Settings, 'masterKeys' | 'operatorToken' | 'operatorTokenIsNew'> & {
  masterKeys: readonly string[] | null;
  operatorToken: string | null;
};

type Fault = (variable: string, detail: string) => void;

/** Pure but for the given reader: values in, a draft and all its faults out. */
export function parseEnvironment(environment: Environment, readText: (path: string) => string): { draft: Draft; faults: SettingsFault[] } {
  const faults: SettingsFault[] = [];
  const fault: Fault = (variable, detail) => faults.push({ variable, detail });
  // An empty variable is what `FOO= npm start` and most container files leave behind: it counts as not given.
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const mode = readMode(given('NODE_ENV'), fault);
  const port = readPort(given('PORT'), fault);
  const isOn = (variable: string): boolean => readSwitch({ variable, value: given(variable), preset: mode === 'development' }, fault);
  const sandbox = isOn('SALLYPORT_SANDBOX');
  const dataFolder = resolve(given('SALLYPORT_DATA') ?? './data');
  const masterKey = readSecret('SALLYPORT_MASTER_KEY', { given, readText, fault, mode });
  const operatorToken = readSecret('SALLYPORT_OPERATOR_TOKEN', { given, readText, fault, mode });
  if (sandbox && mode === 'production') fault('SALLYPORT_SANDBOX', 'the sandbox lets anybody in; it never runs with NODE_ENV=production');
  if (sandbox && port > 65_533) fault('PORT', 'the sandbox listens on the two ports above it: at most 65533');
  const draft: Draft = {
    mode,
    host: given('HOST') ?? '127.0.0.1',
    port,
    urlTemplates: readTemplates(environment, { given, port, mode, fault }),
    dataFolder,
    database: readDatabase(given('SALLYPORT_DATABASE_URL'), fault) ?? join(dataFolder, 'sallyport.sqlite'),
    masterKeys: masterKey === null ? null : readMasterKeys(masterKey, fault),
    operatorToken: operatorToken === null ? null : checkOperatorToken(operatorToken, mode, fault),
    allowPrivateNetwork: isOn('SALLYPORT_ALLOW_PRIVATE_NETWORK'),
    sandbox,
  };
  return { draft, faults };
}

function readMode(value: string | undefined, fault: Fault): Settings['mode'] {
  if (value === 'production') return 'production';
  // `prod` or `staging` would silently run with the defaults of development.
  if (value && !['development', 'test'].includes(value)) fault('NODE_ENV', 'is production, development or test, or not given');
  return 'development';
}

function readPort(value: string | undefined, fault: Fault): number {
  if (value === undefined) return 8080;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) fault('PORT', 'is a number from 1 to 65535');
  return port;
}

function readSwitch({ variable, value, preset }: { variable: string; value: string | undefined; preset: boolean }, fault: Fault): boolean {
  if (value === undefined) return preset;
  if (value !== 'on' && value !== 'off') fault(variable, 'is on or off');
  return value === 'on';
}

function readDatabase(value: string | undefined, fault: Fault): string | undefined {
  if (value === undefined) return undefined;
  const isPostgres = /^postgres(ql)?:\/\//.test(value) && URL.canParse(value);
  if (!isPostgres) fault('SALLYPORT_DATABASE_URL', 'is a postgres:// URL, or not given for SQLite in the data folder');
  return value;
}

interface Sources {
  given(name: string): string | undefined;
  readText(path: string): string;
  fault: Fault;
  mode: Settings['mode'];
}

/** The variable, or the text of the file that its `_FILE` twin names; null when development is to make one. */
function readSecret(variable: string, { given, readText, fault, mode }: Sources): string | null {
  const value = given(variable);
  const path = given(`${variable}_FILE`);
  if (value && path) fault(`${variable}_FILE`, `is given beside ${variable}; only one of the two may be`);
  if (value) return value;
  if (!path) {
    if (mode === 'production') fault(variable, 'is not given; development would make one, production needs its own');
    return null;
  }
  try {
    const text = readText(path).trim();
    if (text === '') fault(`${variable}_FILE`, 'names an empty file');
    return text;
  } catch (error) {
    fault(`${variable}_FILE`, `cannot be read (${(error as { code?: string }).code ?? 'unknown cause'})`);
    return '';
  }
}

/** Several keys, newest first, between commas, spaces or line ends. */
function readMasterKeys(text: string, fault: Fault): string[] {
  const keys = text.split(/[\s,]+/).filter((key) => key !== '');
  if (keys.some((key) => key.length < 32)) fault('SALLYPORT_MASTER_KEY', 'each key has at least 32 characters, for example from: openssl rand -base64 32');
  if (new Set(keys).size < keys.length) fault('SALLYPORT_MASTER_KEY', 'holds the same key twice');
  return keys;
}

/** The characters of a bearer token, RFC 6750 §2.1: another one could never be presented. */
function checkOperatorToken(token: string, mode: Settings['mode'], fault: Fault): string {
  if (token !== '' && !/^[A-Za-z0-9\-._~+/]{1,512}=*$/.test(token)) fault('SALLYPORT_OPERATOR_TOKEN', 'may hold letters, digits and -._~+/ only');
  if (mode === 'production' && token !== '' && token.length < 32) fault('SALLYPORT_OPERATOR_TOKEN', 'has at least 32 characters in production');
  return token;
}

const DEFAULT_TEMPLATE = 'http://localhost:{port}/t/{tenant}';

function readTemplates(
  environment: Environment,
  { given, port, mode, fault }: { given: Sources['given']; port: number; mode: Settings['mode']; fault: Fault },
): Settings['urlTemplates'] {
  const regional = Object.keys(environment).filter((name) => name.startsWith('SALLYPORT_URL_') && given(name)).toSorted();
  const variables = ['SALLYPORT_URL', ...regional];
  if (mode === 'production' && !given('SALLYPORT_URL')) fault('SALLYPORT_URL', `is not given; ${DEFAULT_TEMPLATE} is for development`);
  return variables.map((variable) => {
    const region = variable === 'SALLYPORT_URL' ? 'default' : variable.slice('SALLYPORT_URL_'.length).toLowerCase().replaceAll('_', '-');
    if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(region)) fault(variable, 'names a region by letters, digits and _');
    if (region === 'default' && variable !== 'SALLYPORT_URL') fault(variable, 'SALLYPORT_URL itself is the region default');
    const template = (given(variable) ?? DEFAULT_TEMPLATE).replaceAll('{port}', String(port));
    const wrong = findTemplateFault(template);
    if (wrong) fault(variable, wrong);
    else if (mode === 'production' && isInTheClear(template)) fault(variable, 'is an https URL in production');
    return { region, template };
  });
}

/** Over http cookies and codes travel in the clear; on loopback they do not travel. */
function isInTheClear(template: string): boolean {
  const { protocol, hostname } = new URL(template.replace('{tenant}', 'acme'));
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname) && !hostname.endsWith('.localhost');
}

/** The disk itself. */
export const settingsFiles: SettingsFiles = {
  readText: (path) => readFileSync(path, 'utf8'),
  keepSecret(folder, name) {
    const path = join(folder, name);
    const kept = readIfThere(path);
    if (kept !== undefined) return { secret: kept, isNew: false };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `.${name}.${randomBytes(8).toString('hex')}`);
    writeDurably(draft, randomBytes(32).toString('base64url'));
    try {
      // A link appears whole or not at all and never replaces: of two processes one wins, and both read the winner's.
      linkSync(draft, path);
      syncFolder(folder);
      return { secret: readFileSync(path, 'utf8').trim(), isNew: true };
    } catch (error) {
      const winner = readIfThere(path);
      if ((error as { code?: string }).code !== 'EEXIST' || winner === undefined) throw error;
      return { secret: winner, isNew: false };
    } finally {
      rmSync(draft, { force: true });
    }
  },
};

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${text}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the new name itself durable: what is sealed with a key must not outlive it. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
