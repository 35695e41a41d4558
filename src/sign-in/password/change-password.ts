import type { UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { Tenant } from '#tenants/index.ts';
import { checkTries } from './check-tries.ts';
import { SALT_BYTES } from './hash.ts';
import { judgePassword } from './judge-password.ts';
import type { PasswordNeeds } from './needs.ts';
import { problems } from './problems.ts';
import { forgiveTry, type Guess } from './tries.ts';

export interface PasswordChange {
  tenant: Tenant;
  userId: UserId;
  network: string;
  current: string;
  next: string;
}

/**
 * Changes somebody's own password, and ends all their sessions: whoever had the old one is out with it.
 *
 * @throws Problem `password.refused` when the current one is another, or there is none; `password.input_invalid`,
 *   `password.too_many_tries`, `password.busy`
 */
export async function changePassword(needs: PasswordNeeds, change: PasswordChange): Promise<void> {
  const { tenant, userId, network, current, next } = change;
  const now = needs.world.now();
  const guess: Guess = { tenant: tenant.id, identifierKey: `user ${userId}`, network };
  await checkTries(needs.tries, guess, now);
  const kept = await needs.passwords.find(tenant.id, userId);
  if (!(await needs.hashing.verify(current, kept?.mayUse ? kept.hash : undefined))) throw new Problem(problems.refused);
  await forgiveTry(needs.tries, guess, now);
  const user = await needs.users.find(tenant.id, userId);
  const { firstName = '', lastName = '' } = user?.profile ?? {};
  const fault = judgePassword(next, [user?.email ?? '', firstName, lastName, tenant.name, tenant.displayName]);
  if (fault) {
    const errors = [{ pointer: '/newPassword', code: fault, detail: 'is not a password that can be used' }];
    throw new Problem(problems.input_invalid, { errors });
  }
  const hash = await needs.hashing.hash(next, needs.world.randomBytes(SALT_BYTES));
  await needs.transact(async () => {
    const held = await needs.users.hold(tenant.id, userId);
    const still = await needs.passwords.find(tenant.id, userId);
    if (!held || !still?.mayUse || still.hash !== kept?.hash) throw new Problem(problems.refused);
    await needs.passwords.set(tenant.id, userId, { hash, changedAt: now });
    await needs.sessions.endOfUser(tenant.id, userId);
    await needs.announce(tenant, { kind: 'password-changed', user: held, network, reference: null });
    await needs.audit.append(tenant.id, {
      action: 'user.password-set',
      actor: { kind: 'user', id: userId },
      target: `user:${userId}`,
      after: { by: 'the person' },
    });
  });
}
