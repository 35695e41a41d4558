import { X509Certificate } from 'node:crypto';
import type { ConnectionId } from '#kernel/ids.ts';

/** What a key of ours is for, towards one identity provider. */
export const keyUses = ['signing', 'decryption', 'client-assertion'] as const;
export type KeyUse = (typeof keyUses)[number];

/**
 * `next` is published and decrypts, and signs nothing yet; one key of each use is `active` and signs; `retired` is published and decrypts
 * until somebody removes it.
 */
export const keyStates = ['next', 'active', 'retired'] as const;
export type KeyState = (typeof keyStates)[number];

/** A key pair of ours that one connection uses, with its self-signed certificate. */
export interface OwnKey {
  readonly id: string;
  readonly connectionId: ConnectionId;
  readonly use: KeyUse;
  readonly state: KeyState;
  readonly certificatePem: string;
  /** PKCS #8; sealed at rest, and never in an answer, a log or the audit. */
  readonly privateKeyPem: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When it last became active. */
  readonly activatedAt: Date | null;
  /** When it becomes active by itself, because a person said so. */
  readonly plannedAt: Date | null;
  readonly retiredAt: Date | null;
}

/** What is handed to the identity provider: nothing secret. */
export interface HandedKey {
  id: string;
  use: KeyUse;
  state: KeyState;
  certificate: string;
  /** SHA-1 of the certificate, as Entra (`x5t`, base64url) and Windows (hex) show it; SHA-256 in hex. */
  thumbprints: { x5t: string; sha1: string; sha256: string };
  /** Public key as JWK, for providers that take keys in that form. */
  jwk: Record<string, unknown>;
  createdAt: string;
  expiresAt: string;
  activatedAt: string | null;
  plannedAt: string | null;
  retiredAt: string | null;
}

/** The one that signs: the active one of that use. */
export function activeKey(keys: readonly OwnKey[], use: KeyUse): OwnKey | undefined {
  return keys.find((key) => key.use === use && key.state === 'active');
}

export function handOver(key: OwnKey): HandedKey {
  const { id, use, state, certificatePem } = key;
  const certificate = new X509Certificate(certificatePem);
  const sha1 = hexOf(certificate.fingerprint);
  return {
    id,
    use,
    state,
    certificate: certificatePem,
    thumbprints: { x5t: Buffer.from(sha1, 'hex').toString('base64url'), sha1, sha256: hexOf(certificate.fingerprint256) },
    jwk: { ...certificate.publicKey.export({ format: 'jwk' }), kid: id, use: use === 'decryption' ? 'enc' : 'sig' },
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt.toISOString(),
    activatedAt: key.activatedAt?.toISOString() ?? null,
    plannedAt: key.plannedAt?.toISOString() ?? null,
    retiredAt: key.retiredAt?.toISOString() ?? null,
  };
}

/** What the audit log keeps of a key: nothing that would help to sign. */
export function factsOfKey(key: OwnKey): Record<string, unknown> {
  const { id, use, state, thumbprints, expiresAt, plannedAt } = handOver(key);
  return { key: id, use, state, sha256: thumbprints.sha256, expiresAt, ...(plannedAt === null ? {} : { plannedAt }) };
}

function hexOf(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
