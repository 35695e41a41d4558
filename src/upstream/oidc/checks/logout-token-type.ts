import type { Trace } from '#kernel/trace.ts';
import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';

/**
 * The header says that it is a logout token, or nothing more than that it is a JWT, as many providers do; then what tells it apart is its
 * event. @see OpenID Connect Back-Channel Logout 1.0 §2.4 (typ), RFC 8725 §3.11
 */
export function checkLogoutTokenType(typ: unknown, trace: Trace): void {
  trace.check({
    step: 'oidc.logout_token.type',
    expected: 'logout+jwt, JWT or nothing',
    received: factOf(typ),
    holds: typ === undefined || (typeof typ === 'string' && /^(?:application\/)?(?:logout\+)?jwt$/i.test(typ)),
    otherwise: problems.header_refused,
  });
}
