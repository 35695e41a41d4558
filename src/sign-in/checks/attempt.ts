import { Problem } from '#kernel/problem.ts';
import type { Trace } from '#kernel/trace.ts';
import { problems as tenantProblems } from '#tenants/index.ts';
import type { Connection, ConnectionDirectory } from '#upstream/index.ts';
import type { Attempt, AttemptStore } from '../attempts.ts';
import { problems } from '../problems.ts';

type Taken = Awaited<ReturnType<AttemptStore['take']>>;

/**
 * The answer belongs to an attempt of this browser that nobody has finished.
 * @see RFC 9700 §4.7 (login CSRF), SAML Profiles §4.1.5
 */
export function checkTaken(taken: Taken, trace: Trace): Attempt {
  if (taken.kind === 'taken') {
    trace.check({ step: 'sign_in.attempt', expected: 'started here, once', holds: true, otherwise: problems.attempt_unknown });
    return taken.attempt;
  }
  const otherwise = {
    unknown: problems.attempt_unknown,
    'taken-before': problems.attempt_taken,
    'other-browser': problems.other_browser,
  }[taken.kind];
  trace.check({
    step: 'sign_in.attempt',
    expected: 'started in this browser, finished once',
    received: taken.kind,
    holds: false,
    otherwise,
  });
  throw new Problem(otherwise);
}

interface Judged {
  trace: Trace;
  now: Date;
}

/** Time and bindings: not too late, from the provider that was asked, and that one as it was. */
export function checkBindings(attempt: Attempt, connection: Connection, { trace, now }: Judged): void {
  checkAge(attempt, { trace, now });
  checkConnection(attempt, connection, trace);
  checkUsable(connection, trace);
  checkRevision(attempt, connection, trace);
}

/**
 * What held when the answer was judged still holds as the session opens: asking the provider takes as long as the provider likes, and
 * somebody may have switched it off meanwhile.
 *
 * @param held as it is now, kept from changing
 */
export function checkStillBound(
  attempt: Attempt,
  held: Awaited<ReturnType<ConnectionDirectory['holdForSignIn']>>,
  trace: Trace,
): void {
  const isThere = held !== undefined;
  trace.check({
    step: 'sign_in.connection_exists',
    expected: true,
    received: isThere,
    holds: isThere,
    otherwise: problems.connection_unknown,
  });
  if (!held) return;
  const { connection, isTenantActive: holds } = held;
  trace.check({ step: 'sign_in.tenant_active', expected: true, received: holds, holds, otherwise: tenantProblems.suspended });
  checkUsable(connection, trace);
  checkRevision(attempt, connection, trace);
}

function checkRevision(attempt: Attempt, connection: Connection, trace: Trace): void {
  // Whom we asked, and as whom, must be as it was: an answer to the old provider's request must not be judged as the new one's. Everything
  // else is judged by the settings as they are now, so that a certificate that is added fails nobody, and one that was taken away at
  // once helps nobody.
  trace.check({
    step: 'sign_in.revision',
    expected: `begun at revision ${connection.trustRevision} or later`,
    received: attempt.connectionRevision,
    holds: attempt.connectionRevision >= connection.trustRevision,
    otherwise: problems.connection_changed,
  });
}

/** People may sign in through it. */
export function checkUsable({ enabled, policy }: Connection, trace: Trace): void {
  const holds = enabled && policy.authentication.enabled;
  trace.check({ step: 'sign_in.enabled', expected: true, received: holds, holds, otherwise: problems.connection_disabled });
}

/** The answer did not come too late. */
export function checkAge({ expiresAt }: Attempt, { trace, now }: Judged): void {
  trace.check({
    step: 'sign_in.age',
    expected: `before ${expiresAt.toISOString()}`,
    received: now.toISOString(),
    holds: now < expiresAt,
    otherwise: problems.attempt_expired,
  });
}

/** The mix-up defence: each provider answers at its own address. @see RFC 9700 §4.4.2 */
export function checkConnection({ connectionId }: Attempt, { id }: Connection, trace: Trace): void {
  trace.check({
    step: 'sign_in.connection',
    expected: connectionId,
    received: id,
    holds: connectionId === id,
    otherwise: problems.other_connection,
  });
}
