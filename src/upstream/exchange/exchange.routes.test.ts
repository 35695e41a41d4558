import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { isProblem } from '#kernel/problem.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import type { TestAnswer } from '#test/tenant/api.ts';
import { documents, type ExchangeStage, openExchangeStage, required } from './fixture.test.ts';

let stage: ExchangeStage;
before(async () => {
  stage = await openExchangeStage();
});
beforeEach(() => stage.empty());
after(() => stage.close());

const passphrase = 'correct horse battery staple';
const IN_GLOBEX = { tenant: 'globex' } as const;

async function create(document: object): Promise<string> {
  const { status, body } = await stage.api.call('POST', '/identity-providers', { body: document });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}
async function imported(body: unknown, call: object = IN_GLOBEX): Promise<TestAnswer['body']> {
  const answer = await stage.api.call('POST', '/identity-providers/import', { body, ...call });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}
const refusals = ({ body }: TestAnswer): string[] => (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();

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
    const { redirectUri: _, initiateLoginUri: _ours, postLogoutRedirectUri: _too, ...fields } = expected['oidc'] as Record<string, unknown>;
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

describe('Import', () => {
  const exported = async (document: object): Promise<Record<string, unknown>> => {
    const { text } = await stage.raw('GET', `/identity-providers/${await create(document)}/export`);
    return JSON.parse(text);
  };

  it('makes the groups and roles that are named, and is a revision of its own kind', async () => {
    const document = await exported({ ...documents.oidc, groupMappings: [{ external: '8b1c', group: 'Engineering' }] });
    const { id } = await imported(document);
    const [revision] = (await stage.api.call('GET', `/identity-providers/${id}/revisions`, IN_GLOBEX)).body.items;
    assert.equal(revision?.['origin'], 'imported');
    assert.equal((await stage.needs.groups.findByNames(stage.api.globex, ['Engineering'])).length, 1);
  });

  it('without its client secret, a provider stays as the document says and nobody can use it before the secret is given', async () => {
    const { identityProvider, ...rest } = await exported({ ...documents.oidc, enabled: true });
    const made = await imported({ identityProvider, ...rest });
    assert.deepEqual([made['enabled'], made['missing']], [true, ['/oidc/clientSecret']]);
    assert.deepEqual(await stage.needs.connections.listUsable(stage.api.globex), []);
    await assert.rejects(stage.needs.connections.findBySlug(stage.api.globex, 'acme'), (error) =>
      isProblem(error, 'upstream.secret_missing'),
    );
    const path = `/identity-providers/${made.id}`;
    const renamed = await stage.api.call('PATCH', path, { ...IN_GLOBEX, body: { name: 'Renamed' } });
    assert.deepEqual(
      [renamed.status, renamed.body['missing']],
      [200, ['/oidc/clientSecret']],
      'what else is changed does not wait',
    );
    const given = { oidc: { clientSecret: 'another secret' } };
    const staged = await stage.api.call('PATCH', path, { ...IN_GLOBEX, body: given });
    assert.equal(staged.status, 202, 'by the rules of every change');
    const live = await stage.api.call('PATCH', `${path}?override=tried+by+hand`, { ...IN_GLOBEX, body: given });
    assert.deepEqual([live.status, live.body['missing']], [200, []]);
    assert.equal((await stage.needs.connections.listUsable(stage.api.globex)).length, 1);
  });

  it('that is switched off is not switched on before its secret is there', async () => {
    const made = await imported(await exported(documents.oidc));
    const path = `/identity-providers/${made.id}?override=because`;
    const on = await stage.api.call('PATCH', path, { ...IN_GLOBEX, body: { enabled: true } });
    assert.deepEqual([on.status, refusals(on)], [422, ['/oidc/clientSecret required']]);
    const both = await stage.api.call('PATCH', path, { ...IN_GLOBEX, body: { enabled: true, oidc: { clientSecret: 'it' } } });
    assert.deepEqual([both.status, both.body['missing']], [200, []]);
  });

  it('takes what is said beside the document instead: name, slug, on or off, the secret', async () => {
    const document = await exported({ ...documents.oidc, enabled: true });
    const wish = { name: 'Copy', slug: 'copy', enabled: false, secrets: { clientSecret: 'given beside' } };
    const made = await imported({ document, ...wish }, {});
    assert.deepEqual([made.name, made['slug'], made['enabled'], made['missing']], ['Copy', 'copy', false, []]);
    const found = required(await stage.needs.connections.find(stage.api.acme, made.id as never));
    assert.equal((found.settings as { clientSecret: string }).clientSecret, 'given beside');
  });

  it('switched on, is told as unverified', async () => {
    await imported(await exported({ ...documents.saml, enabled: true }));
    const [entry] = (await stage.api.audit.list(stage.api.globex, { limit: 20 })).filter(
      ({ action }) => action === 'identity-provider.created',
    );
    assert.deepEqual(Object(entry?.after).verified, false);
    assert.equal(Object(entry?.after).override, 'imported as switched on');
  });
});

describe('Secrets that travel', () => {
  const sealedExport = async (document: object): Promise<{ id: string; document: Record<string, unknown> }> => {
    const id = await create(document);
    const { text } = await stage.raw('POST', `/identity-providers/${id}/export`, { body: { passphrase } });
    assert.doesNotMatch(text, /the-client-secret|PRIVATE KEY/);
    return { id, document: JSON.parse(text) };
  };

  it('come with the passphrase: the client secret, and the keys with their ids, states and dates', async () => {
    const { id, document } = await sealedExport(documents.saml);
    const made = await imported({ document, passphrase });
    const before = await stage.needs.connections.listKeys(stage.api.acme, id as never);
    const now = await stage.needs.connections.listKeys(stage.api.globex, made.id as never);
    assert.equal(before.length, 2);
    assert.deepEqual(
      now.map((key) => ({ ...key, connectionId: id })),
      before,
    );
    const oidc = await sealedExport(documents.oidc);
    const { id: other } = await imported({ document: oidc.document, passphrase });
    const found = required(await stage.needs.connections.find(stage.api.globex, other as never));
    assert.equal((found.settings as { clientSecret: string }).clientSecret, 'the-client-secret');
  });

  it('do not come with another passphrase, nor beside a changed document, and then nothing is made', async () => {
    const { document } = await sealedExport(documents.oidc);
    const provider = document['identityProvider'] as Record<string, unknown>;
    const bad = [
      { document, passphrase: `${passphrase}!` },
      { document: { ...document, identityProvider: { ...provider, name: 'Mallory' } }, passphrase },
    ];
    for (const body of bad) {
      const answer = await stage.api.call('POST', '/identity-providers/import', { ...IN_GLOBEX, body });
      assert.deepEqual([answer.status, answer.body.code], [422, 'upstream.passphrase_wrong']);
    }
    assert.deepEqual((await stage.api.call('GET', '/identity-providers', IN_GLOBEX)).body.items, []);
  });

  it('are asked for, or left out on purpose', async () => {
    const { document } = await sealedExport(documents.oidc);
    const without = await stage.api.call('POST', '/identity-providers/import', { ...IN_GLOBEX, body: document });
    assert.deepEqual([without.status, refusals(without)], [422, ['/passphrase required']]);
    const { secrets: _, ...open } = document;
    const needless = await stage.api.call('POST', '/identity-providers/import', {
      ...IN_GLOBEX,
      body: { document: open, passphrase },
    });
    assert.deepEqual([needless.status, refusals(needless)], [422, ['/passphrase nothing_to_open']]);
    assert.deepEqual((await imported(open))['missing'], ['/oidc/clientSecret']);
  });

  it('in the tenant that they come from, a copy has keys of its own name', async () => {
    const { id, document } = await sealedExport(documents.saml);
    const copy = await imported({ document, passphrase, slug: 'copy' }, {});
    const [before, now] = await Promise.all(
      [id, copy.id].map((one) => stage.needs.connections.listKeys(stage.api.acme, one as never)),
    );
    assert.deepEqual(
      now?.map(({ certificatePem }) => certificatePem).sort(),
      before?.map(({ certificatePem }) => certificatePem).sort(),
    );
    assert.ok(now?.every(({ id: key }) => !before?.some((other) => other.id === key)));
  });
});

describe('A broken document', () => {
  it('makes nothing and names every fault, with pointers into the request', async () => {
    const identityProvider = {
      kind: 'saml',
      slug: 'Not A Slug',
      wantSigned: false,
      saml: { issuer: 'https://idp.acme.example', ssoUrl: 'http://idp.acme.example/sso', verificationCertificates: ['none'] },
      groupMappings: [{ external: 'a', group: '' }],
    };
    const body = { document: { format: 'sallyport.identity-provider', version: 2, identityProvider, more: 1 } };
    const answer = await stage.api.call('POST', '/identity-providers/import', { ...IN_GLOBEX, body });
    assert.equal(answer.status, 422);
    for (const fault of [
      '/document/version invalid_value',
      '/document/more unknown_field',
      '/document/identityProvider/name required',
      '/document/identityProvider/wantSigned unknown_field',
      '/document/identityProvider/saml/ssoUrl endpoint_refused',
    ])
      assert.ok(refusals(answer).includes(fault), `${fault} of ${refusals(answer).join(', ')}`);
    assert.ok(refusals(answer).some((fault) => fault.startsWith('/document/identityProvider/slug')));
    assert.ok(refusals(answer).some((fault) => fault.startsWith('/document/identityProvider/saml/verificationCertificates/0')));
    assert.deepEqual((await stage.api.call('GET', '/identity-providers', IN_GLOBEX)).body.items, []);
    assert.deepEqual(await stage.needs.groups.findByNames(stage.api.globex, ['Sales']), []);
  });

  it('may be the whole body, and is then pointed into from its own root', async () => {
    const body = {
      format: 'sallyport.identity-provider',
      version: 1,
      identityProvider: { kind: 'oidc', name: 'Acme', oidc: {} },
    };
    const answer = await stage.api.call('POST', '/identity-providers/import', { body });
    assert.ok(refusals(answer).includes('/identityProvider/oidc/clientId required'), refusals(answer).join());
  });

  it('whose slug is taken here is refused, and comes in under another one', async () => {
    const { text } = await stage.raw('GET', `/identity-providers/${await create(documents.saml)}/export`);
    const again = await stage.api.call('POST', '/identity-providers/import', { body: JSON.parse(text) });
    assert.deepEqual([again.status, again.body.code], [409, 'upstream.slug_taken']);
    assert.equal((await imported({ document: JSON.parse(text), slug: 'acme-2' }, {}))['slug'], 'acme-2');
  });

  it('cannot give what its importer may not', async () => {
    const admin = await stage.user('IdP Administrator');
    const identityProvider = {
      ...documents.saml,
      users: { create: true, defaultRoles: ['Full Administrator'] },
    };
    const body = { format: 'sallyport.identity-provider', version: 1, identityProvider };
    const answer = await stage.api.call('POST', '/identity-providers/import', { body, as: admin });
    assert.deepEqual([answer.status, answer.body.code], [403, 'upstream.beyond_caller']);
    assert.deepEqual((await stage.api.call('GET', '/identity-providers')).body.items, []);
  });
});

describe('Keys in a document', () => {
  it('that are no pair, too weak or twice the same are refused', async () => {
    const { readCarried } = await import('./carried-secrets.ts');
    const [one, other] = [makeCertifiedKey(), makeCertifiedKey()];
    const key = (more: object) => ({
      id: 'key_one',
      use: 'signing',
      state: 'active',
      certificatePem: one.certificatePem,
      privateKeyPem: one.privateKeyPem,
      createdAt: '2026-11-23T09:00:00.000Z',
      activatedAt: null,
      plannedAt: null,
      retiredAt: null,
      ...more,
    });
    const codes = (keys: object[]): string[] => {
      const read = readCarried({ secrets: {}, keys });
      return 'faults' in read ? read.faults.map(({ pointer, code }) => `${pointer} ${code}`) : [];
    };
    assert.deepEqual(codes([key({}), key({ id: 'key_two', use: 'decryption' })]), []);
    assert.deepEqual(codes([key({ certificatePem: other.certificatePem })]), ['/keys/0 key_mismatch']);
    assert.deepEqual(codes([key({ privateKeyPem: 'none' })]), ['/keys/0 key_malformed']);
    assert.deepEqual(codes([key({}), key({ id: 'key_two' })]), ['/keys/1 duplicate']);
    assert.deepEqual(codes([key({}), key({ state: 'retired' })]), ['/keys/1 duplicate'], 'the same id');
    assert.deepEqual(
      'faults' in readCarried({ secrets: { issuer: 'https://evil.example' }, keys: [] }),
      true,
      'nothing but secrets is taken from the sealed part',
    );
  });
});
