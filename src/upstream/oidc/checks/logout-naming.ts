import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

const LONGEST = 255;
const isName = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= LONGEST;

/** It names a person, a session, or both, as texts. @see OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6(4) */
export const checkLogoutNaming: IdTokenCheck = ({ claims: { sub, sid }, trace }) => {
  const given = [sub, sid].filter((value) => value !== undefined);
  trace.check({
    step: 'oidc.logout_naming',
    expected: 'sub, sid, or both',
    received: { sub: factOf(sub), sid: factOf(sid) },
    holds: given.length > 0 && given.every(isName),
    otherwise: problems.logout_token_invalid,
  });
};
