import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openScene, type Scene, type TestTenant } from '../kit/scene.ts';
import { type Cli, cliOf } from './kit.ts';

interface Doc {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly clientSecret: string;
  readonly status: string;
  readonly items: Doc[];
  readonly [name: string]: unknown;
}

describe('nouns of the command line, against a gateway', () => {
  let scene: Scene;
  let acme: TestTenant;
  let cli: Cli;
  let operator: Cli;

  before(async () => {
    scene = await openScene({ resolveTxt: async () => [] });
    acme = await scene.addTenant('acme');
    cli = cliOf(scene, acme);
    operator = cliOf(scene);
  });
  after(() => scene.close());

  const done = async (call: ReturnType<Cli>): Promise<string> => {
    const { code, out, err } = await call;
    assert.equal(code, 0, err);
    return out;
  };

  it('tenant: create, list, show, change, suspend, activate, remove', async () => {
    const made = await done(
      operator(['tenant', 'create', 'globex', '--display-name', 'Globex Ltd', '--set', '/settings/traceDays=7']),
    );
    assert.ok(made.includes(scene.gateway.tenantUrl('globex')));
    assert.match(await done(operator(['tenant', 'list'])), /^acme .*\n?[^]*globex +Globex Ltd +\S+ +active/m);
    const shown = await operator<Doc & { settings: { traceDays: number } }>(['tenant', 'show', 'globex', '--json']);
    assert.equal(shown.json.settings.traceDays, 7);
    await done(operator(['tenant', 'change', 'globex', '--display-name', 'Globex Corporation']));
    await done(operator(['tenant', 'suspend', 'globex', '--yes']));
    assert.equal((await operator<Doc>(['tenant', 'show', 'globex', '--json'])).json.status, 'suspended');
    await done(operator(['tenant', 'activate', 'globex']));
    await done(operator(['tenant', 'remove', 'globex', '--yes']));
    const gone = await operator<Doc>(['tenant', 'show', 'globex', '--json']);
    assert.deepEqual([gone.code, gone.json.code], [1, 'tenants.unknown']);
    // Its log stays, for operators.
    assert.match(await done(operator(['audit', 'list', '--of', shown.json.id])), /tenant\.removed/);
    assert.match(await done(operator(['audit', 'export', '--of', shown.json.id])), /"tenant\.suspended"/);
    assert.match(await done(operator(['audit', 'check', '--of', shown.json.id])), /^Intact/);
  });

  it('--tenant: the server’s address and a tenant’s name are as good as the tenant’s own address', async () => {
    const direct = await cli<Doc>(['group', 'create', 'Looked up', '--json']);
    const listed = await operator<Doc>(['group', 'list', '--tenant', 'acme', '--json']);
    assert.ok(listed.json.items.some(({ id }) => id === direct.json.id));
    assert.equal((await operator<Doc>(['group', 'list', '--tenant', 'initech', '--json'])).json.code, 'tenants.unknown');
  });

  it('setup-link: shown once, by an operator for a tenant, and in the tenant', async () => {
    assert.match(
      await done(operator(['tenant', 'setup-link', 'acme'])),
      /^Link, shown this once, good until .*:\n {2}http\S+\n$/,
    );
    assert.match(await done(operator(['tenant', 'setup-link', 'acme', '--status'])), /needed +yes/);
    assert.match(await done(cli(['user', 'setup-link'])), /shown this once/);
    assert.match(await done(cli(['user', 'local-administrators'])), /none/);
  });

  it('whoami: whose token it is', async () => {
    assert.match(await done(cli(['whoami'])), /^kind +operator/);
  });

  it('user: create, list, show by address, change, disable, enable, remove', async () => {
    const made = await cli<Doc>(['user', 'create', 'alice@acme.example', '--set', '/firstName=Alice', '--json']);
    assert.equal(made.code, 0, made.err);
    assert.match(await done(cli(['user', 'list'])), new RegExp(`${made.json.id} +alice@acme.example +Alice +active`));
    const found = await cli<Doc>(['user', 'list', '--email', 'alice@acme.example', '--json']);
    assert.deepEqual(
      found.json.items.map(({ id }) => id),
      [made.json.id],
    );
    await done(cli(['user', 'change', 'alice@acme.example', '-f', '-'], { stdin: '{"lastName":"Archer"}' }));
    assert.match(await done(cli(['user', 'show', 'alice@acme.example'])), /last name +Archer/);
    await done(cli(['user', 'disable', 'alice@acme.example']));
    assert.equal((await cli<Doc>(['user', 'show', made.json.id, '--json'])).json.status, 'disabled');
    await done(cli(['user', 'enable', 'alice@acme.example']));
    await done(cli(['user', 'remove', 'alice@acme.example', '--yes']));
    assert.equal((await cli<Doc>(['user', 'show', 'alice@acme.example', '--json'])).json.code, 'cli.not_found');
  });

  it('group and role: create, list, show by name, change, remove', async () => {
    for (const noun of ['group', 'role']) {
      await done(cli([noun, 'create', `Night Shift ${noun}`]));
      assert.match(await done(cli([noun, 'list'])), new RegExp(`Night Shift ${noun}`));
      await done(cli([noun, 'change', `Night Shift ${noun}`, '--set', `/name=Day Shift ${noun}`]));
      assert.match(await done(cli([noun, 'show', `day shift ${noun}`])), new RegExp(`Day Shift ${noun}`));
      await done(cli([noun, 'remove', `Day Shift ${noun}`, '--yes']));
      assert.equal((await cli<Doc>([noun, 'show', `Day Shift ${noun}`, '--json'])).json.code, 'cli.not_found');
    }
  });

  it('application: the secret is shown once, with a word that it is, and never again', async () => {
    const made = await cli(['application', 'create', 'Payroll', '--set', '/redirectUris=["https://payroll.acme.example/cb"]']);
    assert.equal(made.code, 0, made.err);
    const secret = /Client secret, shown this once: (\S+)/.exec(made.out)?.[1] ?? '';
    assert.notEqual(secret, '');
    const renewed = await cli<Doc>(['application', 'rotate-secret', 'Payroll', '--yes', '--json']);
    assert.notEqual(renewed.json.clientSecret, secret);
    await done(cli(['application', 'change', 'Payroll', '--set', '/enabled=false']));
    const later = [
      await done(cli(['application', 'show', 'Payroll'])),
      await done(cli(['application', 'show', 'Payroll', '--json'])),
      await done(cli(['application', 'list', '--json'])),
      await done(cli(['audit', 'export'])),
    ];
    for (const text of later) for (const one of [secret, renewed.json.clientSecret]) assert.ok(!text.includes(one));
    await done(cli(['application', 'remove', 'Payroll', '--yes']));
  });

  it('a name that two have is no name: every id is told', async () => {
    await cli(['application', 'create', 'Sample', '--set', '/redirectUris=["https://a.acme.example/cb"]']);
    const told = await cli<Doc>(['application', 'show', 'Sample', '--json']);
    assert.equal(told.json.code, 'cli.ambiguous');
    assert.ok(String(told.json['remedy']).includes(acme.application.id));
  });

  it('domain: add, list, prove, change, remove', async () => {
    assert.match(await done(cli(['domain', 'add', 'acme.test'])), /vouched/);
    await done(cli(['domain', 'change', 'acme.test', '--include-subdomains']));
    assert.match(await done(cli(['domain', 'list'])), /acme\.test +vouched +yes/);
    assert.match(await done(cli(['domain', 'show', 'acme.test'])), /_sallyport\.acme\.test/);
    await done(cli(['domain', 'remove', 'acme.test', '--yes']));
    assert.equal((await cli<Doc>(['domain', 'prove', 'acme.test', '--json'])).json.code, 'tenants.domain_unknown');
  });

  it('settings: show and change', async () => {
    await done(cli(['settings', 'change', '--set', '/traceDays=14']));
    assert.match(await done(cli(['settings', 'show'])), /trace days +14/);
    const told = await cli<Doc & { errors: { pointer: string }[] }>(['settings', 'change', '--set', '/traceDays=soon', '--json']);
    assert.equal(told.code, 1);
    assert.deepEqual(
      told.json.errors.map(({ pointer }) => pointer),
      ['/traceDays'],
    );
  });

  it('audit: list by filter, export as NDJSON and CSV, check', async () => {
    const listed = await cli<Doc>(['audit', 'list', '--action', 'settings.changed', '--json']);
    assert.equal(listed.code, 0, listed.err);
    const files = new Map<string, string>();
    await done(cli(['audit', 'export', '-o', 'audit.ndjson'], { files }));
    const lines = (files.get('audit.ndjson') ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { sequence: number });
    assert.equal(lines.at(-1)?.sequence, 1);
    assert.equal(lines.length, lines[0]?.sequence);
    const csv = await done(cli(['audit', 'export', '--format', 'csv']));
    assert.equal(csv.trim().split('\n').length, lines.length + 1);
    assert.match(await done(cli(['audit', 'check'])), /^Intact/);
  });

  it('audit check: a chain that does not fit ends with 1', async () => {
    const told = await cli(['audit', 'check'], {
      fetch: async () => Response.json({ intact: false, brokenAt: 3, length: 9, head: 'x' }),
    });
    assert.equal(told.code, 1);
    assert.match(told.out, /^Broken at event 3 of 9/);
  });

  it('says of what is no API that it is none', async () => {
    const told = await cli<Doc>(['group', 'list', '--json'], { fetch: async () => new Response('<h1>Welcome</h1>') });
    assert.deepEqual([told.code, told.json.code], [1, 'cli.no_api']);
  });
});
