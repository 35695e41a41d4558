import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

/** Issued by the configured issuer: equal in every character, a slash and a capital letter included. @see OpenID Connect Core 1.0 §3.1.3.7(2) */
export const checkIssuer: IdTokenCheck = ({ claims, settings, trace }) => {
  trace.check({
    step: 'oidc.issuer',
    expected: settings.issuer,
    received: factOf(claims.iss),
    holds: claims.iss === settings.issuer,
    otherwise: problems.issuer_mismatch,
  });
};
