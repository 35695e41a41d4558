import type { Fact, TraceLine } from '#kernel/trace.ts';

/**
 * Steps that say when the provider made its answer: `IssueInstant` of the response (SAML Core §3.2.2), `iat` of the ID token. Before it the
 * `Date` of the answer that held it, where there was one: Microsoft dates its tokens back by five minutes.
 */
const ISSUED = /^(?:saml\.(?:response|assertion)_issue_instant|oidc\.(?:answered_at|time_iat))$/;

/** Further off it is no clock that goes wrong: an answer was kept, or somebody invents times. */
const MOST_SECONDS = 7 * 86_400;

/**
 * How far the provider's clock is ahead of ours (negative: behind), as one sign-in shows it, in whole seconds; refusals for the time
 * show it as well, and are what it is wanted for. Seconds on the way count as being behind: only many sign-ins together say much.
 *
 * @param endedAt when the answer was here
 */
export function findSkewSeconds(lines: readonly TraceLine[], endedAt: Date): number | null {
  const line = lines.find(({ step, verdict }) => ISSUED.test(step) && (verdict !== 'noted' || step === 'oidc.answered_at'));
  const issued = line && readTime(line.received);
  if (issued === undefined) return null;
  const skew = Math.round((issued - endedAt.getTime()) / 1000);
  return Math.abs(skew) <= MOST_SECONDS ? skew : null;
}

/** Milliseconds since 1970 of an XML time, or of seconds as JWTs have them. */
function readTime(fact: Fact | undefined): number | undefined {
  const time = typeof fact === 'number' ? fact * 1000 : typeof fact === 'string' ? Date.parse(fact) : Number.NaN;
  return Number.isFinite(time) ? time : undefined;
}
