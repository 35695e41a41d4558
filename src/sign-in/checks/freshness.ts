import type { Trace } from '#kernel/trace.ts';
import type { UpstreamIdentity } from '#upstream/index.ts';
import type { Attempt } from '../attempts.ts';
import { problems } from '../problems.ts';

/** Clocks of providers differ by minutes (the SAML validator allows as much). */
const SKEW_SECONDS = 180;

/**
 * What the application asked with `max_age` holds for every protocol. Without this check a provider that does not ask again would send
 * the browser round in circles, as the OpenID Provider asks for a newer sign-in each time.
 *
 * @see OpenID Connect Core §3.1.2.1
 */
export function checkFreshness(
  { kept }: Attempt,
  { authenticatedAt }: UpstreamIdentity,
  { trace, now }: { trace: Trace; now: Date },
): void {
  if (kept.maxAgeSeconds === null || authenticatedAt === null) return;
  const ageSeconds = Math.round((now.getTime() - authenticatedAt.getTime()) / 1000);
  trace.check({
    step: 'sign_in.freshness',
    expected: `authenticated within ${kept.maxAgeSeconds} s`,
    received: `${ageSeconds} s ago`,
    holds: ageSeconds <= kept.maxAgeSeconds + SKEW_SECONDS,
    otherwise: problems.not_fresh,
  });
}
