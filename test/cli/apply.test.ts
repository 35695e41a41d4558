import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { openScene, type Scene, type TestTenant } from '../kit/scene.ts';
import { type Cli, cliOf } from './kit.ts';

interface Plan {
  readonly code: string;
  readonly applied: boolean;
  readonly items: { action: string; kind: string; name: string }[];
  readonly applications: { clientSecret: string | null }[];
}

const document = {
  format: 'sallyport.tenant',
  version: 1,
  tenant: {
    displayName: 'Acme Limited',
    settings: { traceDays: 14 },
    roles: [{ name: 'Buyer' }],
    groups: [{ name: 'Engineering' }],
    applications: [{ name: 'Orders', redirectUris: ['https://orders.acme.example/callback'] }],
  },
};

describe('sallyport apply and export', () => {
  let scene: Scene;
  let tenant: TestTenant;
  let cli: Cli;
  let files: Map<string, string>;
  let count = 0;

  before(async () => {
    scene = await openScene();
  });
  beforeEach(async () => {
    tenant = await scene.addTenant(`acme-${++count}`);
    cli = cliOf(scene, tenant);
    files = new Map([['tenant.json', JSON.stringify(document)]]);
  });
  after(() => scene.close());

  const groups = async (): Promise<string[]> => (await cli<Plan>(['group', 'list', '--json'])).json.items.map(({ name }) => name);

  it('prints the plan and changes nothing where nobody can be asked, without --yes', async () => {
    const told = await cli(['apply', '-f', 'tenant.json'], { files });
    assert.equal(told.code, 1);
    assert.match(told.err, /cli\.not_confirmed/);
    assert.match(told.out, /^\+ create role Buyer$/m);
    assert.match(told.out, /^~ change settings .*\n {4}\/traceDays {2}30 → 14$/m);
    assert.match(told.out, /3 to create, 2 to change\.\n$/);
    assert.deepEqual(await groups(), []);
  });

  it('asks at a terminal, and does it for a yes alone', async () => {
    assert.equal((await cli(['apply', '-f', 'tenant.json'], { files, types: 'no' })).code, 1);
    assert.deepEqual(await groups(), []);
    const told = await cli(['apply', '-f', 'tenant.json'], { files, types: 'yes', env: { NO_COLOR: '1' } });
    assert.equal(told.code, 0, told.err);
    assert.match(told.out, /Applied\.\nClient secrets, shown this once:\n {2}Orders \(app_\S+\): \S+\n$/);
    assert.deepEqual(await groups(), ['Engineering']);
  });

  it('applied twice changes nothing, and needs no yes for it', async () => {
    const first = await cli<Plan>(['apply', '-f', '-', '--yes', '--json'], { stdin: JSON.stringify(document) });
    assert.equal(first.code, 0, first.err);
    assert.equal(first.json.applied, true);
    assert.equal(typeof first.json.applications[0]?.clientSecret, 'string');
    const second = await cli<Plan>(['apply', '-f', 'tenant.json', '--json'], { files });
    assert.equal(second.code, 0, second.err);
    assert.deepEqual([...new Set(second.json.items.map(({ action }) => action))], ['keep']);
    assert.deepEqual(second.json.applications, []);
  });

  it('--plan changes nothing, --yes or not', async () => {
    const told = await cli<Plan>(['apply', '-f', 'tenant.json', '--plan', '--yes', '--json'], { files });
    assert.deepEqual([told.code, told.json.applied], [0, false]);
    assert.deepEqual(await groups(), []);
  });

  it('--prune removes what the document does not name, and the plan says so before', async () => {
    await cli(['group', 'create', 'Forgotten']);
    await cli(['apply', '-f', 'tenant.json', '--yes'], { files });
    assert.deepEqual(await groups(), ['Engineering', 'Forgotten']);
    const told = await cli(['apply', '-f', 'tenant.json', '--yes', '--prune'], { files });
    assert.equal(told.code, 0, told.err);
    assert.match(told.out, /^- remove group Forgotten$/m);
    assert.deepEqual(await groups(), ['Engineering']);
  });

  it('a document with faults does nothing, and every fault is named with its pointer; exit code 1', async () => {
    const broken = {
      ...document,
      tenant: { ...document.tenant, groups: [{ name: '' }, { nome: 'x' }], settings: { traceDays: 'x' } },
    };
    const told = await cli(['apply', '-f', '-', '--yes'], { stdin: JSON.stringify(broken) });
    assert.equal(told.code, 1);
    for (const pointer of [
      '/document/tenant/groups/0/name',
      '/document/tenant/groups/1/nome',
      '/document/tenant/settings/traceDays',
    ]) {
      assert.ok(told.err.includes(pointer), `${pointer} is not in ${told.err}`);
    }
    assert.deepEqual(await groups(), []);
  });

  it('what is refused for what is there already is in the plan; nothing is done, not even with --yes', async () => {
    await scene.addTenant('initech');
    const taken = { ...document, tenant: { ...document.tenant, domains: [{ name: 'initech.example' }] } };
    const told = await cli(['apply', '-f', '-', '--yes'], { stdin: JSON.stringify(taken) });
    assert.equal(told.code, 1);
    assert.match(told.out, /^✗ refuse domain initech\.example$/m);
    assert.match(told.out, /Nothing was done\.\n$/);
    assert.deepEqual(await groups(), []);
  });

  it('export, apply to an empty tenant, export: the same bytes; secrets only under a passphrase', async () => {
    const idp = await scene.startOidcIdp();
    await tenant.connectOidc(idp, { oidc: { clientSecret: 'a-client-secret-that-nobody-may-see' } });
    await cli(['domain', 'remove', `${tenant.name}.example`, '--yes']);
    files.set('passphrase', 'a passphrase that is long enough');
    await cli(['export', '-o', 'open.json'], { files });
    await cli(['export', '--passphrase-file', 'passphrase', '-o', 'sealed.json'], { files });
    for (const [, text] of files) assert.ok(!text.includes('a-client-secret-that-nobody-may-see'));
    const other = await scene.addTenant(`globex-${count}`);
    const globex = cliOf(scene, other);
    await globex(['domain', 'remove', `${other.name}.example`, '--yes']);
    await globex(['application', 'remove', other.application.id, '--yes']);
    const sealed = await globex(['apply', '-f', 'sealed.json', '--passphrase-file', 'passphrase', '--yes'], { files });
    assert.equal(sealed.code, 0, sealed.err);
    assert.equal((await globex(['export'])).out, files.get('open.json'));
  });
});
