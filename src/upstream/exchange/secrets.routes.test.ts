import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { required } from '../stage.fixture.ts';
import { create, IN_GLOBEX, imported, passphrase, refusals, setUp, stage } from './exchange.fixture.ts';
import { documents } from './stage.fixture.ts';

setUp();

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
