import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { openScene, type SamlConnection, type Scene, samlResponse, signInBySaml, type TestTenant } from '../kit/scene.ts';
import { type Cli, cliOf } from './kit.ts';

interface Doc {
  readonly id: string;
  readonly code: string;
  readonly enabled: boolean;
  readonly revision: number;
  readonly reference: string;
  readonly state: string;
  readonly use: string;
  readonly staged: { revision: number } | null;
  readonly items: Doc[];
  readonly [name: string]: unknown;
}

const CLIENT_SECRET = 'a-client-secret-that-nobody-may-see';

describe('identity providers by the command line', () => {
  let scene: Scene;
  let acme: TestTenant;
  let cli: Cli;
  let saml: SamlConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    cli = cliOf(scene, acme);
    saml = await acme.connectSaml(
      createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' }),
    );
  });
  after(() => scene.close());

  const done = async (argv: string[], given = {}): Promise<string> => {
    const { code, out, err } = await cli(argv, given);
    assert.equal(code, 0, err);
    return out;
  };
  const read = async (...argv: string[]): Promise<Doc> => (await cli<Doc>([...argv, '--json'])).json;

  it('create: a draft by file, a fault by its pointer, and the secret is never shown again', async () => {
    const idp = await scene.startOidcIdp();
    const document = {
      kind: 'oidc',
      name: 'Okta',
      slug: 'okta',
      oidc: { issuer: idp.issuer, clientId: 'c', clientSecret: CLIENT_SECRET },
    };
    const made = await done(['idp', 'create', '-f', '-'], { stdin: JSON.stringify(document) });
    assert.match(made, /a draft/);
    assert.match(made, /sallyport idp verify okta/);
    const faulty = await cli(['idp', 'create', '-f', '-', '--set', '/oidc/requirePkce=7', '--set', '/slug=okta-2'], {
      stdin: JSON.stringify(document),
    });
    assert.equal(faulty.code, 1);
    assert.match(faulty.err, /\/oidc\/requirePkce/);
    const said = [
      made,
      faulty.err,
      await done(['idp', 'show', 'okta']),
      await done(['idp', 'show', 'okta', '--json']),
      await done(['idp', 'list', '--json']),
      await done(['idp', 'revision', 'okta', '1', '--json']),
      await done(['idp', 'export', 'okta']),
    ];
    for (const text of said) assert.ok(!text.includes(CLIENT_SECRET));
  });

  it('list and show: by slug and by id', async () => {
    assert.match(await done(['idp', 'list']), /saml +Acme SAML +saml +yes/);
    assert.match(await done(['idp', 'show', saml.id]), /https:\/\/idp\.acme\.example\/saml/);
    assert.match(await done(['idp', 'show', 'saml']), /certificate of /);
    assert.equal((await read('idp', 'show', 'nobody')).code, 'cli.not_found');
  });

  it('enable: not what nobody has verified, but for a reason', async () => {
    assert.equal((await read('idp', 'enable', 'okta')).code, 'upstream.not_verified');
    assert.match(await done(['idp', 'enable', 'okta', '--override', 'a test says so']), /live/);
    assert.equal((await read('idp', 'show', 'okta')).enabled, true);
    await done(['idp', 'disable', 'okta']);
    assert.equal((await read('idp', 'show', 'okta')).enabled, false);
  });

  it('change: what is sensitive is staged and told field by field; discard, activate and roll back', async () => {
    const first = (await read('idp', 'show', 'saml')).revision;
    const staged = await done(['idp', 'change', 'saml', '--set', '/saml/ssoUrl=https://idp.acme.example/elsewhere']);
    assert.match(staged, /^Staged as revision/);
    assert.match(staged, /\/saml\/ssoUrl +https:\/\/idp\.acme\.example\/sso → https:\/\/idp\.acme\.example\/elsewhere/);
    await done(['idp', 'discard', 'saml']);
    assert.equal((await read('idp', 'activate', 'saml')).code, 'cli.nothing_staged');
    await done(['idp', 'change', 'saml', '--set', '/authentication/domains=["acme.example"]']);
    assert.equal((await read('idp', 'activate', 'saml')).code, 'upstream.not_verified');
    assert.match(await done(['idp', 'activate', 'saml', '--override', 'a test says so']), /live/);
    assert.match(await done(['idp', 'revisions', 'saml']), /a test says so/);
    const back = await done(['idp', 'roll-back', 'saml', String(first), '--override', 'and back']);
    assert.match(back, /live/);
    assert.match(await done(['idp', 'revision', 'saml', String(first)]), /nothing differs/);
  });

  it('change: what is harmless is live at once', async () => {
    assert.match(await done(['idp', 'change', 'saml', '--set', '/branding/buttonText=Sign in with Acme']), /live/);
  });

  it('keys: add, plan, activate, retire, remove', async () => {
    const key = await read('idp', 'key-add', 'saml', 'signing');
    assert.equal(key.state, 'next');
    assert.match(await done(['idp', 'keys', 'saml']), new RegExp(`${key.id} +signing +next`));
    assert.match(await done(['idp', 'keys', 'saml', '--pem']), /-----BEGIN CERTIFICATE-----/);
    await done(['idp', 'key-activate', 'saml', key.id, '--at', new Date(Date.now() + 86_400_000).toISOString()]);
    await done(['idp', 'key-activate', 'saml', key.id, '--unplan']);
    await done(['idp', 'key-activate', 'saml', key.id]);
    assert.equal((await read('idp', 'key-remove', 'saml', key.id, '--yes')).code, 'own_keys.key_active');
    const another = await read('idp', 'key-add', 'saml', 'signing');
    await done(['idp', 'key-retire', 'saml', another.id]);
    await done(['idp', 'key-remove', 'saml', another.id, '--yes']);
    assert.doesNotMatch(await done(['idp', 'keys', 'saml', '--json']), /PRIVATE KEY/);
  });

  it('presets and guide: the tenant’s own values, before and after the provider is made', async () => {
    assert.match(await done(['idp', 'presets']), /entra/);
    const before = await done(['idp', 'guide', '--preset', 'okta', '--kind', 'saml', '--slug', 'okta-saml']);
    assert.ok(before.includes(`${acme.url}/sso/okta-saml/acs`));
    assert.ok((await done(['idp', 'guide', 'saml'])).includes(saml.acsUrl));
    assert.match(await done(['idp', 'guide', 'saml', '--language', 'de', '--json']), /"language": "de"/);
  });

  it('fetch-configuration: an issuer, and a document in a file', async () => {
    const idp = await scene.startOidcIdp();
    assert.ok((await done(['idp', 'fetch-configuration', '--issuer', idp.issuer])).includes(idp.issuer));
    const told = await cli<Doc>(['idp', 'fetch-configuration', '--metadata-file', '-', '--json'], { stdin: '<no' });
    assert.equal(told.code, 1);
    assert.match(told.json.code, /^[a-z_]+\.[a-z_]+$/);
  });

  it('export, import, export: the same bytes; secrets only under a passphrase', async () => {
    const files = new Map([['passphrase', 'a passphrase that is long enough\n']]);
    await done(['idp', 'export', 'okta', '-o', 'okta.json'], { files });
    await done(['idp', 'export', 'okta', '--passphrase-file', 'passphrase', '-o', 'sealed.json'], { files });
    assert.ok(!(files.get('sealed.json') ?? '').includes(CLIENT_SECRET));
    const globex = cliOf(scene, await scene.addTenant('globex'));
    const wrong = new Map([...files, ['passphrase', 'a passphrase that is wrong\n']]);
    assert.equal(
      (await globex(['idp', 'import', '-f', 'sealed.json', '--passphrase-file', 'passphrase'], { files: wrong })).code,
      1,
    );
    const made = await globex(['idp', 'import', '-f', 'sealed.json', '--passphrase-file', 'passphrase'], { files });
    assert.equal(made.code, 0, made.err);
    assert.equal((await globex(['idp', 'export', 'okta'])).out, files.get('okta.json'));
  });

  it('sign-in: found by outcome, and told by its reference: what to do, then every step', async () => {
    await signInBySaml(new Agent(), acme, saml, {});
    await signInBySaml(new Agent(), acme, saml, { to: { spEntityId: 'https://somebody.else.example' } as never });
    const refused = await read('sign-in', 'list', '--outcome', 'refused', '--provider', 'saml');
    assert.equal(refused.items.length, 1);
    const [{ reference, code } = { reference: '', code: '' }] = refused.items;
    assert.equal(code, 'saml.audience_mismatch');
    const told = await done(['sign-in', 'show', reference.toLowerCase()]);
    assert.match(told, /was refused at \d{4}-\d\d-\d\d \d\d:\d\d\.\nReference /);
    assert.match(told, /What to do,/);
    assert.match(told, /✗ refused .*code saml\.audience_mismatch/);
    assert.match(await done(['sign-in', 'export', reference]), new RegExp(reference));
    assert.match(await done(['sign-in', 'list', '--person', 'alice']), /signed-in/);
  });

  it('groups: seen, mapped, labelled', async () => {
    assert.match(await done(['idp', 'groups-seen', 'saml', '--state', 'unmapped']), /Engineering/);
    await done(['idp', 'map-group', 'saml', 'Engineering', 'Engineers', '--label', 'Those who build']);
    assert.match(
      await done(['idp', 'groups-seen', 'saml', '--state', 'mapped']),
      /Engineering +Those who build +mapped +Engineers/,
    );
    await done(['idp', 'label-group', 'saml', 'Engineering']);
    assert.doesNotMatch(await done(['idp', 'groups-seen', 'saml', '--state', 'mapped']), /Those who build/);
  });

  it('preview: a pasted response and pasted claims; exit code 1 when the person would be refused', async () => {
    const response = samlResponse(saml, null);
    const checked = await cli(['idp', 'preview', 'saml', '-f', '-'], { stdin: response });
    assert.match(checked.out, /What the mappings make of the claims\nATTRIBUTE/);
    const claims = JSON.stringify({ NameID: 'bob-1', email: 'bob@acme.example', groups: ['Engineering'] });
    const unchecked = await cli(['idp', 'preview', 'saml', '-f', '-'], { stdin: claims });
    assert.equal(unchecked.code, 0, unchecked.err);
    assert.match(unchecked.out, /Not checked:/);
    assert.match(unchecked.out, /email +email +bob@acme\.example +value/);
    await done(['idp', 'change', 'saml', '--set', '/users/create=false', '--override', 'a test says so']);
    const refused = await cli(['idp', 'preview', 'saml', '-f', '-'], { stdin: claims });
    assert.equal(refused.code, 1);
  });

  it('health, refresh, expiries', async () => {
    assert.match(await done(['idp', 'health']), /Acme SAML/);
    assert.match(await done(['idp', 'health', 'saml']), /success rate +0\.5/);
    const refreshed = await cli<Doc>(['idp', 'refresh', 'okta', '--json']);
    assert.equal(refreshed.json.state, 'succeeded', refreshed.out);
    assert.equal((await read('idp', 'refresh', 'okta', '--last')).state, 'succeeded');
    assert.equal((await read('idp', 'refresh', 'okta', '--stage')).code, 'upstream.nothing_to_stage');
    assert.match(await done(['expiry', 'list']), /Acme SAML/);
    assert.match(await done(['expiry', 'calendar']), /^BEGIN:VCALENDAR/);
  });

  it('remove: gone', async () => {
    await done(['idp', 'remove', 'okta', '--yes']);
    assert.equal((await read('idp', 'show', 'okta')).code, 'cli.not_found');
  });
});
