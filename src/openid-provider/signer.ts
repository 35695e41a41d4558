import { createPublicKey, type KeyObject, sign as signWith } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';
import type { PublicJwk, PublishedKey, SigningAlgorithm, SigningKey } from '#signing-keys/index.ts';
import { jwsSignatureOf } from './ecdsa-signature.ts';
import { findScope } from './request-scope.ts';

/** Places for keys that only verify: with two algorithms, a predecessor and a successor each, there are five at most. */
const OTHERS = 6;

/** While the Provider is made nobody's key is there; it wants to see one, and no two with one name. */
const nobody = (name: string, algorithm: SigningAlgorithm): PublicJwk =>
  algorithm === 'ES256'
    ? { kid: name, kty: 'EC', crv: 'P-256', alg: algorithm, use: 'sig', x: 'AA', y: 'AA' }
    : { kid: name, kty: 'RSA', alg: algorithm, use: 'sig', n: 'AA', e: 'AQAB' };

/**
 * A place in the Provider's key store, in which each request finds its own tenant's key. The Provider is the same for all tenants; what it
 * signs with is not. The private key stays a `KeyObject` that the Provider cannot read.
 */
class KeyPlace extends ExternalSigningKey {
  readonly #empty: PublicJwk;
  readonly #place: number;

  /** @param place 0 signs; the others verify */
  constructor(algorithm: SigningAlgorithm, place: number) {
    super();
    this.#empty = nobody(`no-key-${algorithm}-${place}`, algorithm);
    this.#place = place;
  }

  override get kid(): string {
    return this.#jwk.kid;
  }
  override get alg(): string {
    return this.#empty.alg;
  }
  override get kty(): string {
    return this.#empty.kty;
  }
  override get crv(): string | undefined {
    return this.#empty.crv;
  }
  override get x(): string | undefined {
    return this.#jwk.x;
  }
  override get y(): string | undefined {
    return this.#jwk.y;
  }
  override get n(): string | undefined {
    return this.#jwk.n;
  }
  override get e(): string | undefined {
    return this.#jwk.e;
  }
  override get pub(): undefined {
    return undefined;
  }

  override keyObject(): KeyObject {
    return createPublicKey({ key: { ...this.#jwk }, format: 'jwk' });
  }

  override sign(data: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const active = findScope()?.keys?.active;
    if (this.#place !== 0 || active?.algorithm !== this.#empty.alg)
      throw new Error(`there is no ${this.#empty.alg} key to sign with here`);
    return signJws(active, data);
  }

  get #jwk(): PublicJwk {
    return this.#find()?.publicJwk ?? this.#empty;
  }

  #find(): PublishedKey | undefined {
    const keys = findScope()?.keys;
    const ofAlgorithm = (key: PublishedKey): boolean => key.algorithm === this.#empty.alg;
    if (this.#place === 0) return keys && ofAlgorithm(keys.active) ? keys.active : undefined;
    return keys?.others.filter(ofAlgorithm)[this.#place - 1];
  }
}

/** The signature of a JWS. @see RFC 7515 §5.1 */
export function signJws({ algorithm, privateKey }: SigningKey, data: Uint8Array): Uint8Array | Promise<Uint8Array> {
  // An RSA signature takes most of a millisecond: off the main thread. An ECDSA one takes less than the way there.
  if (algorithm === 'ES256') return jwsSignatureOf(signWith('sha256', data, privateKey));
  return new Promise((resolve, reject) => {
    signWith('sha256', data, privateKey, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}

/** The Provider's key store: of each algorithm the place that signs, and after it those that verify. */
export function createKeyPlaces(): ExternalSigningKey[] {
  return (['ES256', 'RS256'] as const).flatMap((algorithm) =>
    Array.from({ length: OTHERS + 1 }, (_, place) => new KeyPlace(algorithm, place)),
  );
}
