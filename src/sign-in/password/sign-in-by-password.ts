import { emailKeyOf } from '#directory/index.ts';
import { Problem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { SessionId } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Progress, SignedIn } from '../progress.ts';
import { recordRefusal } from '../record.ts';
import { newReference } from '../reference.ts';
import type { RefusalBudget } from '../refusal-budget.ts';
import { checkTries } from './check-tries.ts';
import { enterByPassword } from './enter-by-password.ts';
import type { PasswordNeeds } from './needs.ts';
import type { KeptPassword } from './passwords.ts';
import { problems } from './problems.ts';
import { forgiveTry, type Guess } from './tries.ts';

export interface PasswordSignIn {
  tenant: Tenant;
  identifier: string;
  password: string;
  network: string;
  previousSession: SessionId | undefined;
  returnTo: string;
  applicationId: string | null;
  askedAcr: readonly string[];
}

/**
 * Signs a local administrator in. Unknown, disabled, no administrator any more, without a password, or with another one: the answer is the
 * same, after the same questions and one derivation.
 *
 * @throws Problem `password.refused`, `password.too_many_tries`, `password.busy`
 * @see OWASP ASVS 5.0 §V6.3.8
 */
export async function signInByPassword(
  needs: PasswordNeeds & { budget: RefusalBudget },
  asked: PasswordSignIn,
): Promise<SignedIn> {
  const progress: Progress = {
    tenant: asked.tenant,
    startedAt: needs.world.now(),
    reference: newReference(needs.world),
    trace: createTrace(needs.world),
    earlierLines: [],
  };
  try {
    const kept = await prove(needs, progress, asked);
    return await needs.transact(() => enter(needs, progress, { asked, kept }));
  } catch (error) {
    throw await recordRefusal(needs, progress, error);
  }
}

async function prove(needs: PasswordNeeds, { tenant, trace }: Progress, asked: PasswordSignIn): Promise<KeptPassword> {
  const { identifier, password, network } = asked;
  trace.note('password.asked', { received: { network } });
  const now = needs.world.now();
  const guess: Guess = { tenant: tenant.id, identifierKey: emailKeyOf(identifier), network };
  await checkTries(needs.tries, guess, now);
  const kept = await needs.passwords.findByEmail(tenant.id, identifier);
  const usable = kept?.mayUse ? kept : undefined;
  const holds = await needs.hashing.verify(password, usable?.hash);
  // What was typed is not kept: people type their password into the wrong field.
  trace.note('password.account', { received: kept ? { user: kept.userId, mayUse: kept.mayUse } : 'none' });
  trace.check({ step: 'password.proof', holds, otherwise: problems.refused });
  if (!usable) throw new Problem(problems.refused);
  await forgiveTry(needs.tries, guess, now);
  return usable;
}

/** Looked at again under the person's lock: whoever was disabled or got another password while this one was checked stays out. */
async function enter(
  needs: PasswordNeeds,
  progress: Progress,
  { asked, kept }: { asked: PasswordSignIn; kept: KeptPassword },
): Promise<SignedIn> {
  const { tenant, trace } = progress;
  const user = await needs.users.hold(tenant.id, kept.userId);
  const still = await needs.passwords.find(tenant.id, kept.userId);
  const holds = still?.mayUse === true && still.hash === kept.hash;
  trace.check({ step: 'password.still_valid', holds, otherwise: problems.refused });
  if (!user) throw new Problem(problems.refused);
  await needs.users.noteSignIn(tenant.id, user.id, needs.world.now());
  return enterByPassword(needs, progress, { ...asked, user, event: 'used' });
}
