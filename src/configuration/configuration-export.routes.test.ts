import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { documents } from '../upstream/exchange/stage.fixture.ts';
import {
  actionsOf,
  applied,
  CALLBACK,
  documentOf,
  faultsIn,
  GLOBEX,
  oidc,
  passphrase,
  saml,
  setUp,
  stage,
  whole,
} from './configuration.fixture.ts';

setUp();

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
