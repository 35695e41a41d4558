import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type Environment, readSettings, type SettingsFiles, SettingsRefused, settingsFiles } from './settings.ts';

/** Files in memory: what is kept is listed. */
function memory(files: Record<string, string> = {}): SettingsFiles & { kept: string[] } {
  const kept: string[] = [];
  return {
    kept,
    readText(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('not there'), { code: 'ENOENT' });
      return text;
    },
    keepSecret(_folder, name) {
      kept.push(name);
      return { secret: `generated ${name}`, isNew: true };
    },
  };
}

const KEY = 'k'.repeat(32);
const TOKEN = 't'.repeat(32);
const production: Environment = {
  NODE_ENV: 'production',
  SALLYPORT_URL: 'https://sso.example.com/t/{tenant}',
  SALLYPORT_MASTER_KEY: KEY,
  SALLYPORT_OPERATOR_TOKEN: TOKEN,
};

function faultsOf(environment: Environment, files = memory()): string[] {
  try {
    readSettings(environment, files);
  } catch (error) {
    assert.ok(error instanceof SettingsRefused, String(error));
    for (const value of [KEY, TOKEN, 'secret-value']) assert.doesNotMatch(error.message, new RegExp(value));
    assert.deepEqual(files.kept, [], 'a refused start writes nothing');
    return error.faults.map(({ variable }) => variable).sort();
  }
  return [];
}

describe('Settings in development', () => {
  test('are all there without any variable', () => {
    const files = memory();
    assert.deepEqual(readSettings({}, files), {
      mode: 'development',
      host: '127.0.0.1',
      port: 8080,
      urlTemplates: [{ region: 'default', template: 'http://localhost:8080/t/{tenant}' }],
      dataFolder: resolve('data'),
      database: resolve('data/sallyport.sqlite'),
      masterKeys: ['generated master-key'],
      operatorToken: 'generated operator-token',
      operatorTokenIsNew: true,
      allowPrivateNetwork: true,
      sandbox: true,
      proxies: 0,
      mail: { smtp: null, from: { address: 'sallyport@localhost', name: 'Sallyport' } },
    });
    assert.deepEqual(files.kept.sort(), ['master-key', 'operator-token']);
  });

  test('follow the port, the regions, the data folder and the switches', () => {
    const settings = readSettings(
      {
        PORT: '9000',
        HOST: '0.0.0.0',
        SALLYPORT_URL: 'http://{tenant}.localhost:{port}',
        SALLYPORT_URL_EU: 'http://{tenant}.eu.localhost:{port}',
        SALLYPORT_URL_AU_WEST: 'http://localhost:{port}/au/{tenant}',
        SALLYPORT_DATA: '/srv/sallyport',
        SALLYPORT_ALLOW_PRIVATE_NETWORK: 'off',
        SALLYPORT_SANDBOX: 'off',
        SALLYPORT_OPERATOR_TOKEN: 'short',
        NODE_ENV: 'test',
      },
      memory(),
    );
    assert.deepEqual(settings.urlTemplates, [
      { region: 'default', template: 'http://{tenant}.localhost:9000' },
      { region: 'au-west', template: 'http://localhost:9000/au/{tenant}' },
      { region: 'eu', template: 'http://{tenant}.eu.localhost:9000' },
    ]);
    assert.deepEqual(
      [
        settings.port,
        settings.host,
        settings.database,
        settings.allowPrivateNetwork,
        settings.sandbox,
        settings.operatorToken,
        settings.operatorTokenIsNew,
      ],
      [9000, '0.0.0.0', '/srv/sallyport/sallyport.sqlite', false, false, 'short', false],
    );
  });

  test('take an empty variable for none', () => {
    assert.equal(readSettings({ PORT: '', SALLYPORT_URL: ' ', SALLYPORT_MASTER_KEY: '' }, memory()).port, 8080);
  });

  test('take several master keys, newest first, from a variable or a file', () => {
    assert.deepEqual(readSettings({ SALLYPORT_MASTER_KEY: `${'a'.repeat(32)}, ${'b'.repeat(40)}` }, memory()).masterKeys, [
      'a'.repeat(32),
      'b'.repeat(40),
    ]);
    const files = memory({ '/run/key': `${'a'.repeat(32)}\n${'b'.repeat(32)}\n`, '/run/token': `${TOKEN}\n` });
    const settings = readSettings({ SALLYPORT_MASTER_KEY_FILE: '/run/key', SALLYPORT_OPERATOR_TOKEN_FILE: '/run/token' }, files);
    assert.deepEqual([settings.masterKeys, settings.operatorToken, files.kept], [['a'.repeat(32), 'b'.repeat(32)], TOKEN, []]);
  });
});

describe('Settings are refused', () => {
  for (const [name, environment, faults] of [
    ['a port that is none', { PORT: '80a' }, ['PORT']],
    ['port 0', { PORT: '0' }, ['PORT']],
    ['a port above all', { PORT: '65536', SALLYPORT_SANDBOX: 'off' }, ['PORT']],
    ['no room for the sandbox above the port', { PORT: '65534' }, ['PORT']],
    ['a mode that nobody knows', { NODE_ENV: 'prod' }, ['NODE_ENV']],
    [
      'a switch that is neither on nor off',
      { SALLYPORT_SANDBOX: 'yes', SALLYPORT_ALLOW_PRIVATE_NETWORK: '1' },
      ['SALLYPORT_ALLOW_PRIVATE_NETWORK', 'SALLYPORT_SANDBOX'],
    ],
    ['proxies that are no number', { SALLYPORT_PROXIES: 'yes' }, ['SALLYPORT_PROXIES']],
    ['a template without a tenant', { SALLYPORT_URL: 'https://sso.example.com' }, ['SALLYPORT_URL']],
    ['a template of a region without a tenant', { SALLYPORT_URL_EU: 'https://sso.example.com' }, ['SALLYPORT_URL_EU']],
    ['a region named default', { SALLYPORT_URL_DEFAULT: 'https://x.example/t/{tenant}' }, ['SALLYPORT_URL_DEFAULT']],
    ['a short master key', { SALLYPORT_MASTER_KEY: `${KEY},secret-value` }, ['SALLYPORT_MASTER_KEY']],
    ['a master key twice', { SALLYPORT_MASTER_KEY: `${KEY},${KEY}` }, ['SALLYPORT_MASTER_KEY']],
    ['a master key in two places', { SALLYPORT_MASTER_KEY: KEY, SALLYPORT_MASTER_KEY_FILE: '/x' }, ['SALLYPORT_MASTER_KEY_FILE']],
    [
      'a file that is not there',
      { SALLYPORT_MASTER_KEY_FILE: '/nowhere', SALLYPORT_OPERATOR_TOKEN_FILE: '/nowhere' },
      ['SALLYPORT_MASTER_KEY_FILE', 'SALLYPORT_OPERATOR_TOKEN_FILE'],
    ],
    [
      'an operator token that no header can carry',
      { SALLYPORT_OPERATOR_TOKEN: 'secret-value with spaces' },
      ['SALLYPORT_OPERATOR_TOKEN'],
    ],
    ['another database', { SALLYPORT_DATABASE_URL: 'mysql://x:secret-value@y/z' }, ['SALLYPORT_DATABASE_URL']],
  ] as const) {
    test(`for ${name}`, () => assert.deepEqual(faultsOf(environment), faults));
  }

  test('for an empty file, once', () => {
    assert.deepEqual(faultsOf({ SALLYPORT_MASTER_KEY_FILE: '/empty' }, memory({ '/empty': ' \n' })), [
      'SALLYPORT_MASTER_KEY_FILE',
    ]);
  });
});

describe('NODE_ENV=production', () => {
  test('starts with its own values, without sandbox and without private networks', () => {
    const files = memory();
    const settings = readSettings(production, files);
    assert.deepEqual(
      [settings.mode, settings.sandbox, settings.allowPrivateNetwork, settings.operatorTokenIsNew, files.kept],
      ['production', false, false, false, []],
    );
  });

  test('refuses every default of development at once, and says which', () => {
    assert.deepEqual(faultsOf({ NODE_ENV: 'production' }), ['SALLYPORT_MASTER_KEY', 'SALLYPORT_OPERATOR_TOKEN', 'SALLYPORT_URL']);
    assert.deepEqual(faultsOf({ NODE_ENV: 'production', SALLYPORT_SANDBOX: 'on', PORT: 'x' }), [
      'PORT',
      'SALLYPORT_MASTER_KEY',
      'SALLYPORT_OPERATOR_TOKEN',
      'SALLYPORT_SANDBOX',
      'SALLYPORT_URL',
    ]);
  });

  for (const [name, environment, faults] of [
    ['a short operator token', { SALLYPORT_OPERATOR_TOKEN: 'short' }, ['SALLYPORT_OPERATOR_TOKEN']],
    ['http to another machine', { SALLYPORT_URL: 'http://sso.example.com/t/{tenant}' }, ['SALLYPORT_URL']],
    ['http to another machine in one region', { SALLYPORT_URL_EU: 'http://{tenant}.eu.example.com' }, ['SALLYPORT_URL_EU']],
    ['http on loopback, when said', { SALLYPORT_URL: 'http://127.0.0.1:{port}/t/{tenant}' }, []],
    ['private networks, when said', { SALLYPORT_ALLOW_PRIVATE_NETWORK: 'on' }, []],
  ] as const) {
    test(`${faults.length > 0 ? 'refuses' : 'allows'} ${name}`, () =>
      assert.deepEqual(faultsOf({ ...production, ...environment }), faults));
  }
});

describe('The secrets of development', () => {
  let folder: string;
  before(() => void (folder = mkdtempSync(join(tmpdir(), 'sallyport-settings-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('are made once, kept for the next start, and readable by their owner alone', () => {
    const data = join(folder, 'one');
    const first = readSettings({ SALLYPORT_DATA: data }, settingsFiles);
    assert.match(first.masterKeys[0] ?? '', /^[\w-]{43}$/);
    assert.match(first.operatorToken, /^[\w-]{43}$/);
    assert.notEqual(first.masterKeys[0], first.operatorToken);
    const second = readSettings({ SALLYPORT_DATA: data }, settingsFiles);
    assert.deepEqual({ ...second, operatorTokenIsNew: true }, first);
    assert.equal(second.operatorTokenIsNew, false);
    assert.deepEqual(readdirSync(data).sort(), ['master-key', 'operator-token']);
    for (const name of readdirSync(data)) assert.equal(statSync(join(data, name)).mode & 0o777, 0o600);
    assert.equal(statSync(data).mode & 0o777, 0o700);
  });

  test('are the same for processes that start at once', async () => {
    const data = join(folder, 'many');
    const program = `const { readSettings, settingsFiles } = await import(${JSON.stringify(new URL('./settings.ts', import.meta.url).href)});
      const { masterKeys, operatorToken, operatorTokenIsNew } = readSettings({ SALLYPORT_DATA: ${JSON.stringify(data)} }, settingsFiles);
      console.log(JSON.stringify([masterKeys[0], operatorToken, operatorTokenIsNew]));`;
    const run = promisify(execFile);
    const options = { cwd: new URL('..', import.meta.url) };
    const starts = await Promise.all(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', program], options)),
    );
    const seen = starts.map(({ stdout }) => JSON.parse(stdout) as [string, string, boolean]);
    assert.equal(new Set(seen.map(([key, token]) => `${key} ${token}`)).size, 1);
    assert.equal(seen.filter(([, , isNew]) => isNew).length, 1);
    assert.equal(readFileSync(join(data, 'master-key'), 'utf8').trim(), seen[0]?.[0]);
    assert.deepEqual(readdirSync(data).sort(), ['master-key', 'operator-token']);
  });

  test('are not replaced when the file cannot be read as one', () => {
    const data = join(folder, 'kept');
    const { secret } = settingsFiles.keepSecret(data, 'master-key');
    assert.deepEqual(settingsFiles.keepSecret(data, 'master-key'), { secret, isNew: false });
    assert.throws(() => settingsFiles.keepSecret(folder, 'kept'), { code: 'EISDIR' });
  });
});
