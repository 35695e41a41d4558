import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import { isObject } from '../strict-json.ts';
import type { IdTokenCheck } from './rules.ts';

const BACKCHANNEL_LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * It says that it is about a logout, and has no nonce: an ID token that somebody kept is none. @see OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6(5-6)
 */
export const checkLogoutEvent: IdTokenCheck = ({ claims, trace }) => {
  const { events, nonce } = claims;
  trace.check({
    step: 'oidc.logout_event',
    expected: BACKCHANNEL_LOGOUT,
    received: isObject(events) ? Object.keys(events).slice(0, 5) : factOf(events),
    holds: isObject(events) && Object.hasOwn(events, BACKCHANNEL_LOGOUT) && isObject(events[BACKCHANNEL_LOGOUT]),
    otherwise: problems.logout_token_invalid,
  });
  trace.check({
    step: 'oidc.logout_nonce',
    expected: 'none',
    received: nonce === undefined ? 'none' : 'one',
    holds: nonce === undefined,
    otherwise: problems.logout_token_invalid,
  });
};
