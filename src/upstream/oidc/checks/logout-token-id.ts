import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

const LONGEST = 256;

/** It can be told from others, so that it counts once. @see OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6(7) */
export const checkLogoutTokenId: IdTokenCheck = ({ claims: { jti }, trace }) => {
  trace.check({
    step: 'oidc.logout_token_id',
    expected: 'an id to spend',
    received: factOf(jti),
    holds: typeof jti === 'string' && jti !== '' && jti.length <= LONGEST,
    otherwise: problems.logout_token_invalid,
  });
};
