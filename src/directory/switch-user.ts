import type { UserId } from '#kernel/ids.ts';
import { holdUser } from './change-user.ts';
import { checkReachOfUser, keepAdministrator } from './guards.ts';
import type { Change, DirectoryNeeds } from './needs.ts';
import type { User } from './user.ts';

/**
 * Disables a user and ends what rests on the account: sessions, and the refresh tokens that were given in them.
 * @throws Problem `directory.user_unknown`, `directory.beyond_caller`, `directory.last_administrator`
 */
export function disableUser(needs: DirectoryNeeds, change: Change & { id: UserId }): Promise<User> {
  return switchTo(needs, change, 'disabled');
}

/** Lets a disabled user in again, or one who waits for activation. @throws Problem `directory.user_unknown`, `directory.beyond_caller` */
export function enableUser(needs: DirectoryNeeds, change: Change & { id: UserId }): Promise<User> {
  return switchTo(needs, change, 'active');
}

function switchTo(needs: DirectoryNeeds, change: Change & { id: UserId }, status: 'active' | 'disabled'): Promise<User> {
  const { tenant, id, by } = change;
  return needs.transact(async () => {
    const before = await holdUser(needs, change);
    await checkReachOfUser(needs.roles, change, id);
    if (before.status === status) return before;
    const updatedAt = needs.world.now();
    const write = () => needs.users.setStatus(tenant, id, { status, updatedAt });
    if (status === 'disabled') {
      await keepAdministrator(needs.roles, tenant, write);
      await needs.endSessionsOfUser(tenant, id);
    } else await write();
    await needs.audit.append(tenant, {
      action: status === 'disabled' ? 'user.disabled' : 'user.enabled',
      actor: by,
      target: `user:${id}`,
      before: { status: before.status },
      after: { status },
    });
    return { ...before, status, updatedAt };
  });
}
