import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PSS_WITH_LEADING_ZERO } from '#test/pss-vector.ts';
import { isSignatureValid, readSignatureMethod } from './algorithms.ts';

describe('RFC 9231 §2.3.10: RSA-PSS', () => {
  it('a signature whose leading nought was cut off is none (RFC 8017 §8.1.2)', () => {
    const method = readSignatureMethod('http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1');
    const { key, signed, signature } = PSS_WITH_LEADING_ZERO;
    const isValid = (given: Buffer): boolean => isSignatureValid(method, { data: Buffer.from(signed), signature: given }, key);
    assert.equal(isValid(signature), true);
    assert.equal(isValid(signature.subarray(1)), false);
    assert.equal(isValid(Buffer.concat([Buffer.alloc(1), signature])), false);
  });
});
