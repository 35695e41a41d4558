import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

/** The subject is a text of 1 to 255 printable ASCII characters. @see OpenID Connect Core 1.0 §2 (sub) */
export const checkSubject: IdTokenCheck = ({ claims: { sub }, trace }) => {
  const holds = typeof sub === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(sub);
  trace.check({
    step: 'oidc.subject',
    expected: '1 to 255 printable ASCII characters',
    received: factOf(sub),
    holds,
    otherwise: problems.subject_invalid,
  });
};
