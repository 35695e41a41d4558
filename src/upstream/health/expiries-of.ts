import { isProblem } from '#kernel/problem.ts';
import { readVerificationKey } from '#wire/xml/index.ts';
import type { StoredConnection } from '../connection-register.ts';
import type { OwnKey } from '../keys/own-keys.ts';
import type { Expiry } from './expiry.ts';

/** Our key without its private half. */
export type KeyFacts = Pick<OwnKey, 'id' | 'use' | 'state' | 'expiresAt'>;

export interface ExpiringParts {
  readonly connection: Pick<StoredConnection, 'id' | 'document'>;
  readonly keys: readonly KeyFacts[];
  readonly metadataValidUntil: Date | null;
}

/** Everything of one provider that ends at a known time, soonest first. */
export function expiriesOf(parts: ExpiringParts): Expiry[] {
  const found = [...certificates(parts), ...clientSecret(parts), ...ownKeys(parts), ...metadata(parts)];
  return found.sort((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
}

type Common = Pick<Expiry, 'connectionId' | 'name' | 'enabled'>;

function commonOf({ connection: { id, document } }: ExpiringParts): Common {
  return { connectionId: id, name: document.name, enabled: document.enabled };
}

/** Certificates that the provider signs with. One that ends before another of them is on its way out already. */
function certificates(parts: ExpiringParts): Expiry[] {
  const { verificationCertificates: texts, requireValidCertificates } = parts.connection.document.saml ?? {};
  if (!Array.isArray(texts)) return [];
  const read = texts.flatMap((text, index) => {
    const certificate = readCertificate(text);
    return certificate ? [{ ...certificate, pointer: `/saml/verificationCertificates/${index}` }] : [];
  });
  const last = Math.max(...read.map(({ notAfter }) => notAfter.getTime()));
  const keepsOut = requireValidCertificates === true;
  return read.map(({ fingerprint, notAfter, pointer }) => ({
    kind: 'verification-certificate',
    ...commonOf(parts),
    pointer,
    what: fingerprint,
    expiresAt: notAfter,
    // Where its expiry counts, a successor helps only once the provider signs with it.
    replaced: notAfter.getTime() < last && !keepsOut,
    keepsOut,
  }));
}

/** Nothing for what cannot be read: what was stored by an earlier release must not hide the rest of the calendar. */
function readCertificate(text: unknown): { fingerprint: string; notAfter: Date } | undefined {
  try {
    return typeof text === 'string' ? readVerificationKey(text) : undefined;
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/** Only where it is what we authenticate with. */
function clientSecret(parts: ExpiringParts): Expiry[] {
  const { clientId, clientSecretExpiresAt, clientAuthentication = 'client_secret_basic' } = parts.connection.document.oidc ?? {};
  if (typeof clientSecretExpiresAt !== 'string' || !textOf(clientAuthentication).startsWith('client_secret_')) return [];
  const expiresAt = new Date(clientSecretExpiresAt);
  if (Number.isNaN(expiresAt.getTime())) return [];
  const pointer = '/oidc/clientSecretExpiresAt';
  return [
    { kind: 'client-secret', ...commonOf(parts), pointer, what: textOf(clientId), expiresAt, replaced: false, keepsOut: true },
  ];
}

/** The active ones count; a retired one is there for what was encrypted to it, and the next one is new. */
function ownKeys(parts: ExpiringParts): Expiry[] {
  return parts.keys
    .filter(({ use }) => isUsed(use, parts))
    .map(({ id, use, state, expiresAt }) => ({
      kind: 'own-key',
      ...commonOf(parts),
      pointer: null,
      what: id,
      use,
      expiresAt,
      replaced: state === 'retired',
      keepsOut: false,
    }));
}

/** A key of a kind of authentication that was given up keeps nobody out. */
function isUsed(use: KeyFacts['use'], { connection: { document } }: ExpiringParts): boolean {
  return use !== 'client-assertion' || document.oidc?.['clientAuthentication'] === 'private_key_jwt';
}

function metadata(parts: ExpiringParts): Expiry[] {
  const { metadataValidUntil: expiresAt, connection } = parts;
  if (!expiresAt) return [];
  const what = textOf(connection.document.saml?.['metadataUrl']);
  return [
    { kind: 'metadata', ...commonOf(parts), pointer: '/saml/metadataUrl', what, expiresAt, replaced: false, keepsOut: false },
  ];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
