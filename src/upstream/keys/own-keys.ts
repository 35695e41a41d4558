import { X509Certificate } from 'node:crypto';
import type { ConnectionId } from '#kernel/ids.ts';

/** What a key of ours is for, towards one identity provider. */
export const keyUses = ['signing', 'decryption', 'client-assertion'] as const;
export type KeyUse = (typeof keyUses)[number];

/** A key pair of ours that one connection uses, with its self-signed certificate. */
export interface OwnKey {
  readonly id: string;
  readonly connectionId: ConnectionId;
  readonly use: KeyUse;
  readonly certificatePem: string;
  /** PKCS #8; sealed at rest, and never in an answer, a log or the audit. */
  readonly privateKeyPem: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** What is handed to the identity provider: nothing secret. */
export interface HandedKey {
  id: string;
  use: KeyUse;
  certificate: string;
  /** SHA-1 of the certificate, as Entra (`x5t`, base64url) and Windows (hex) show it; SHA-256 in hex. */
  thumbprints: { x5t: string; sha1: string; sha256: string };
  /** Public key as JWK, for providers that take keys in that form. */
  jwk: Record<string, unknown>;
  createdAt: string;
  expiresAt: string;
}

export function handOver({ id, use, certificatePem, createdAt, expiresAt }: OwnKey): HandedKey {
  const certificate = new X509Certificate(certificatePem);
  const hex = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();
  const sha1 = hex(certificate.fingerprint);
  return {
    id,
    use,
    certificate: certificatePem,
    thumbprints: { x5t: Buffer.from(sha1, 'hex').toString('base64url'), sha1, sha256: hex(certificate.fingerprint256) },
    jwk: { ...certificate.publicKey.export({ format: 'jwk' }), kid: id, use: use === 'decryption' ? 'enc' : 'sig' },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
