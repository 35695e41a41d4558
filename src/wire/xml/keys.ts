import { type KeyObject, X509Certificate } from 'node:crypto';
import { Problem } from '#kernel/problem.ts';
import { readBase64 } from './base64.ts';
import { problems } from './problems.ts';

/** A certificate that an administrator configured: the only thing that a signature is checked against. */
export interface VerificationKey {
  readonly key: KeyObject;
  /** SHA-256 of the certificate, hex: what a trace and an expiry calendar name it by. */
  readonly fingerprint: string;
  readonly pem: string;
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const MIN_RSA_BITS = 2048;
const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];
const PEM = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/** Parsed certificates by their text. Settings are read again at each change of a connection, and parsing costs more than a check. */
const parsed = new Map<string, VerificationKey>();
const MAX_PARSED = 4096;

/**
 * Reads one certificate, PEM or the bare base64 that metadata carries. Its dates, issuer and chain are not judged: the key is
 * pinned by whoever configured it.
 *
 * @throws Problem `xml.certificate_malformed`, `xml.key_not_allowed` (RSA below 2048 bits or exponent below 3, curves aside from P-256, P-384, P-521)
 * @see SAML Metadata Interoperability Profile §2.6.1
 */
export function readVerificationKey(text: string): VerificationKey {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const certificate = readCertificate(text);
  checkKey(certificate.publicKey);
  const key: VerificationKey = {
    key: certificate.publicKey,
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    pem: certificate.toString(),
    subject: certificate.subject,
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  };
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(text, key);
  return key;
}

function readCertificate(text: string): X509Certificate {
  try {
    const der = readBase64(PEM.exec(text)?.[1] ?? text);
    const certificate = new X509Certificate(der);
    if (!certificate.raw.equals(der))
      throw new Problem(problems.certificate_malformed, { detail: 'bytes after the certificate' });
    return certificate;
  } catch (cause) {
    throw new Problem(problems.certificate_malformed, { cause });
  }
}

function checkKey(key: KeyObject): void {
  const details = key.asymmetricKeyDetails ?? {};
  const allowed =
    key.asymmetricKeyType === 'rsa'
      ? (details.modulusLength ?? 0) >= MIN_RSA_BITS && (details.publicExponent ?? 0n) >= 3n
      : key.asymmetricKeyType === 'ec' && CURVES.includes(details.namedCurve ?? '');
  if (!allowed) {
    const detail = `${key.asymmetricKeyType ?? 'unknown'} ${details.modulusLength ?? details.namedCurve ?? ''}`.trim();
    throw new Problem(problems.key_not_allowed, { detail });
  }
}
