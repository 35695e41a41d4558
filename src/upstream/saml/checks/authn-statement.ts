import { SAML } from '#wire/saml/index.ts';
import { childrenOf } from '#wire/xml/index.ts';
import { authnStatementOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';
import { stillLasts, timeOf } from '../times.ts';

/** Somebody signed in, as one statement says; statements of attributes alone let nobody in. @see SAML Profiles §4.1.4.2 */
export function checkAuthnStatement({ assertion, trace }: Evidence): void {
  const received = childrenOf(assertion, SAML, 'AuthnStatement').length;
  trace.check({
    step: 'saml.authn_statement',
    expected: 1,
    received,
    holds: received === 1,
    otherwise: problems.authn_statement_missing,
  });
}

/** The identity provider's session, where it states an end, lasts. @see SAML Core §2.7.2 */
export function checkSessionValidity({ assertion, now, trace }: Evidence): void {
  const until = timeOf(authnStatementOf(assertion), 'SessionNotOnOrAfter');
  trace.check({
    step: 'saml.session_validity',
    expected: `after ${now.toISOString()}`,
    received: until?.toISOString() ?? null,
    holds: until === undefined || stillLasts(until, now),
    otherwise: problems.session_expired,
  });
}
