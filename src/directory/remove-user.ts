import type { UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { holdUser } from './change-user.ts';
import { checkReachOfUser, keepAdministrator } from './guards.ts';
import type { Change, DirectoryNeeds } from './needs.ts';
import { problems } from './problems.ts';
import type { Membership, Role, User } from './user.ts';
import { documentOf } from './user-document.ts';

/**
 * Removes a user for good. Roles are revoked first, so that nobody with rights disappears by a slip; as nobody can revoke by hand what
 * an identity provider gives, such a user is disabled first.
 *
 * @throws Problem `directory.user_unknown`, `directory.beyond_caller`, `directory.user_has_roles`, `directory.last_administrator`
 */
export function removeUser(needs: DirectoryNeeds, change: Change & { id: UserId }): Promise<void> {
  const { tenant, id, by } = change;
  return needs.transact(async () => {
    const user = await holdUser(needs, change);
    await checkReachOfUser(needs.roles, change, id);
    checkRolesRevoked(user, await needs.roles.listMemberships(tenant, id));
    await needs.endSessionsOfUser(tenant, id);
    await keepAdministrator(needs.roles, tenant, () => needs.users.remove(tenant, id));
    await needs.audit.append(tenant, {
      action: 'user.removed',
      actor: by,
      target: `user:${id}`,
      before: { ...documentOf(user), status: user.status },
    });
  });
}

function checkRolesRevoked(user: User, held: readonly Membership<Role>[]): void {
  const blocking = held.filter(({ source }) => !source.startsWith('idp:') || user.status !== 'disabled');
  if (blocking.length === 0) return;
  const names = [...new Set(blocking.map(({ of }) => of.name))].sort();
  throw new Problem(problems.user_has_roles, { detail: `has ${names.join(', ')}` });
}
