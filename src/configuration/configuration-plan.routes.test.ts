import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  actionsOf,
  applied,
  documentOf,
  faultsIn,
  GLOBEX,
  itemsOf,
  oidc,
  said,
  saml,
  setUp,
  stage,
  whole,
} from './configuration.fixture.ts';

setUp();

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
