import type { Trace } from '#kernel/trace.ts';
import type { VerificationKey } from '#wire/xml/index.ts';
import { problems } from '../problems.ts';
import type { SamlSettings } from '../settings.ts';

/**
 * The dates of the certificate whose key has just verified a signature. The key is pinned, so they stop nobody and are only told, unless the
 * connection demands valid ones.
 *
 * @see SAML Metadata Interoperability Profile §2.6.1
 */
export function checkCertificateDates(
  { fingerprint, notBefore, notAfter }: VerificationKey,
  { requireValidCertificates }: Pick<SamlSettings, 'requireValidCertificates'>,
  { trace, now }: { trace: Trace; now: Date },
): void {
  const isValid = notBefore <= now && now < notAfter;
  if (isValid && !requireValidCertificates) return;
  const expected = { from: notBefore.toISOString(), until: notAfter.toISOString() };
  const received = { certificate: fingerprint, now: now.toISOString() };
  if (!requireValidCertificates) {
    trace.note('saml.certificate_dates', { expected, received });
    return;
  }
  const otherwise = now < notBefore ? problems.certificate_not_yet_valid : problems.certificate_expired;
  trace.check({ step: 'saml.certificate_dates', expected, received, holds: isValid, otherwise });
}
