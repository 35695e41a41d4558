import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { readOwnKeys } from './own-keys.ts';

describe('Our own keys are read when they are needed', () => {
  const rsa = makeCertifiedKey();
  const other = makeCertifiedKey('ec-p256');
  const mixed = { privateKeyPem: rsa.privateKeyPem, certificatePem: other.certificatePem };
  const torn = { privateKeyPem: 'torn', certificatePem: rsa.certificatePem };

  it('each pair once, with the certificate that others are told', () => {
    const keys = readOwnKeys({ signing: [other], decryption: [rsa] });
    assert.deepEqual(
      [keys.signing[0]?.certificate, keys.decryption[0]?.certificate],
      [other.certificateBase64, rsa.certificateBase64],
    );
    assert.equal(keys.signing, keys.signing);
  });

  const refused = [
    ['a key beside the certificate of another', { signing: [mixed], decryption: [] }, 'signing', '/keys/signing/0 key_mismatch'],
    ['a key that cannot decrypt', { signing: [], decryption: [rsa, other] }, 'decryption', '/keys/decryption/1 key_not_allowed'],
    ['a key that nobody can read', { signing: [rsa, torn], decryption: [] }, 'signing', '/keys/signing/1 key_malformed'],
  ] as const;
  for (const [what, pairs, use, fault] of refused) {
    it(`${what} is never used, and no part of it is told`, () => {
      const keys = readOwnKeys(pairs);
      assert.throws(
        () => keys[use],
        (error) => {
          assert.ok(isProblem(error, 'saml.settings_invalid'));
          assert.deepEqual(
            error.errors.map(({ pointer, code }) => `${pointer} ${code}`),
            [fault],
          );
          return !JSON.stringify(error.errors).includes('PRIVATE') && !error.message.includes('PRIVATE');
        },
      );
      assert.doesNotThrow(() => (use === 'signing' ? keys.decryption : keys.signing), 'the other kind is as good as it was');
    });
  }
});
