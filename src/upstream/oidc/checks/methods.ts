import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

/** Each method of authentication that was asked for was used (`amr`), unless it was to be asked only. @see OpenID Connect Core 1.0 §2 (amr), RFC 8176 */
export const checkMethods: IdTokenCheck = ({ claims, settings, trace }) => {
  const wanted = settings.amrValues;
  if (wanted.length === 0) return;
  const used = readMethods(claims);
  if (!settings.enforceContext) return trace.note('oidc.methods', { expected: wanted, received: factOf(claims.amr) });
  trace.check({
    step: 'oidc.methods',
    expected: wanted,
    received: factOf(claims.amr),
    holds: wanted.every((method) => used.includes(method)),
    otherwise: problems.methods_mismatch,
  });
};

/** `amr` as a list of texts; a single text counts as one, anything else as none. */
export function readMethods({ amr }: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof amr === 'string') return [amr];
  return Array.isArray(amr) ? amr.filter((method) => typeof method === 'string').slice(0, 20) : [];
}
