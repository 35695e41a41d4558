import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import { type IdTokenCheck, SKEW_SECONDS } from './rules.ts';

/**
 * The person authenticated recently enough, counted back from the moment that we asked. With a maximum age the provider must say
 * when (`auth_time`), unless it was to be asked only; a forced sign-in is held against it where it says so.
 *
 * @see OpenID Connect Core 1.0 §2 (auth_time), §3.1.2.1 (max_age, prompt), §3.1.3.7(13)
 */
export const checkAuthenticationTime: IdTokenCheck = ({ claims, settings, remembered, now, trace }) => {
  const { maxAgeSeconds, forced, beganAt } = remembered;
  if (!settings.enforceContext || (maxAgeSeconds === null && !forced)) return;
  const at = readAuthenticationTime(claims);
  if (maxAgeSeconds !== null) {
    trace.check({
      step: 'oidc.authentication_time',
      expected: 'auth_time',
      received: factOf(claims.auth_time),
      holds: at !== null,
      otherwise: problems.authentication_time_missing,
    });
  }
  if (at === null) return trace.note('oidc.authentication_time', { expected: 'after this sign-in began', received: null });
  const earliest = beganAt - (forced ? 0 : (maxAgeSeconds ?? 0)) - SKEW_SECONDS;
  trace.check({
    step: 'oidc.authentication_age',
    expected: `${earliest} to ${now + SKEW_SECONDS}`,
    received: at,
    holds: at >= earliest && at <= now + SKEW_SECONDS,
    otherwise: problems.authentication_too_old,
  });
};

/** `auth_time` in seconds; nothing where it is not stated. Glewlwyd states 0 and means nothing by it. */
export function readAuthenticationTime({ auth_time: at }: Readonly<Record<string, unknown>>): number | null {
  return typeof at === 'number' && at > 0 && at < 1e11 ? at : null;
}
