import assert from 'node:assert/strict';
import { constants, type KeyObject, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { CompactSign } from 'jose';
import { makeKey, type SignatureAlgorithm } from '#test/oidc/index.ts';
import { PSS_WITH_LEADING_ZERO } from '#test/pss-vector.ts';
import { acceptedAlgorithms, isSignedBy } from './algorithms.ts';

const ALGORITHMS: SignatureAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];
const rsa = makeKey('rsa', 'RS256');
const ec = makeKey('ec', 'ES256');
const keyFor = (alg: SignatureAlgorithm) => (/^[RP]S/.test(alg) ? { ...rsa, alg } : alg === 'ES256' ? ec : makeKey('own', alg));

/** Signed by an implementation that shares nothing with the one under test but the specification. */
async function signedByJose(alg: SignatureAlgorithm, key: KeyObject): Promise<{ signed: string; signature: Buffer }> {
  const jws = await new CompactSign(Buffer.from('{"sub":"alice"}')).setProtectedHeader({ alg }).sign(key);
  const [header = '', payload = '', signature = ''] = jws.split('.');
  return { signed: `${header}.${payload}`, signature: Buffer.from(signature, 'base64url') };
}

describe('RFC 7518 §3: signatures', () => {
  for (const alg of ALGORITHMS) {
    it(`${alg}: verifies what jose signs, and nothing that differs in a bit, in length or in algorithm`, async () => {
      const key = keyFor(alg);
      const jws = await signedByJose(alg, key.privateKey);
      assert.equal(isSignedBy(key.publicKey, alg, jws), true);
      for (const at of [0, jws.signature.length >> 1, jws.signature.length - 1]) {
        const signature = Buffer.from(jws.signature);
        signature[at] = (signature[at] ?? 0) ^ 1;
        assert.equal(isSignedBy(key.publicKey, alg, { ...jws, signature }), false);
      }
      for (const signature of [Buffer.alloc(0), Buffer.alloc(1), Buffer.alloc(jws.signature.length), jws.signature.subarray(1)]) {
        assert.equal(isSignedBy(key.publicKey, alg, { ...jws, signature }), false);
      }
      assert.equal(isSignedBy(key.publicKey, alg, { ...jws, signature: Buffer.concat([jws.signature, Buffer.alloc(1)]) }), false);
      assert.equal(isSignedBy(key.publicKey, alg, { ...jws, signed: `${jws.signed}x` }), false);
      for (const other of acceptedAlgorithms.filter((name) => name !== alg && !(alg === 'EdDSA' && name === 'Ed25519'))) {
        assert.equal(isSignedBy(key.publicKey, other, jws), false, other);
      }
    });
  }

  it('no algorithm but those on the list, whatever the key', async () => {
    const jws = await signedByJose('RS256', rsa.privateKey);
    for (const alg of ['none', 'HS256', 'RS1', 'rs256', '', undefined, null, 'constructor', '__proto__']) {
      assert.equal(isSignedBy(rsa.publicKey, alg, jws), false);
    }
  });

  it('an ECDSA signature in DER is none (RFC 7518 §3.4)', () => {
    const der = sign('sha256', Buffer.from('a.b'), ec.privateKey);
    assert.equal(isSignedBy(ec.publicKey, 'ES256', { signed: 'a.b', signature: der }), false);
  });

  it('r = s = 0 is no signature', () => {
    assert.equal(isSignedBy(ec.publicKey, 'ES256', { signed: 'a.b', signature: Buffer.alloc(64) }), false);
  });

  it('a PSS signature whose leading nought was cut off is none (RFC 8017 §8.1.2)', () => {
    const { key, signed, signature } = PSS_WITH_LEADING_ZERO;
    assert.equal(isSignedBy(key, 'PS256', { signed, signature }), true);
    assert.equal(isSignedBy(key, 'PS256', { signed, signature: signature.subarray(1) }), false);
    assert.equal(isSignedBy(key, 'PS256', { signed, signature: Buffer.concat([Buffer.alloc(1), signature]) }), false);
  });

  it('PSS with a salt of another length than the hash is none (RFC 7518 §3.5)', () => {
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 0 };
    const signature = sign('sha256', Buffer.from('a.b'), { key: rsa.privateKey, ...padding });
    assert.equal(isSignedBy(rsa.publicKey, 'PS256', { signed: 'a.b', signature }), false);
  });
});
