import { constants, createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { takeRsaKey } from '../rsa-keys.ts';

export type SignatureAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA';

/** A key of the provider; `jwk` is what it publishes, to be changed freely. */
export interface SigningKey {
  kid: string;
  alg: SignatureAlgorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
  jwk: JsonWebKey & Record<string, unknown>;
}

const CURVES: Record<string, string> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** A new key pair and its JWK with `kid`, `alg` and `use`. */
export function makeKey(kid: string, alg: SignatureAlgorithm = 'ES256', modulusLength = 2048): SigningKey {
  const { privateKey, publicKey } = makePair(alg, modulusLength);
  return { kid, alg, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

function makePair(alg: SignatureAlgorithm, modulusLength: number): { privateKey: KeyObject; publicKey: KeyObject } {
  const curve = CURVES[alg];
  if (curve) return generateKeyPairSync('ec', { namedCurve: curve });
  return alg === 'EdDSA' ? generateKeyPairSync('ed25519') : takeRsaKey(modulusLength);
}

/** A compact JWS over the exact texts given, good or bad; `alg` says how to sign, whatever the header says. */
export function signJws(header: string, payload: string, how: { alg: string; key?: KeyObject | Buffer }): string {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${input}.${signatureOf(Buffer.from(input), how).toString('base64url')}`;
}

function signatureOf(input: Buffer, { alg, key }: { alg: string; key?: KeyObject | Buffer }): Buffer {
  if (key === undefined || alg.toLowerCase() === 'none') return Buffer.alloc(0);
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) return createHmac(hash, key).update(input).digest();
  if (Buffer.isBuffer(key)) throw new TypeError('an asymmetric signature wants a KeyObject');
  if (alg.startsWith('ES')) return sign(hash, input, { key, dsaEncoding: 'ieee-p1363' });
  if (alg.startsWith('PS')) {
    return sign(hash, input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
  }
  return alg.startsWith('RS') ? sign(hash, input, key) : sign(null, input, key);
}
