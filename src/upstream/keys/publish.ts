import { X509Certificate } from 'node:crypto';
import type { ConnectionKind } from '../connection.ts';
import type { OwnKey } from './own-keys.ts';

/** A JWK Set of public keys. @see RFC 7517 §5 */
export interface PublishedKeys {
  keys: Record<string, unknown>[];
}

/**
 * Our public keys for client assertions, for a provider that reads them from an address: the active one first, then those that wait and
 * those that are retired. With the certificate and both thumbprints, since providers look keys up by any of them.
 *
 * @see RFC 7517 §4.7-4.9, OpenID Connect Core 1.0 §9 (private_key_jwt)
 */
export function publishKeys(kind: ConnectionKind, keys: readonly OwnKey[]): PublishedKeys {
  return { keys: keys.filter(({ use }) => use === 'client-assertion').map((key) => jwkOf(kind, key)) };
}

function jwkOf(kind: ConnectionKind, { id, certificatePem }: OwnKey): Record<string, unknown> {
  const certificate = new X509Certificate(certificatePem);
  const thumbprint = (fingerprint: string): string => Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url');
  return {
    ...certificate.publicKey.export({ format: 'jwk' }),
    kid: id,
    use: 'sig',
    alg: kind === 'oidc' ? 'RS256' : 'PS256',
    x5t: thumbprint(certificate.fingerprint),
    'x5t#S256': thumbprint(certificate.fingerprint256),
    x5c: [certificate.raw.toString('base64')],
  };
}
