import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  actionsOf,
  applied,
  CALLBACK,
  documentOf,
  faultsIn,
  itemsOf,
  passphrase,
  said,
  saml,
  setUp,
  stage,
  whole,
} from './configuration.fixture.ts';

setUp();

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
