import { constants, type KeyObject, verify } from 'node:crypto';

/** How one JWS algorithm is verified, and which keys may be used with it. */
interface Algorithm {
  kty: 'RSA' | 'EC' | 'OKP';
  crv?: string;
  hash: string | null;
  /** Length of every signature in bytes, where the algorithm fixes it. */
  signatureBytes?: number;
  pss?: true;
}

/**
 * The algorithms that an ID token may be signed with: asymmetric ones only. A symmetric one would let anybody sign who knows the
 * client secret, or, confused, the public key. @see RFC 8725 §2.1, §3.1, §3.2; RFC 7518 §3; RFC 8037; RFC 9864
 */
const ALGORITHMS: ReadonlyMap<unknown, Algorithm> = new Map<string, Algorithm>([
  ['RS256', { kty: 'RSA', hash: 'sha256' }],
  ['RS384', { kty: 'RSA', hash: 'sha384' }],
  ['RS512', { kty: 'RSA', hash: 'sha512' }],
  ['PS256', { kty: 'RSA', hash: 'sha256', pss: true }],
  ['PS384', { kty: 'RSA', hash: 'sha384', pss: true }],
  ['PS512', { kty: 'RSA', hash: 'sha512', pss: true }],
  ['ES256', { kty: 'EC', crv: 'P-256', hash: 'sha256', signatureBytes: 64 }],
  ['ES384', { kty: 'EC', crv: 'P-384', hash: 'sha384', signatureBytes: 96 }],
  ['ES512', { kty: 'EC', crv: 'P-521', hash: 'sha512', signatureBytes: 132 }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519', hash: null, signatureBytes: 64 }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519', hash: null, signatureBytes: 64 }],
]);

export const acceptedAlgorithms: readonly string[] = [...ALGORITHMS.keys()] as string[];

/** Key type and curve that an algorithm wants; nothing for an algorithm that is not accepted. */
export function keyTypeOf(alg: unknown): { kty: 'RSA' | 'EC' | 'OKP'; crv?: string } | undefined {
  return ALGORITHMS.get(alg);
}

/**
 * Of RSA it is the key's own length, and nobody else asks: OpenSSL takes a PSS signature without its leading noughts for the same number.
 * @see RFC 8017 §8.1.2 step 1
 */
function signatureBytesOf({ signatureBytes }: Algorithm, { asymmetricKeyDetails }: KeyObject): number {
  return signatureBytes ?? Math.ceil((asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

/** Whether the signature over these characters was made with this key by this algorithm. Never throws. */
export function isSignedBy(key: KeyObject, alg: unknown, { signed, signature }: { signed: string; signature: Buffer }): boolean {
  const algorithm = ALGORITHMS.get(alg);
  if (!algorithm || signature.length !== signatureBytesOf(algorithm, key)) return false;
  const bytes = Buffer.from(signed, 'latin1');
  try {
    if (algorithm.kty === 'EC') return verify(algorithm.hash, bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
    if (!algorithm.pss) return verify(algorithm.hash, bytes, key, signature);
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    return verify(algorithm.hash, bytes, { key, ...padding }, signature);
  } catch {
    return false;
  }
}
