import { Problem } from '#kernel/problem.ts';
import { authnStatementOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';
import { addSeconds, hasBegun, SKEW_SECONDS, timeOf } from '../times.ts';

/**
 * The sign-in is not in the future, and is as fresh as was asked for: after the request, when a new one was demanded, and no older than
 * the maximum age. An identity provider may overlook ForceAuthn, and a person in front of somebody else's screen hopes so.
 *
 * @see SAML Core §3.4.1 ForceAuthn, §2.7.2 AuthnInstant
 */
export function checkAuthnInstant({ assertion, expected, now, trace }: Evidence): void {
  const authenticated = timeOf(authnStatementOf(assertion), 'AuthnInstant');
  if (authenticated === undefined) throw new Problem(problems.time_malformed, { detail: 'AuthnStatement has no AuthnInstant' });
  const earliest = earliestOf(expected, now);
  trace.check({
    step: 'saml.authn_instant',
    expected: earliest === undefined ? 'any time before now' : `after ${earliest.toISOString()}`,
    received: authenticated.toISOString(),
    holds: hasBegun(authenticated, now),
    otherwise: problems.not_yet_valid,
  });
  trace.check({
    step: 'saml.authn_instant',
    expected: earliest?.toISOString() ?? null,
    received: authenticated.toISOString(),
    holds: earliest === undefined || authenticated >= addSeconds(earliest, -SKEW_SECONDS),
    otherwise: problems.authentication_too_old,
  });
}

function earliestOf(expected: Evidence['expected'], now: Date): Date | undefined {
  if (expected.forceAuthn) return new Date(expected.sentAt);
  return expected.maxAgeSeconds === null ? undefined : addSeconds(now, -expected.maxAgeSeconds);
}
