import { createPublicKey, type KeyObject, sign as signWith } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';
import type { PublicJwk, PublishedKey, SigningKey } from '#signing-keys/index.ts';

/**
 * Our key as oidc-provider's signer. The private key stays a `KeyObject` that the Provider cannot read, and need not be imported again
 * for each Provider. Keys that only verify sign nothing.
 */
class Signer extends ExternalSigningKey {
  readonly #jwk: PublicJwk;
  readonly #privateKey: KeyObject | null;
  #publicKey: KeyObject | undefined;

  constructor({ publicJwk }: PublishedKey, privateKey: KeyObject | null) {
    super();
    this.#jwk = publicJwk;
    this.#privateKey = privateKey;
  }

  override get kid(): string { return this.#jwk.kid; }
  override get alg(): string { return this.#jwk.alg; }
  override get kty(): string { return this.#jwk.kty; }
  override get crv(): string | undefined { return this.#jwk.crv; }
  override get x(): string | undefined { return this.#jwk.x; }
  override get y(): string | undefined { return this.#jwk.y; }
  override get n(): string | undefined { return this.#jwk.n; }
  override get e(): string | undefined { return this.#jwk.e; }

  override keyObject(): KeyObject {
    this.#publicKey ??= createPublicKey({ key: { ...this.#jwk }, format: 'jwk' });
    return this.#publicKey;
  }

  override sign(data: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const key = this.#privateKey;
    if (!key) throw new Error(`key ${this.#jwk.kid} is published, but does not sign`);
    // An RSA signature takes most of a millisecond: off the main thread. An ECDSA one takes less than the way there.
    if (this.#jwk.alg === 'ES256') return signWith('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
    return new Promise((resolve, reject) => {
      signWith('sha256', data, key, (error, signature) => (error ? reject(error) : resolve(signature)));
    });
  }
}

/** The tenant's keys for its Provider: the first of an algorithm is the one that it signs with. */
export function signersOf(active: SigningKey, published: readonly PublishedKey[]): ExternalSigningKey[] {
  const others = published.filter(({ kid, publicJwk }) => kid !== active.kid && publicJwk.alg !== undefined);
  return [new Signer(active, active.privateKey), ...others.map((key) => new Signer(key, null))];
}
