import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

/** The token was made for this very sign-in: a code from another one brings another nonce. @see OpenID Connect Core 1.0 §3.1.3.7(11), RFC 9700 §4.5 */
export const checkNonce: IdTokenCheck = ({ claims: { nonce }, remembered, trace }) => {
  const received = nonce === undefined ? 'absent' : nonce === remembered.nonce ? 'that of this sign-in' : 'another';
  trace.check({
    step: 'oidc.nonce',
    expected: 'that of this sign-in',
    received,
    holds: nonce === remembered.nonce,
    otherwise: problems.nonce_mismatch,
  });
};
