import { isProblem } from '#kernel/problem.ts';
import type { Trace } from '#kernel/trace.ts';
import type { SignInWorld } from '../protocol.ts';
import { isSignedBy } from './algorithms.ts';
import type { KeySets } from './key-sets.ts';
import { problems } from './problems.ts';
import type { PublishedKey } from './published-key.ts';
import { type KeyChoice, selectKey } from './select-key.ts';
import type { UnverifiedToken } from './token.ts';

/**
 * Checks that a token is signed with a key that its provider publishes now. When no key fits, or the one that fits did not sign it,
 * the keys may have just been changed: they are fetched anew, within the bound of `KeySets`, and the token is judged once more.
 *
 * @throws Problem `oidc.keys_unavailable`, `oidc.key_unknown`, `oidc.key_ambiguous`, `oidc.key_unusable`, `oidc.signature_invalid`
 */
export async function checkSignature(
  token: UnverifiedToken,
  { jwksUri, step }: { jwksUri: string; step: string },
  { keySets, world }: { keySets: KeySets; world: SignInWorld },
): Promise<void> {
  const { trace } = world;
  let verdict = judge(token, await currentKeys(jwksUri, step, { keySets, world }));
  if (verdict.choice.kind === 'unknown' || (verdict.choice.kind === 'found' && !verdict.signed)) {
    const renewed = await keySets.renew(jwksUri, world);
    trace.note(`${step}.keys_renewed`, { received: renewed !== undefined });
    if (renewed) verdict = judge(token, renewed);
  }
  checkVerdict(verdict, token, { trace, step });
}

function checkVerdict(
  { choice, signed }: Verdict,
  { header }: UnverifiedToken,
  { trace, step }: { trace: Trace; step: string },
): void {
  const received = { kid: typeof header.kid === 'string' ? header.kid : null, alg: String(header.alg) };
  const refusals = [
    { name: 'key', expected: 'a published key', holds: choice.kind !== 'unknown', otherwise: problems.key_unknown },
    { name: 'key_single', expected: 'one key', holds: choice.kind !== 'ambiguous', otherwise: problems.key_ambiguous },
    { name: 'key_strength', expected: 'strong and whole', holds: choice.kind !== 'unusable', otherwise: problems.key_unusable },
    { name: 'signature', expected: 'verifies', holds: signed, otherwise: problems.signature_invalid },
  ];
  for (const { name, ...check } of refusals) trace.check({ step: `${step}.${name}`, received, ...check });
}

interface Verdict {
  choice: KeyChoice;
  signed: boolean;
}

function judge(token: UnverifiedToken, keys: readonly PublishedKey[]): Verdict {
  const choice = selectKey(keys, token.header);
  return { choice, signed: choice.kind === 'found' && isSignedBy(choice.key, token.header.alg, token) };
}

async function currentKeys(
  jwksUri: string,
  step: string,
  { keySets, world }: { keySets: KeySets; world: SignInWorld },
): Promise<readonly PublishedKey[]> {
  try {
    return await keySets.current(jwksUri, world);
  } catch (error) {
    if (!isProblem(error)) throw error;
    world.trace.check({
      step: `${step}.keys`,
      expected: jwksUri,
      received: String(error.facts.cause),
      holds: false,
      otherwise: error.type,
      cause: error,
    });
    throw error;
  }
}
