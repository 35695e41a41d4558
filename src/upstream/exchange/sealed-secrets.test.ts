import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem, Problem } from '#kernel/problem.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { bytesOf, writeCanonical } from './canonical.ts';
import { openSecrets, type SealedSecrets, sealedSecrets, sealSecrets } from './sealed-secrets.ts';

const world = createTestWorld();
const passphrase = 'correct horse battery staple';
const secrets = { oidc: { clientSecret: 'a client secret' } };
const beside = bytesOf({ name: 'Acme' });

const wrong = (sealed: SealedSecrets, how: Partial<{ passphrase: string; beside: Buffer }>): Promise<void> =>
  assert.rejects(openSecrets(sealed, { passphrase, beside, ...how }), (error) => isProblem(error, 'upstream.passphrase_wrong'));

describe('secrets under a passphrase (RFC 9106, AES-256-GCM)', () => {
  it('come back with it, beside the same document', async () => {
    const sealed = await sealSecrets(secrets, { passphrase, beside }, world);
    assert.deepEqual(sealedSecrets.parse(JSON.parse(JSON.stringify(sealed))), sealed);
    assert.doesNotMatch(JSON.stringify(sealed), /client secret/);
    assert.deepEqual(await openSecrets(sealed, { passphrase, beside }), secrets);
    const again = await sealSecrets(secrets, { passphrase, beside }, world);
    assert.notEqual(again.ciphertext, sealed.ciphertext, 'the same secrets never look the same');
  });

  it('stay closed with another passphrase, beside another document, and when a byte was changed', async () => {
    const sealed = await sealSecrets(secrets, { passphrase, beside }, world);
    await wrong(sealed, { passphrase: `${passphrase} ` });
    await wrong(sealed, { beside: bytesOf({ name: 'Globex' }) });
    const bytes = Buffer.from(sealed.ciphertext, 'base64url');
    for (const at of [0, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await wrong({ ...sealed, ciphertext: changed.toString('base64url') }, {});
    }
    await wrong({ ...sealed, ciphertext: 'AAAA' }, {});
    await wrong({ ...sealed, encryption: { name: 'A256GCM', nonce: 'AAAA' } }, {});
  });

  it('cannot name a cost that would stall the node', () => {
    const keyDerivation = { name: 'argon2id', memoryKib: 65_536, passes: 3, parallelism: 4, salt: 'AAAAAAAAAAAAAAAAAAAAAA' };
    const sealed = { keyDerivation, encryption: { name: 'A256GCM', nonce: 'AAAAAAAAAAAAAAAA' }, ciphertext: 'AAAA' };
    assert.equal(sealedSecrets.safeParse(sealed).success, true);
    for (const more of [{ memoryKib: 262_144 }, { passes: 10 }, { parallelism: 8 }, { name: 'scrypt' }])
      assert.equal(sealedSecrets.safeParse({ ...sealed, keyDerivation: { ...keyDerivation, ...more } }).success, false);
  });
});

describe('opening and sealing take one thread of the process, however many ask', () => {
  it('upstream.busy: of twenty at once, those are turned away who would wait long; the others are served', async () => {
    const sealed = await sealSecrets(secrets, { passphrase, beside }, world);
    const cheap = { ...sealed, keyDerivation: { ...sealed.keyDerivation, memoryKib: 32, passes: 1 } };
    const ends = await Promise.allSettled(Array.from({ length: 20 }, () => openSecrets(cheap, { passphrase, beside })));
    const codes = ends.map((end) => (end.status === 'rejected' && end.reason instanceof Problem ? end.reason.code : 'none'));
    assert.equal(codes.filter((code) => code === 'upstream.busy').length, 15);
    assert.equal(codes.filter((code) => code === 'upstream.passphrase_wrong').length, 5);
    assert.deepEqual(await openSecrets(sealed, { passphrase, beside }), secrets, 'and the next one finds it free');
  });
});

describe('the canonical form', () => {
  it('has one order, whatever the order of what it was made from', () => {
    const one = writeCanonical({ b: 1, a: { d: [{ f: 1, e: 2 }], c: undefined }, format: 'x' }, ['format']);
    assert.equal(one, writeCanonical({ a: { d: [{ e: 2, f: 1 }] }, format: 'x', b: 1 }, ['format']));
    assert.match(one, /^\{\n {2}"format": "x",\n {2}"a"/);
    assert.ok(one.endsWith('}\n'));
  });
});
