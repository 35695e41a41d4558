import type { TenantId, UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { FULL_ADMINISTRATOR } from './built-in-roles.ts';
import type { Change } from './needs.ts';
import { problems } from './problems.ts';
import type { Role, RoleDirectory, RoleStore } from './user.ts';

/**
 * Nobody gives, takes or touches what is above them: a caller reaches only permissions that they have. Without it a User Administrator
 * could give themselves a role, or put their own e-mail address on an administrator's account and sign in as them.
 *
 * @throws Problem `directory.beyond_caller`
 */
export function checkReach({ permissions }: Change, roles: readonly Role[]): void {
  if (permissions === 'all') return;
  const beyond = roles.filter((role) => role.permissions.some((permission) => !permissions.has(permission)));
  if (beyond.length > 0)
    throw new Problem(problems.beyond_caller, { detail: `the role ${beyond.map(({ name }) => name).join(', ')} permits more` });
}

/** Whether the caller may change this user at all: the roles that the user has are within reach. */
export async function checkReachOfUser(roles: RoleStore, change: Change, id: UserId): Promise<void> {
  if (change.permissions === 'all') return;
  checkReach(
    change,
    (await roles.listMemberships(change.tenant, id)).map(({ of }) => of),
  );
}

/**
 * Runs a change that may cost an administrator; it must not cost the last one who can sign in, nor the last one who is at least
 * invited. Belongs inside a transaction: the refusal undoes the change, and counting makes concurrent changes wait.
 *
 * @throws Problem `directory.last_administrator`
 */
export async function keepAdministrator<Result>(
  roles: RoleDirectory,
  tenant: TenantId,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = await roles.countHolders(tenant, FULL_ADMINISTRATOR);
  const result = await work();
  const after = await roles.countHolders(tenant, FULL_ADMINISTRATOR);
  const lostActive = before.active > 0 && after.active === 0;
  const lostAll = before.active + before.invited > 0 && after.active + after.invited === 0;
  if (lostActive || lostAll) throw new Problem(problems.last_administrator);
  return result;
}
