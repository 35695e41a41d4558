import type { Trace } from '#kernel/trace.ts';
import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import { type IdTokenCheck, SKEW_SECONDS } from './rules.ts';

/** End of the year 9999: `1e308` is a number, but no time. */
const LAST_TIME = 253_402_300_799;
/** The token is made in answer to our own request; an hour allows for clocks and for providers that date it back a little. */
const OLDEST_SECONDS = 3600;

/** The token is valid now: `exp` and `iat` are there, times are times. @see OpenID Connect Core 1.0 §3.1.3.7(9-10), RFC 7519 §4.1.4-6 */
export const checkTimes: IdTokenCheck = ({ claims, now, trace }) => {
  const exp = readTime('exp', claims, trace);
  const iat = readTime('iat', claims, trace);
  const nbf = claims.nbf === undefined ? iat : readTime('nbf', claims, trace);
  trace.check({
    step: 'oidc.expiry',
    expected: `after ${now - SKEW_SECONDS}`,
    received: exp,
    holds: exp > now - SKEW_SECONDS,
    otherwise: problems.token_expired,
  });
  trace.check({
    step: 'oidc.not_before',
    expected: `until ${now + SKEW_SECONDS}`,
    received: { iat, nbf },
    holds: nbf <= now + SKEW_SECONDS && iat <= now + SKEW_SECONDS,
    otherwise: problems.token_not_yet_valid,
  });
  trace.check({
    step: 'oidc.issued_at',
    expected: `after ${now - OLDEST_SECONDS}`,
    received: iat,
    holds: iat > now - OLDEST_SECONDS,
    otherwise: problems.token_too_old,
  });
};

function readTime(name: string, claims: Readonly<Record<string, unknown>>, trace: Trace): number {
  const value = claims[name];
  const holds = typeof value === 'number' && value >= 0 && value <= LAST_TIME;
  trace.check({
    step: `oidc.time_${name}`,
    expected: 'seconds since 1970',
    received: factOf(value),
    holds,
    otherwise: problems.time_malformed,
  });
  return value as number;
}

/** When a token that is valid now is so no more, whatever `exp` says, in seconds since the epoch. */
export function lastUse(claims: Readonly<Record<string, unknown>>): number {
  return Math.min(Number(claims.exp) + SKEW_SECONDS, Number(claims.iat) + OLDEST_SECONDS);
}
