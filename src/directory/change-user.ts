import type { UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { namesOf, resolveMemberships, takenBy } from './create-user.ts';
import { checkReach, checkReachOfUser, keepAdministrator } from './guards.ts';
import { differences, mergePatch, readInput } from './input.ts';
import { emailKeyOf } from './keys.ts';
import { setByHand } from './memberships-by-hand.ts';
import type { Change, DirectoryNeeds } from './needs.ts';
import { problems } from './problems.ts';
import type { Group, Role, User } from './user.ts';
import { documentOf, identifierFaults, type NewUserDocument, type UserPatch, userPatch, withDocument } from './user-document.ts';

/**
 * Changes attributes by merge patch, and what the user has of groups and roles by hand.
 * @throws Problem `directory.user_unknown`, `directory.input_invalid`, `directory.beyond_caller`, `directory.user_taken`,
 *   `directory.last_administrator`
 */
export async function changeUser(needs: DirectoryNeeds, change: Change & { id: UserId }, body: unknown): Promise<User> {
  const patch = readInput(userPatch, body, problems.input_invalid);
  const { tenant, id, by } = change;
  return needs.transact(async () => {
    const before = await holdUser(needs, change);
    const after: User = { ...patched(before, patch), updatedAt: needs.world.now() };
    const { groups, roles, faults } = await resolveMemberships(needs, tenant, patch);
    const errors = [...identifierFaults(after), ...faults];
    if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
    await checkReachOfUser(needs.roles, change, id);
    checkReach(change, roles ?? []);
    const held = await heldNames(needs, change);
    const outcome = await needs.users.update(tenant, after);
    if (outcome !== 'updated')
      throw outcome === 'taken' ? await takenBy(needs, tenant, after) : new Problem(problems.user_unknown);
    await changeMemberships(needs, change, { groups, roles });
    const facts = differences({ ...documentOf(before), ...held }, { ...documentOf(after), ...(await heldNames(needs, change)) });
    await needs.audit.append(tenant, { action: 'user.changed', actor: by, target: `user:${id}`, ...facts });
    return after;
  });
}

/** The user, held against other changes until the transaction ends. @throws Problem `directory.user_unknown` */
export async function holdUser(needs: DirectoryNeeds, { tenant, id }: { tenant: Change['tenant']; id: UserId }): Promise<User> {
  const user = await needs.users.hold(tenant, id);
  if (!user) throw new Problem(problems.user_unknown);
  return user;
}

/** A new address is nobody's proven one until the caller says so: a proof of the old one says nothing about it. */
function patched(user: User, patch: UserPatch): User {
  const { groups: _groups, roles: _roles, ...attributes } = patch;
  const after = withDocument(user, mergePatch(documentOf(user), attributes) as Partial<NewUserDocument>);
  const sameAddress = user.email !== null && after.email !== null && emailKeyOf(user.email) === emailKeyOf(after.email);
  return { ...after, emailVerified: after.emailVerified && (sameAddress || patch.emailVerified === true) };
}

async function changeMemberships(
  needs: DirectoryNeeds,
  { tenant, id }: Change & { id: UserId },
  { groups, roles }: { groups?: Group[]; roles?: Role[] },
): Promise<void> {
  if (groups) await setByHand(needs.groups, [tenant, id], groups);
  if (roles) await keepAdministrator(needs.roles, tenant, () => setByHand(needs.roles, [tenant, id], roles));
}

async function heldNames(
  { groups, roles }: DirectoryNeeds,
  { tenant, id }: Change & { id: UserId },
): Promise<{ groups: string[]; roles: string[] }> {
  const names = (held: readonly { of: { name: string } }[]): string[] => [...new Set(namesOf(held.map(({ of }) => of)))];
  return { groups: names(await groups.listMemberships(tenant, id)), roles: names(await roles.listMemberships(tenant, id)) };
}
