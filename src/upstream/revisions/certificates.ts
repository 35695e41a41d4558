import { isProblem } from '#kernel/problem.ts';
import { readVerificationKey } from '#wire/xml/index.ts';

/** A certificate as a difference shows it: whole ones are compared by nobody. */
export interface ShownCertificate {
  /** SHA-256 of the certificate, hex; of the text where it is no certificate. */
  fingerprint: string;
  subject: string | null;
  expiresAt: string | null;
}

export function showCertificate(text: unknown): ShownCertificate {
  try {
    const { fingerprint, subject, notAfter } = readVerificationKey(String(text));
    return { fingerprint, subject, expiresAt: notAfter.toISOString() };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { fingerprint: `unreadable: ${String(text).slice(0, 64)}`, subject: null, expiresAt: null };
  }
}

/** The same certificate in PEM and in bare base64 is one. */
export const fingerprintsOf = (texts: unknown): string[] =>
  Array.isArray(texts) ? texts.map((text) => showCertificate(text).fingerprint) : [];
