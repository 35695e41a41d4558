import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import { jwsSignatureOf } from './ecdsa-signature.ts';

const der = (r: string, s: string): Buffer => {
  const numbers = [r, s].map((hex) => Buffer.from(hex, 'hex'));
  const body = Buffer.concat(numbers.flatMap((number) => [Buffer.from([0x02, number.length]), number]));
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
};
const full = 'f'.repeat(64);

describe('A P-256 signature in the form of a JWS (RFC 7518 §3.4)', () => {
  it('is the one that OpenSSL made', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    // One number in two has a nought before it in DER, one in 256 is shorter.
    for (let each = 0; each < 600; each++) {
      const data = Buffer.from(String(each));
      const joined = jwsSignatureOf(sign('sha256', data, privateKey));
      assert.equal(joined.length, 64);
      assert.ok(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, joined), String(each));
    }
  });

  it('has short numbers at the right', () => {
    assert.equal(Buffer.from(jwsSignatureOf(der('01', '7f02'))).toString('hex'), `${'00'.repeat(31)}01${'00'.repeat(30)}7f02`);
    assert.equal(Buffer.from(jwsSignatureOf(der(`00${full}`, '0080'))).toString('hex'), `${full}${'00'.repeat(31)}80`);
  });

  for (const [title, bytes] of [
    ['a number that is too long', der(`01${full}`, '01')],
    ['no number', der('', '01')],
    ['something behind it', Buffer.concat([der('01', '01'), Buffer.from([0])])],
    ['something missing', der('01', '01').subarray(0, -1)],
    ['another tag', Buffer.from('30060301010201', 'hex')],
    ['nothing', Buffer.alloc(0)],
  ] as const) {
    it(`is not made of ${title}`, () => assert.throws(() => jwsSignatureOf(bytes), /not the signature/));
  }
});
