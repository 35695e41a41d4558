import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { create, IN_GLOBEX, imported, passphrase, refusals, setUp, stage } from './exchange.fixture.ts';
import { documents } from './stage.fixture.ts';

setUp();

describe('Export of an identity provider', () => {
  it('holds every field and nothing that belongs to this tenant: no id, time, revision, address of ours or secret', async () => {
    const id = await create(documents.oidc);
    const { headers, text } = await stage.raw('GET', `/identity-providers/${id}/export`);
    assert.equal(headers['content-disposition'], 'attachment; filename="acme.identity-provider.json"');
    const { format, version, identityProvider } = JSON.parse(text);
    assert.deepEqual([format, version], ['sallyport.identity-provider', 1]);
    const shown = (await stage.api.call('GET', `/identity-providers/${id}`)).body;
    const own = ['id', 'createdAt', 'updatedAt', 'revision', 'verified', 'staged', 'warnings', 'missing'];
    const expected = Object.fromEntries(Object.entries(shown).filter(([name]) => !own.includes(name)));
    const {
      redirectUri: _,
      initiateLoginUri: _ours,
      postLogoutRedirectUri: _too,
      ...fields
    } = expected['oidc'] as Record<string, unknown>;
    assert.deepEqual(identityProvider, { ...expected, oidc: fields });
    for (const secret of ['the-client-secret', 'sso.example.com', id]) assert.ok(!text.includes(secret), secret);
  });

  it('is told in the audit log, and whether secrets went along', async () => {
    const id = await create(documents.oidc);
    await stage.raw('GET', `/identity-providers/${id}/export`);
    await stage.raw('POST', `/identity-providers/${id}/export`, { body: { passphrase } });
    const entries = (await stage.api.audit.list(stage.api.acme, { limit: 2 })).filter(
      ({ action }) => action === 'identity-provider.exported',
    );
    assert.deepEqual(
      entries.map(({ after: told }) => told),
      [{ withSecrets: true }, { withSecrets: false }],
    );
  });

  it('with secrets needs the permission to change providers, and a passphrase that is worth something', async () => {
    const id = await create(documents.oidc);
    const auditor = await stage.user('Auditor');
    const read = await stage.api.call('GET', `/identity-providers/${id}/export`, { as: auditor });
    const write = await stage.api.call('POST', `/identity-providers/${id}/export`, { as: auditor, body: { passphrase } });
    assert.deepEqual([read.status, write.status, write.body.code], [200, 403, 'authorization.forbidden']);
    const short = await stage.api.call('POST', `/identity-providers/${id}/export`, { body: { passphrase: 'too short' } });
    assert.deepEqual([short.status, refusals(short)], [422, ['/passphrase too_small']]);
  });
});

describe('Export, import into an empty tenant, export', () => {
  for (const [name, document] of Object.entries(documents)) {
    it(`is byte-identical (${name})`, async () => {
      const id = await create(document);
      const { text } = await stage.raw('GET', `/identity-providers/${id}/export`);
      const { id: other } = await imported(JSON.parse(text));
      const { text: again } = await stage.raw('GET', `/identity-providers/${other}/export`, IN_GLOBEX);
      assert.equal(again, text);
    });
  }

  it('is byte-identical where a claim that is usual was left out', async () => {
    const id = await create({ ...documents.oidc, claims: { groups: null, roles: null, phone: 'tel' } });
    const { text } = await stage.raw('GET', `/identity-providers/${id}/export`);
    assert.ok(!('groups' in JSON.parse(text).identityProvider.claims));
    const { id: other } = await imported({ document: JSON.parse(text) });
    assert.equal((await stage.raw('GET', `/identity-providers/${other}/export`, IN_GLOBEX)).text, text);
  });

  it('is byte-identical whatever the document says (property)', async () => {
    const names = fc.uniqueArray(fc.constantFrom('Sales', 'Engineering', 'On Call', 'Zürich', 'a"b\\c'), { maxLength: 3 });
    const claim = fc.oneof(
      fc.constantFrom('email', 'mail', 'https://acme.example/claims/mail', 'ü'),
      fc.constant({ firstOf: ['mail', 'upn'], steps: [{ lowerCase: true }], default: 'nobody' }),
    );
    const part = fc.record(
      {
        enabled: fc.boolean(),
        users: fc.record({ create: fc.boolean(), update: fc.boolean(), defaultGroups: names, pendingActivation: fc.boolean() }),
        claims: fc.dictionary(fc.constantFrom('email', 'phone', 'locale', 'securityId'), claim),
        groupMappings: names.map((all) => all.map((group, at) => ({ external: `id ${at}`, label: at ? group : null, group }))),
        whenMissing: fc.record({ groups: fc.constantFrom('keep', 'empty') }, { requiredKeys: [] }),
        groupSync: fc.constantFrom('none', 'append', 'sync'),
        roleSync: fc.constantFrom('all', 'first'),
        branding: fc.record({ buttonText: fc.constantFrom('Sign in', '登入') }, { requiredKeys: [] }),
        authentication: fc.record({ enabled: fc.boolean(), claim: fc.constantFrom('email', 'mail') }),
      },
      { requiredKeys: [] },
    );
    const kinds = fc.constantFrom(...Object.values(documents));
    await fc.assert(
      fc.asyncProperty(kinds, part, async (base, given) => {
        await stage.empty();
        const { oidc, saml } = base as { oidc?: Record<string, unknown>; saml?: object };
        const { clientSecret: _, ...open } = oidc ?? {};
        const identityProvider = { ...base, ...given, ...(saml ? { saml } : { oidc: open }) };
        const document = { format: 'sallyport.identity-provider', version: 1, identityProvider };
        const first = await imported(document, {});
        const { text } = await stage.raw('GET', `/identity-providers/${first.id}/export`);
        const second = await imported(JSON.parse(text));
        assert.equal((await stage.raw('GET', `/identity-providers/${second.id}/export`, IN_GLOBEX)).text, text);
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});
