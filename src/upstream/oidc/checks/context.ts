import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

/** The person authenticated in one of the ways that were asked for (`acr`), unless it was to be asked only. @see OpenID Connect Core 1.0 §3.1.3.7(12) */
export const checkContext: IdTokenCheck = ({ claims: { acr }, settings, remembered, trace }) => {
  const wanted = remembered.acrValues;
  if (wanted.length === 0) return;
  if (!settings.enforceContext) return trace.note('oidc.context', { expected: wanted, received: factOf(acr) });
  const holds = typeof acr === 'string' && wanted.includes(acr);
  trace.check({ step: 'oidc.context', expected: wanted, received: factOf(acr), holds, otherwise: problems.context_mismatch });
};
