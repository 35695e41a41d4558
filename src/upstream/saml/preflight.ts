import type { SignInWorld } from '../protocol.ts';
import { problems } from './problems.ts';
import type { SamlSettings } from './settings.ts';

/**
 * Before anybody is sent to try it: one of the pinned certificates is still valid. An expired one goes on verifying where the connection
 * does not say otherwise, so that nobody is locked out by a date; whoever sets a provider up should not begin with one.
 *
 * @throws Problem `saml.certificate_expired`
 */
export function checkCertificatesLast({ verificationKeys }: SamlSettings, { trace, now }: SignInWorld): void {
  const at = now();
  trace.check({
    step: 'saml.certificates',
    expected: `one that is valid on ${at.toISOString().slice(0, 10)}`,
    received: verificationKeys.map(
      ({ subject, notAfter }) => `${subject.replaceAll('\n', ', ')}, until ${notAfter.toISOString()}`,
    ),
    holds: verificationKeys.some(({ notAfter }) => notAfter > at),
    otherwise: problems.certificate_expired,
  });
}
