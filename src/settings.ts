import { join, resolve } from 'node:path';
import { type MailSettings, readMailSettings } from '#mail/settings.ts';
import { findTemplateFault } from '#tenants/index.ts';

export { settingsFiles } from './settings-files.ts';

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
  /** Proxies of ours before the gateway: so many addresses of `X-Forwarded-For` are believed. */
  readonly proxies: number;
  readonly mail: MailSettings;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export type SettingsFault = Readonly<{ variable: string; detail: string }>;

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
  const token =
    operatorToken === null ? files.keepSecret(rest.dataFolder, 'operator-token') : { secret: operatorToken, isNew: false };
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

/** What every reader of a variable works with. */
interface Reading {
  readonly environment: Environment;
  readonly mode: Settings['mode'];
  given(name: string): string | undefined;
  readText(path: string): string;
  fault(variable: string, detail: string): void;
}

/** Pure but for the given reader: values in, a draft and all its faults out. */
export function parseEnvironment(
  environment: Environment,
  readText: Reading['readText'],
): { draft: Draft; faults: SettingsFault[] } {
  const faults: SettingsFault[] = [];
  const fault: Reading['fault'] = (variable, detail) => faults.push({ variable, detail });
  // An empty variable is what `FOO= npm start` and most container files leave behind: it counts as not given.
  const given: Reading['given'] = (name) => environment[name]?.trim() || undefined;
  const mode = readMode(given('NODE_ENV'), fault);
  const reading: Reading = { environment, mode, given, readText, fault };
  const port = readPort(reading);
  const sandbox = readSwitch('SALLYPORT_SANDBOX', reading);
  if (sandbox && mode === 'production') fault('SALLYPORT_SANDBOX', 'lets anybody in and never runs with NODE_ENV=production');
  if (sandbox && port > 65_533) fault('PORT', 'the sandbox listens on the two ports above it: at most 65533');
  const dataFolder = resolve(given('SALLYPORT_DATA') ?? './data');
  const draft: Draft = {
    mode,
    host: given('HOST') ?? '127.0.0.1',
    port,
    urlTemplates: readTemplates(port, reading),
    dataFolder,
    database: readDatabase(reading) ?? join(dataFolder, 'sallyport.sqlite'),
    masterKeys: readMasterKeys(reading),
    operatorToken: readOperatorToken(reading),
    allowPrivateNetwork: readSwitch('SALLYPORT_ALLOW_PRIVATE_NETWORK', reading),
    sandbox,
    proxies: readProxies(reading),
    mail: readMailSettings({ mode, given, fault, secret: (name) => readOptionalSecret(name, reading) }),
  };
  return { draft, faults };
}

function readMode(value: string | undefined, fault: Reading['fault']): Settings['mode'] {
  if (value === 'production') return 'production';
  // `prod` or `staging` would silently run with the defaults of development.
  if (value && !['development', 'test'].includes(value)) fault('NODE_ENV', 'is production, development or test, or not given');
  return 'development';
}

function readPort({ given, fault }: Reading): number {
  const value = given('PORT') ?? '8080';
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= 65_535) return port;
  fault('PORT', 'is a number from 1 to 65535');
  return 8080;
}

/** Without any, nobody is believed who says on whose behalf a request comes. */
function readProxies({ given, fault }: Reading): number {
  const value = given('SALLYPORT_PROXIES') ?? '0';
  if (/^\d$/.test(value)) return Number(value);
  fault('SALLYPORT_PROXIES', 'is how many proxies of yours stand before the gateway, 0 to 9');
  return 0;
}

function readSwitch(variable: string, { given, fault, mode }: Reading): boolean {
  const value = given(variable) ?? (mode === 'development' ? 'on' : 'off');
  if (value !== 'on' && value !== 'off') fault(variable, 'is on or off');
  return value === 'on';
}

function readDatabase({ given, fault }: Reading): string | undefined {
  const url = given('SALLYPORT_DATABASE_URL');
  if (url === undefined || (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url))) return url;
  fault('SALLYPORT_DATABASE_URL', 'is a postgres:// URL, or not given for SQLite in the data folder');
  return undefined;
}

function readSecret(variable: string, reading: Reading): string | null {
  const isGiven = reading.given(variable) !== undefined || reading.given(`${variable}_FILE`) !== undefined;
  if (!isGiven && reading.mode === 'production')
    reading.fault(variable, 'is not given; development would make one, production needs its own');
  return readOptionalSecret(variable, reading);
}

/** The variable, or the text of the file that its `_FILE` twin names; null when there is none that could be used. */
function readOptionalSecret(variable: string, { given, readText, fault }: Reading): string | null {
  const value = given(variable);
  const path = given(`${variable}_FILE`);
  if (value && path) fault(`${variable}_FILE`, `is given beside ${variable}; only one of the two may be`);
  if (value) return value;
  if (!path) return null;
  try {
    const text = readText(path).trim();
    if (text === '') fault(`${variable}_FILE`, 'names an empty file');
    return text || null;
  } catch (error) {
    fault(`${variable}_FILE`, `cannot be read (${(error as { code?: string }).code ?? 'unknown cause'})`);
    return null;
  }
}

/** Several keys, newest first, between commas, spaces or line ends. */
function readMasterKeys(reading: Reading): string[] | null {
  const variable = 'SALLYPORT_MASTER_KEY';
  const keys =
    readSecret(variable, reading)
      ?.split(/[\s,]+/)
      .filter((key) => key !== '') ?? null;
  const isShort = keys?.some((key) => key.length < 32);
  if (isShort) reading.fault(variable, 'each key has at least 32 characters, for example from: openssl rand -base64 32');
  if (keys && new Set(keys).size < keys.length) reading.fault(variable, 'holds the same key twice');
  return keys;
}

function readOperatorToken(reading: Reading): string | null {
  const variable = 'SALLYPORT_OPERATOR_TOKEN';
  const token = readSecret(variable, reading);
  // The characters of a bearer token, RFC 6750 §2.1: another one could never be presented.
  const isBearer = token === null || /^[A-Za-z0-9\-._~+/]{1,512}=*$/.test(token);
  const isShort = reading.mode === 'production' && token !== null && token.length < 32;
  if (!isBearer) reading.fault(variable, 'may hold letters, digits and -._~+/ only');
  if (isShort) reading.fault(variable, 'has at least 32 characters in production');
  return token;
}

const DEFAULT_TEMPLATE = 'http://localhost:{port}/t/{tenant}';

function readTemplates(port: number, { environment, mode, given, fault }: Reading): Settings['urlTemplates'] {
  const regional = Object.keys(environment).filter((name) => /^SALLYPORT_URL_./.test(name) && given(name));
  const isDefault = given('SALLYPORT_URL') === undefined;
  if (isDefault && mode === 'production') fault('SALLYPORT_URL', `is not given; ${DEFAULT_TEMPLATE} is for development`);
  return ['SALLYPORT_URL', ...regional.toSorted()].map((variable) => {
    const suffix = variable.slice('SALLYPORT_URL_'.length).toLowerCase().replaceAll('_', '-');
    const region = suffix || 'default';
    if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(region)) fault(variable, 'names a region by letters, digits and _');
    if (suffix === 'default') fault(variable, 'SALLYPORT_URL itself is the region default');
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
