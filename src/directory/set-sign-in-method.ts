import { z } from 'zod';
import type { ConnectionId, UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { holdUser } from './change-user.ts';
import { checkReachOfUser } from './guards.ts';
import { readInput } from './input.ts';
import type { Change, DirectoryNeeds } from './needs.ts';
import { problems } from './problems.ts';
import type { User } from './user.ts';

export const signInMethodDocument = z.strictObject({
  identityProviderId: z
    .string()
    .max(64)
    .nullable()
    .describe('the provider that this person is sent to when they say who they are; null: whatever their domain says'),
});

/**
 * Says which provider a person signs in through; it goes before the rule of their domain, as long as the provider is switched on.
 * @throws Problem `directory.input_invalid`, `directory.user_unknown`, `directory.beyond_caller`, `directory.sign_in_method_unknown`
 */
export async function setSignInMethod(needs: DirectoryNeeds, change: Change & { id: UserId }, body: unknown): Promise<User> {
  const { identityProviderId } = readInput(signInMethodDocument, body, problems.input_invalid);
  const { tenant, id, by } = change;
  return needs.transact(async () => {
    const user = await holdUser(needs, change);
    await checkReachOfUser(needs.roles, change, id);
    const connection = identityProviderId as ConnectionId | null;
    if (connection !== null && !(await needs.hasIdentityProvider(tenant, connection))) {
      const errors = [{ pointer: '/identityProviderId', code: 'unknown', detail: 'there is no such identity provider' }];
      throw new Problem(problems.sign_in_method_unknown, { errors });
    }
    const before = (await needs.signInMethods.listOf(tenant, [id])).get(id) ?? null;
    if (before === connection) return user;
    await needs.signInMethods.set(tenant, id, { connection, at: needs.world.now() });
    await needs.audit.append(tenant, {
      action: 'user.sign-in-method-changed',
      actor: by,
      target: `user:${id}`,
      before: { identityProviderId: before },
      after: { identityProviderId },
    });
    return user;
  });
}
