import { confirmationDataOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';
import { hasBegun, stillLasts, timeOf } from '../times.ts';

/** The confirmation ends, has not ended, and has begun. @see SAML Profiles §4.1.4.2 */
export function checkConfirmationValidity({ assertion, now, trace }: Evidence): void {
  const data = confirmationDataOf(assertion);
  const notOnOrAfter = timeOf(data, 'NotOnOrAfter');
  trace.check({
    step: 'saml.confirmation_validity',
    expected: `after ${now.toISOString()}`,
    received: notOnOrAfter?.toISOString() ?? null,
    holds: notOnOrAfter !== undefined && stillLasts(notOnOrAfter, now),
    otherwise: problems.confirmation_expired,
  });
  const notBefore = timeOf(data, 'NotBefore');
  if (notBefore === undefined) return;
  trace.check({
    step: 'saml.confirmation_validity',
    expected: `before ${now.toISOString()}`,
    received: notBefore.toISOString(),
    holds: hasBegun(notBefore, now),
    otherwise: problems.confirmation_not_yet_valid,
  });
}
