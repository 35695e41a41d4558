import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { ConnectionId } from '#kernel/ids.ts';
import type { TestAnswer } from '#test/tenant/api.ts';
import { documents } from '../upstream/exchange/fixture.test.ts';
import { type ConfigurationStage, openConfigurationStage } from './fixture.test.ts';

let stage: ConfigurationStage;
before(async () => {
  stage = await openConfigurationStage();
});
beforeEach(() => stage.empty());
after(() => stage.close());

const GLOBEX = { tenant: 'globex' } as const;
const passphrase = 'correct horse battery staple';
const CALLBACK = 'https://orders.acme.example/callback';

const documentOf = (tenant: object): object => ({ format: 'sallyport.tenant', version: 1, tenant });
const { oidc: oidcFields, ...oidcRest } = documents.oidc;
const { clientSecret: _, ...oidcOpen } = oidcFields;
const oidc = { ...oidcRest, slug: 'acme', oidc: oidcOpen };
const saml = { ...documents.saml, slug: 'acme-saml' };

const whole = documentOf({
  displayName: 'Acme Ltd',
  settings: { sessionIdleSeconds: 3600, language: 'de', noticeRecipients: ['it@acme.example'] },
  domains: [{ name: 'acme.example', includeSubdomains: true }],
  roles: [{ name: 'Buyer', description: 'may buy', permissions: ['users:read'] }],
  groups: [{ name: 'Engineering', description: '' }, { name: 'Sales' }],
  identityProviders: [
    { ...oidc, enabled: true, users: { create: true, defaultGroups: ['Sales'], defaultRoles: ['Buyer'] } },
    { ...saml, groupMappings: [{ external: '8b1c', label: 'Engineers', group: 'Engineering' }] },
  ],
  applications: [
    { name: 'Orders', redirectUris: [CALLBACK] },
    { name: 'Shop', kind: 'public', redirectUris: ['https://shop.acme.example/callback'] },
  ],
});

interface Item {
  action: string;
  kind: string;
  name: string;
  staged: boolean;
  missing: string[];
  differences: { pointer: string; before: unknown; after: unknown }[];
  faults: { pointer: string; code: string }[];
}
const itemsOf = ({ body }: TestAnswer): Item[] => body.items as unknown as Item[];
const said = (answer: TestAnswer): string[] => itemsOf(answer).map(({ action, kind, name }) => `${action} ${kind} ${name}`);
const faultsIn = ({ body }: TestAnswer): string[] => (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();
async function applied(document: unknown, wish: object = {}, call: object = {}): Promise<TestAnswer> {
  const answer = await stage.apply(document, wish, call);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer;
}
const actionsOf = (answer: TestAnswer): string[] => [...new Set(itemsOf(answer).map(({ action }) => action))];

describe('Applying a document', () => {
  it('makes an empty tenant what it says, and tells client ids and secrets of applications once', async () => {
    const answer = await applied(whole);
    assert.equal(answer.body['applied'], true);
    assert.deepEqual(said(answer), [
      'change tenant acme',
      'change settings acme',
      'create role Buyer',
      'create group Engineering',
      'create group Sales',
      'create domain acme.example',
      'create identity-provider acme',
      'create identity-provider acme-saml',
      'create application Orders',
      'create application Shop',
    ]);
    const made = answer.body['applications'] as { name: string; clientId: string; clientSecret: string | null }[];
    assert.deepEqual(
      made.map(({ name, clientSecret }) => [name, clientSecret === null]),
      [
        ['Orders', false],
        ['Shop', true],
      ],
    );
    const stored = await stage.all.applications.find(stage.api.acme, made[0]?.clientId as never);
    assert.equal(stored?.secret, made[0]?.clientSecret);
    assert.equal(answer.headers['cache-control'], 'no-store');
    const [, provider] = itemsOf(answer)
      .filter(({ kind }) => kind === 'identity-provider')
      .reverse();
    assert.deepEqual(provider?.missing, ['/oidc/clientSecret']);
    const tenant = await stage.all.tenants.findByName('acme');
    assert.deepEqual([tenant?.displayName, tenant?.settings.language], ['Acme Ltd', 'de']);
  });

  it('is idempotent: a second time, everything is kept and no application is told anything', async () => {
    await applied(whole);
    const first = await stage.export();
    const again = await applied(whole);
    assert.deepEqual([actionsOf(again), again.body['applications']], [['keep'], []]);
    assert.deepEqual(actionsOf(await applied(JSON.parse(first))), ['keep'], 'as its own export');
    assert.equal(await stage.export(), first);
  });

  it('changes what differs, and says how; what is not named stays', async () => {
    await applied(whole);
    const answer = await applied(
      documentOf({
        settings: { language: 'en' },
        groups: [{ name: 'engineering', description: 'all of them' }],
        applications: [{ name: 'Orders', redirectUris: [CALLBACK], enabled: false }],
      }),
    );
    assert.deepEqual(
      itemsOf(answer).map(({ action, kind, differences }) => [action, kind, differences]),
      [
        ['change', 'settings', [{ pointer: '/language', before: 'de', after: 'en' }]],
        [
          'change',
          'group',
          [
            { pointer: '/name', before: 'Engineering', after: 'engineering' },
            { pointer: '/description', before: '', after: 'all of them' },
          ],
        ],
        ['change', 'application', [{ pointer: '/enabled', before: true, after: false }]],
      ],
    );
    const { tenant } = JSON.parse(await stage.export());
    assert.deepEqual([tenant.groups.length, tenant.applications.length, tenant.identityProviders.length], [2, 2, 2]);
  });

  it('is told in the audit log: each step by itself, and the whole', async () => {
    await applied(whole, { override: 'first set-up' });
    const entries = await stage.api.audit.list(stage.api.acme, { limit: 50 });
    assert.deepEqual(
      [entries[0]?.action, entries[0]?.after],
      ['tenant.applied', { created: 8, changed: 2, removed: 0, override: 'first set-up' }],
    );
    for (const action of ['role.created', 'group.created', 'domain.created', 'identity-provider.created', 'application.created'])
      assert.ok(
        entries.some((entry) => entry.action === action),
        action,
      );
    await applied(whole);
    assert.equal((await stage.api.audit.list(stage.api.acme, { limit: 1 }))[0]?.id, entries[0]?.id, 'nothing done, nothing told');
  });

  it('finds applications of one name by what they are', async () => {
    const two = [
      { name: 'Orders', redirectUris: [CALLBACK] },
      { name: 'Orders', redirectUris: ['https://other.acme.example/callback'] },
    ];
    await applied(documentOf({ applications: two }));
    assert.deepEqual(actionsOf(await applied(documentOf({ applications: two.toReversed() }))), ['keep']);
    const [first, second] = two;
    const answer = await applied(documentOf({ applications: [{ ...first, firstParty: false }, second] }));
    assert.deepEqual(
      itemsOf(answer).map(({ action, differences }) => [action, differences.map(({ pointer }) => pointer)]),
      [
        ['change', ['/firstParty']],
        ['keep', []],
      ],
    );
  });
});

describe('A plan', () => {
  it('says what applying would, and changes nothing at all', async () => {
    const before = await stage.export();
    const length = (await stage.api.audit.list(stage.api.acme, { limit: 50 })).length;
    const plan = await applied(whole, { dryRun: true });
    assert.deepEqual([plan.body['applied'], plan.body['applications']], [false, []]);
    assert.equal((await stage.api.audit.list(stage.api.acme, { limit: 50 })).length, length);
    assert.equal(await stage.export(), before);
    const answer = await applied(whole);
    assert.deepEqual(itemsOf(plan), itemsOf(answer));
  });

  it('shows what is refused beside what is not', async () => {
    const plan = await applied(
      documentOf({
        roles: [{ name: 'Auditor' }, { name: 'Buyer' }],
        identityProviders: [{ ...saml, saml: { ...saml.saml, ssoUrl: 'http://idp.acme.example' } }],
        applications: [{ name: 'Orders', redirectUris: ['https://*.acme.example/callback'] }],
      }),
      { dryRun: true },
    );
    assert.deepEqual(
      itemsOf(plan).map(({ action, faults }) => [action, faults.map(({ pointer, code }) => `${pointer} ${code}`)]),
      [
        ['refuse', ['/document/tenant/roles/0/name built_in']],
        ['create', []],
        ['refuse', ['/document/tenant/identityProviders/0/saml/ssoUrl endpoint_refused']],
        ['refuse', ['/document/tenant/applications/0/redirectUris/0 wildcard']],
      ],
    );
  });
});

describe('A broken document', () => {
  it('applies nothing and names every fault, with pointers into the request', async () => {
    const before = await stage.export();
    const document = {
      ...documentOf({
        settings: { sessionIdleSeconds: 1, colour: 'red' },
        domains: [{ name: 'acme.example' }, { name: 'ACME.example' }, { name: 'gmail.com' }],
        roles: [{ name: 'Buyer', permissions: ['everything'] }],
        groups: [{ name: 'Sales' }, { name: 'sales' }, { description: 'nameless' }],
        identityProviders: [{ kind: 'oidc', name: 'Acme', slug: 'acme', oidc: {} }, { kind: 'oidc' }],
        applications: [{ name: 'Orders', redirectUris: [] }],
        users: [],
      }),
      version: 7,
    };
    const answer = await stage.apply(document);
    assert.deepEqual([answer.status, answer.body.code], [422, 'configuration.document_invalid']);
    for (const fault of [
      '/document/version invalid_value',
      '/document/tenant/users unknown_field',
      '/document/tenant/settings/colour unknown_field',
      '/document/tenant/settings/sessionIdleSeconds too_small',
      '/document/tenant/domains/1 duplicate',
      '/document/tenant/domains/2/name domain_public',
      '/document/tenant/roles/0/permissions/0 invalid_value',
      '/document/tenant/groups/1 duplicate',
      '/document/tenant/groups/2/name required',
      '/document/tenant/identityProviders/0/oidc/clientId required',
      '/document/tenant/identityProviders/1/slug required',
      '/document/tenant/applications/0/redirectUris too_small',
    ])
      assert.ok(faultsIn(answer).includes(fault), `${fault} of\n${faultsIn(answer).join('\n')}`);
    assert.equal(await stage.export(), before);
  });

  it('of which one step alone is refused undoes all others', async () => {
    await applied(documentOf({ domains: [{ name: 'globex.example' }] }), {}, GLOBEX);
    const document = documentOf({ groups: [{ name: 'Sales' }], domains: [{ name: 'globex.example' }] });
    const answer = await stage.apply(document);
    assert.deepEqual(faultsIn(answer), ['/document/tenant/domains/0 tenants.domain_taken']);
    assert.deepEqual(JSON.parse(await stage.export()).tenant.groups, []);
    const plan = await applied(document, { dryRun: true });
    assert.deepEqual(said(plan), ['create group Sales', 'refuse domain globex.example'], 'a plan knows it as well');
  });

  it('that is none is refused as a whole', async () => {
    for (const body of [null, [], 'text', { format: 'sallyport.identity-provider', version: 1 }, {}]) {
      const answer = await stage.apply(body);
      assert.deepEqual([answer.status, answer.body.code], [422, 'configuration.document_invalid'], JSON.stringify(body));
    }
    const unknown = await stage.apply(whole, { force: true });
    assert.deepEqual(faultsIn(unknown), ['/force unknown_field']);
  });
});

describe('Identity providers of a document', () => {
  const provider = (more: object) => documentOf({ identityProviders: [{ ...saml, enabled: true, ...more }] });
  const moved = { saml: { ...saml.saml, ssoUrl: 'https://idp2.acme.example/sso' } };
  const live = async () => JSON.parse(await stage.export()).tenant.identityProviders[0];

  it('that are on have sensitive changes staged, and a second time these are kept waiting', async () => {
    await applied(provider({}));
    const answer = await applied(provider(moved));
    const [item] = itemsOf(answer);
    assert.deepEqual(
      [item?.action, item?.staged, item?.differences.map(({ pointer }) => pointer)],
      ['change', true, ['/saml/ssoUrl']],
    );
    assert.equal((await live()).saml.ssoUrl, saml.saml.ssoUrl, 'people are still sent where they were');
    const [again] = itemsOf(await applied(provider(moved)));
    assert.deepEqual([again?.action, again?.staged], ['keep', true]);
    const { body } = await stage.api.call('GET', '/identity-providers');
    assert.equal(Object(body.items[0]?.['staged']).revision, 2, 'one staged revision, not two');
  });

  it('go live at once with a reason, and without one where nothing is sensitive', async () => {
    await applied(provider({}));
    const [named] = itemsOf(await applied(provider({ name: 'Acme again' })));
    assert.deepEqual([named?.action, named?.staged], ['change', false]);
    const [item] = itemsOf(await applied(provider({ ...moved, name: 'Acme again' }), { override: 'tried in the sandbox' }));
    assert.deepEqual([item?.action, item?.staged], ['change', false]);
    assert.equal((await live()).saml.ssoUrl, 'https://idp2.acme.example/sso');
  });

  it('are not switched on unverified', async () => {
    await applied(provider({ enabled: false }));
    const answer = await stage.apply(provider({}));
    assert.deepEqual(faultsIn(answer), ['/document/tenant/identityProviders/0/enabled not_verified']);
    await applied(provider({}), { override: 'tried in the sandbox' });
    assert.equal((await live()).enabled, true);
  });

  it('keep what only this tenant has: secrets that are not in the document, and keys', async () => {
    await applied(documentOf({ identityProviders: [{ ...oidc, enabled: true }] }));
    const { body } = await stage.api.call('GET', '/identity-providers');
    const id = body.items[0]?.id as ConnectionId;
    const given = { body: { oidc: { clientSecret: 'by hand' } } };
    assert.equal((await stage.api.call('PATCH', `/identity-providers/${id}?override=because`, given)).status, 200);
    const [item] = itemsOf(await applied(documentOf({ identityProviders: [{ ...oidc, enabled: true, name: 'Renamed' }] })));
    assert.deepEqual([item?.action, item?.missing], ['change', []]);
    assert.equal((await stage.all.connections.read(stage.api.acme, id))?.secrets['clientSecret'], 'by hand');
  });

  it('lose what the document leaves out of a whole one, and never change their kind', async () => {
    const more = { saml: { ...saml.saml, nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' } };
    await applied(provider({ ...more, enabled: false, branding: { buttonText: 'Acme' }, claims: { email: 'mail' } }));
    const [item] = itemsOf(await applied(provider({ enabled: false })));
    assert.deepEqual(
      new Set(item?.differences.map(({ pointer }) => pointer.split('/')[1])),
      new Set(['saml', 'branding', 'claims']),
    );
    const answer = await stage.apply(documentOf({ identityProviders: [{ ...oidc, slug: saml.slug }] }));
    assert.deepEqual(faultsIn(answer), ['/document/tenant/identityProviders/0/kind read_only']);
  });

  it('hand the default on to one another', async () => {
    const both = (first: boolean) =>
      documentOf({
        identityProviders: [
          { ...saml, slug: 'one', authentication: { default: first } },
          { ...saml, slug: 'two', authentication: { default: !first } },
        ],
      });
    await applied(both(true));
    assert.deepEqual(actionsOf(await applied(both(false))), ['change']);
    const answer = await stage.apply(
      documentOf({
        identityProviders: ['one', 'two'].map((slug) => ({ ...saml, slug, authentication: { default: true } })),
      }),
    );
    assert.ok(
      faultsIn(answer).every((fault) => fault.endsWith('/authentication/default default_taken')),
      faultsIn(answer).join(),
    );
  });
});

describe('Pruning', () => {
  const less = documentOf({
    domains: [],
    roles: [],
    groups: [],
    identityProviders: [{ ...oidc, enabled: true, users: { create: true, defaultGroups: ['Sales'] } }],
    applications: [],
  });

  it('removes what a kind that is named does not name, only when asked', async () => {
    await applied(whole);
    assert.ok(!actionsOf(await applied(less, { override: 'because' })).includes('remove'));
    const answer = await applied(less, { prune: true, override: 'because' });
    assert.deepEqual(
      said(answer)
        .filter((line) => line.startsWith('remove'))
        .sort(),
      [
        'remove application Orders',
        'remove application Shop',
        'remove domain acme.example',
        'remove group Engineering',
        'remove identity-provider acme-saml',
        'remove role Buyer',
      ],
    );
    const { tenant } = JSON.parse(await stage.export());
    assert.deepEqual(
      tenant.groups.map(({ name }: { name: string }) => name),
      ['Sales'],
      'a group that a provider names stays',
    );
    assert.equal(tenant.identityProviders.length, 1);
    assert.equal((await stage.all.roles.findByNames(stage.api.acme, ['Full Administrator'])).length, 1, 'built-in roles stay');
    assert.equal(tenant.displayName, 'Acme Ltd');
  });

  it('leaves kinds that the document does not name alone', async () => {
    await applied(whole);
    assert.deepEqual(said(await applied(documentOf({ groups: [{ name: 'Sales' }] }), { prune: true })), ['keep group Sales']);
  });
});

describe('Who may apply', () => {
  const as = async (role: string) => ({ as: await stage.user(role) });

  it('whoever may read it all may plan; each step takes the permission of its own route', async () => {
    const auditor = await as('Auditor');
    const document = documentOf({ groups: [{ name: 'Sales' }], settings: { language: 'de' } });
    const plan = await applied(document, { dryRun: true }, auditor);
    assert.deepEqual(
      itemsOf(plan).map(({ faults }) => faults.map(({ pointer, code }) => `${pointer} ${code}`)),
      [['/document/tenant/settings forbidden'], ['/document/tenant/groups/0 forbidden']],
    );
    assert.equal((await stage.apply(document, {}, auditor)).status, 422);
    const idp = await as('IdP Administrator');
    assert.equal((await stage.apply(document, {}, idp)).body.code, 'authorization.forbidden');
    assert.equal((await stage.api.call('GET', '/export', idp)).status, 403);
    assert.equal((await stage.api.call('GET', '/export', auditor)).status, 200);
    assert.equal((await stage.api.call('POST', '/export', { ...auditor, body: { passphrase } })).status, 403);
  });

  it('nobody gives what they do not have, neither by a role nor by a provider', async () => {
    const reads = ['settings:read', 'domains:read', 'roles:read', 'users:read', 'identity-providers:read', 'applications:read'];
    const permissions = [...reads, 'roles:write', 'identity-providers:write'];
    await applied(documentOf({ roles: [{ name: 'Most', permissions }] }));
    const most = await as('Most');
    const answer = await stage.apply(
      documentOf({
        roles: [{ name: 'King', permissions: ['settings:write'] }],
        identityProviders: [{ ...saml, users: { create: true, defaultRoles: ['Full Administrator'] } }],
      }),
      {},
      most,
    );
    assert.deepEqual(faultsIn(answer), [
      '/document/tenant/identityProviders/0/users/defaultRoles/0 beyond_caller',
      '/document/tenant/roles/0 directory.beyond_caller',
    ]);
  });

  it('a claim of a tenant’s own administrator waits for its proof, and is in no export before', async () => {
    const administrator = await as('Full Administrator');
    const document = documentOf({ displayName: 'Acme', domains: [{ name: 'acme.example' }] });
    await applied(document, {}, administrator);
    assert.equal((await stage.all.domains.find(stage.api.acme, 'acme.example'))?.state, 'pending');
    assert.deepEqual(JSON.parse(await stage.export()).tenant.domains, []);
    assert.deepEqual(actionsOf(await applied(document, {}, administrator)), ['keep']);
    const renamed = await stage.apply(documentOf({ displayName: 'Other' }), {}, administrator);
    assert.deepEqual(faultsIn(renamed), ['/document/tenant/displayName operator_only']);
  });
});

describe('Export, apply to an empty tenant, export', () => {
  it('is byte-identical, once the domains are free', async () => {
    await applied(whole);
    const text = await stage.export();
    const taken = await stage.apply(JSON.parse(text), {}, GLOBEX);
    assert.deepEqual(faultsIn(taken), ['/document/tenant/domains/0 tenants.domain_taken']);
    await stage.all.domains.remove(stage.api.acme, 'acme.example');
    await applied(JSON.parse(text), {}, GLOBEX);
    assert.equal(await stage.export('globex'), text);
  });

  it('holds nothing of its people, secrets, ids and addresses', async () => {
    await stage.api.call('POST', '/identity-providers', { body: documents.oidc });
    await applied(whole, { override: 'because' });
    await stage.user('Auditor');
    const { text, headers } = await stage.raw('GET', '/export');
    assert.doesNotMatch(
      text,
      /the-client-secret|PRIVATE KEY|sso\.example\.com|"(?:usr|app|idp|tnt|grp|rol|key)_|createdAt|2026-11-23/,
    );
    assert.equal(headers['content-disposition'], 'attachment; filename="acme.tenant.json"');
    assert.ok(text.startsWith('{\n  "format": "sallyport.tenant",\n  "version": 1,\n'));
  });

  it('takes secrets and keys of providers along under a passphrase, and none otherwise', async () => {
    const { clientSecret } = documents.oidc.oidc;
    await stage.api.call('POST', '/identity-providers', { body: { ...documents.oidc, slug: 'acme' } });
    await stage.api.call('POST', '/identity-providers', { body: documents.saml });
    const { text } = await stage.raw('POST', '/export', { body: { passphrase } });
    assert.doesNotMatch(text, /the-client-secret|PRIVATE KEY/);
    const document = JSON.parse(text);
    const wrong = await stage.apply(document, { passphrase: 'another passphrase' }, GLOBEX);
    assert.deepEqual([wrong.status, wrong.body.code], [422, 'upstream.passphrase_wrong']);
    assert.deepEqual(faultsIn(await stage.apply(document, {}, GLOBEX)), ['/passphrase required']);
    await applied(document, { passphrase }, GLOBEX);
    const [one, two] = await Promise.all(
      [stage.api.acme, stage.api.globex].map(async (tenant) => {
        const stored = await stage.all.connections.listStored(tenant, { limit: 10 });
        const keys = await Promise.all(stored.map(({ id }) => stage.all.connections.listKeys(tenant, id)));
        const secrets = stored.map(({ secrets: held }) => held['clientSecret']).filter((held) => held !== undefined);
        return { secrets, keys: keys.flat().map(({ connectionId: __, ...key }) => key) };
      }),
    );
    assert.deepEqual(two, one);
    assert.deepEqual(two?.secrets, [clientSecret]);
    assert.deepEqual(actionsOf(await applied(document, { passphrase }, GLOBEX)), ['keep']);
    const short = await stage.api.call('POST', '/export', { body: { passphrase: 'short' } });
    assert.deepEqual([short.status, short.body.code], [422, 'configuration.passphrase_invalid']);
  });

  it('is byte-identical and idempotent, whatever the document says (property)', async () => {
    const name = fc.constantFrom('Sales', 'On Call', 'Zürich', 'a"b\\c', 'Buyer', '営業');
    const named = (more: Record<string, fc.Arbitrary<unknown>>) =>
      fc.uniqueArray(fc.record({ name, ...more }, { requiredKeys: ['name'] }), { selector: (one) => one.name, maxLength: 4 });
    const provider = fc
      .record({
        base: fc.constantFrom(oidc, saml),
        enabled: fc.boolean(),
        groups: fc.uniqueArray(name, { maxLength: 2 }),
        roles: fc.uniqueArray(name, { maxLength: 2 }),
      })
      .map(({ base, enabled, groups, roles }) => ({ ...base, enabled, users: { defaultGroups: groups, defaultRoles: roles } }));
    const application = fc.record(
      {
        name,
        redirectUris: fc.constantFrom([CALLBACK], ['http://127.0.0.1/cb', CALLBACK]),
        firstParty: fc.boolean(),
        enabled: fc.boolean(),
      },
      { requiredKeys: ['name', 'redirectUris'] },
    );
    const tenant = fc.record(
      {
        displayName: name,
        settings: fc.record({ traceDays: fc.integer({ min: 1, max: 365 }) }, { requiredKeys: [] }),
        roles: named({ description: name, permissions: fc.subarray(['users:read', 'roles:write', 'domains:read']) }),
        groups: named({ description: name }),
        identityProviders: fc.uniqueArray(provider, { selector: ({ slug }) => slug, maxLength: 2 }),
        applications: fc.array(application, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(tenant, async (given) => {
        await stage.empty();
        await applied(documentOf(given));
        const text = await stage.export();
        assert.ok(actionsOf(await applied(documentOf(given))).every((action) => action === 'keep'));
        await applied(JSON.parse(text), {}, GLOBEX);
        assert.equal(await stage.export('globex'), text);
        assert.deepEqual(actionsOf(await applied(JSON.parse(text), { prune: true }, GLOBEX)), ['keep']);
      }),
      { numRuns: 12, seed: 11 },
    );
  });
});
