import type { Trace } from '#kernel/trace.ts';
import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';

/** Userinfo speaks of the person whom the ID token names: an access token of somebody else would bring their claims. @see OpenID Connect Core 1.0 §5.3.2 */
export function checkUserinfoSubject({
  subject,
  claims,
  trace,
}: {
  subject: unknown;
  claims: Readonly<Record<string, unknown>>;
  trace: Trace;
}): void {
  const holds = typeof subject === 'string' && claims.sub === subject;
  trace.check({
    step: 'oidc.userinfo_subject',
    expected: factOf(subject),
    received: factOf(claims.sub),
    holds,
    otherwise: problems.userinfo_subject_mismatch,
  });
}
