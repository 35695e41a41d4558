import { conditionsOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';
import { hasBegun, stillLasts, timeOf } from '../times.ts';

/** The assertion's own validity, where it states one, has begun and lasts. @see SAML Core §2.5.1.2 */
export function checkValidity({ assertion, now, trace }: Evidence): void {
  const conditions = conditionsOf(assertion);
  const notBefore = timeOf(conditions, 'NotBefore');
  const notOnOrAfter = timeOf(conditions, 'NotOnOrAfter');
  trace.check({
    step: 'saml.validity',
    expected: `before ${now.toISOString()}`,
    received: notBefore?.toISOString() ?? null,
    holds: notBefore === undefined || hasBegun(notBefore, now),
    otherwise: problems.not_yet_valid,
  });
  trace.check({
    step: 'saml.validity',
    expected: `after ${now.toISOString()}`,
    received: notOnOrAfter?.toISOString() ?? null,
    holds: notOnOrAfter === undefined || stillLasts(notOnOrAfter, now),
    otherwise: problems.expired,
  });
}
