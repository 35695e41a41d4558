import { createPublicKey, type KeyObject } from 'node:crypto';
import { isObject } from './strict-json.ts';

/** One key of a provider's key set that could sign. Imported when first used. */
export interface PublishedKey {
  readonly kid: string | undefined;
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly crv: string | undefined;
  readonly alg: string | undefined;
  /** The key itself, or nothing when it is too weak or broken. */
  load(): KeyObject | undefined;
}

/** RFC 7518 §3.3: 2,048 bits at least. The upper bound keeps a hostile key from making each check slow. */
const RSA_BITS = { least: 2048, most: 8192 };
/** e = 1 makes every signature its own message; e = 3 is old but sound with strict padding. */
const RSA_EXPONENT = { least: 3n, most: 0xffff_ffffn };

/**
 * Reads one member of a key set; nothing for keys that cannot verify signatures of ours: symmetric ones (a published secret is none),
 * keys for encryption, unknown types. Only the public parameters are looked at: neither `x5c` nor `x5u`.
 *
 * @see RFC 7517 §4
 */
export function readPublishedKey(jwk: unknown): PublishedKey | undefined {
  if (!isObject(jwk)) return undefined;
  const { kty, use, key_ops: operations } = jwk;
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP') return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return undefined;
  let loaded: { key: KeyObject | undefined } | undefined;
  return {
    kid: textOf(jwk.kid),
    kty,
    crv: textOf(jwk.crv),
    alg: textOf(jwk.alg),
    load: () => (loaded ??= { key: importKey(jwk) }).key,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function importKey({ kty, n, e, crv, x, y }: Record<string, unknown>): KeyObject | undefined {
  try {
    const parameters = kty === 'RSA' ? { kty, n, e } : kty === 'EC' ? { kty, crv, x, y } : { kty, crv, x };
    const key = createPublicKey({ key: parameters as unknown as Record<string, string>, format: 'jwk' });
    return kty !== 'RSA' || isStrongRsa(key) ? key : undefined;
  } catch {
    // A point off its curve, a parameter missing or no base64url.
    return undefined;
  }
}

function isStrongRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const size = modulusLength >= RSA_BITS.least && modulusLength <= RSA_BITS.most;
  return size && publicExponent >= RSA_EXPONENT.least && publicExponent <= RSA_EXPONENT.most && publicExponent % 2n === 1n;
}
