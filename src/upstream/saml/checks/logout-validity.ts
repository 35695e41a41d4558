import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';
import { stillLasts, timeOf } from '../times.ts';

/** The demand, where it states an end, has not expired: one that somebody kept ends nobody's session. @see SAML Core §3.7.1 (NotOnOrAfter) */
export function checkLogoutValidity({ assertion: demand, now, trace }: Evidence): void {
  const until = timeOf(demand, 'NotOnOrAfter');
  trace.check({
    step: 'saml.logout_validity',
    expected: `after ${now.toISOString()}`,
    received: until?.toISOString() ?? null,
    holds: until === undefined || stillLasts(until, now),
    otherwise: problems.expired,
  });
}
