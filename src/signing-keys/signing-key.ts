import { createHash, type KeyObject } from 'node:crypto';
import type { TenantId } from '#kernel/ids.ts';

export type SigningAlgorithm = 'ES256' | 'RS256';

/** What the world may know of a key: RFC 7517 with `kid`, `alg` and `use`, no private member. */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly use: 'sig';
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

/** `next`: published, so that relying parties have it before it signs. `active`: signs. `retired`: published until its tokens are over. */
export type KeyState = 'next' | 'active' | 'retired';

/** One of a tenant's own keys, as far as everybody may know it. */
export interface PublishedKey {
  /** RFC 7638 thumbprint of the key, SHA-256, base64url. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly state: KeyState;
  readonly publicJwk: PublicJwk;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
  readonly retiredAt: Date | null;
}

export interface SigningKey extends PublishedKey {
  readonly privateKey: KeyObject;
}

/** The keys with which a tenant signs ID tokens. */
export interface SigningKeys {
  /** The key that signs now. Made at first need; when two nodes make it at once, both get the same. */
  getActive(tenant: TenantId, algorithm: SigningAlgorithm): Promise<SigningKey>;
  /** Every published key, the newest first. */
  list(tenant: TenantId): Promise<PublishedKey[]>;
  /** The JWK set of the tenant. @see RFC 7517 §5 */
  listPublic(tenant: TenantId): Promise<{ keys: PublicJwk[] }>;
  /** Takes the next step of the rotation, if one is due now, or `forced` whatever the time. @returns the step that was taken */
  rotate(tenant: TenantId, algorithm: SigningAlgorithm, when?: 'due' | 'forced'): Promise<RotationStep>;
}

export type RotationStep =
  | { kind: 'nothing' }
  | { kind: 'make-next' }
  | { kind: 'activate'; kid: string }
  | { kind: 'remove'; kids: readonly string[] };

const DAY = 24 * 60 * 60 * 1000;

/** A key signs this long. NIST SP 800-57 part 1 §5.3.6 allows one to three years for a signing key; shorter keeps the practice alive. */
export const ACTIVE_DAYS = 90;
/** Published this long before it signs: longer than any relying party is known to cache a JWK set without asking anew. */
export const ANNOUNCED_DAYS = 7;
/** Published this long after it signed: ID tokens are over within the hour, but come back for months as `id_token_hint`. */
export const RETIRED_DAYS = 30;

/**
 * Which step of the rotation is due, one at a time: announce the successor, let it take over, forget the predecessor.
 * @param when `forced` lets the successor take over at once when it is announced, or announces it
 */
export function decideRotation(keys: readonly PublishedKey[], now: Date, when: 'due' | 'forced'): RotationStep {
  const over = keys.filter(({ state, retiredAt }) => state === 'retired' && ageInDays(retiredAt, now) >= RETIRED_DAYS);
  if (over.length > 0) return { kind: 'remove', kids: over.map(({ kid }) => kid) };
  const active = keys.find(({ state }) => state === 'active');
  if (!active) return { kind: 'nothing' };
  const next = keys.find(({ state }) => state === 'next');
  const age = ageInDays(active.activatedAt ?? active.createdAt, now);
  if (!next) return when === 'forced' || age >= ACTIVE_DAYS - ANNOUNCED_DAYS ? { kind: 'make-next' } : { kind: 'nothing' };
  const isDue = age >= ACTIVE_DAYS && ageInDays(next.createdAt, now) >= ANNOUNCED_DAYS;
  return when === 'forced' || isDue ? { kind: 'activate', kid: next.kid } : { kind: 'nothing' };
}

const ageInDays = (since: Date | null, now: Date): number => (since ? (now.getTime() - since.getTime()) / DAY : 0);

/** @see RFC 7638 §3: the required members only, in lexicographic order */
export function thumbprintOf(jwk: { kty?: string; crv?: string; x?: string; y?: string; e?: string; n?: string }): string {
  const required = jwk.kty === 'RSA' ? { e: jwk.e, kty: jwk.kty, n: jwk.n } : { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}
