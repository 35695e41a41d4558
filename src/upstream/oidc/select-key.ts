import type { KeyObject } from 'node:crypto';
import { keyTypeOf } from './algorithms.ts';
import type { PublishedKey } from './published-key.ts';

export type KeyChoice = { kind: 'found'; key: KeyObject } | { kind: 'unknown' } | { kind: 'ambiguous' } | { kind: 'unusable' };

/**
 * Chooses the published key that a token says it was signed with. Only the published set counts: keys and addresses of keys in the
 * token's own header (`jwk`, `jku`, `x5u`, `x5c`) are the sender's word and are not read. A name that two keys share names none.
 *
 * @see OpenID Connect Core 1.0 §10.1, RFC 8725 §3.10
 */
export function selectKey(keys: readonly PublishedKey[], header: Readonly<Record<string, unknown>>): KeyChoice {
  const wanted = keyTypeOf(header.alg);
  const candidates = keys.filter((key) => {
    if (!wanted || key.kty !== wanted.kty || key.crv !== wanted.crv) return false;
    if (key.alg !== undefined && key.alg !== header.alg) return false;
    return header.kid === undefined || key.kid === header.kid;
  });
  const [candidate] = candidates;
  if (!candidate) return { kind: 'unknown' };
  if (candidates.length > 1) return { kind: 'ambiguous' };
  const key = candidate.load();
  return key ? { kind: 'found', key } : { kind: 'unusable' };
}
