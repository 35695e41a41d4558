import { newId, type TenantId, type UserId } from '#kernel/ids.ts';
import { type InputFault, Problem } from '#kernel/problem.ts';
import { checkReach } from './guards.ts';
import { readInput } from './input.ts';
import { nameKeyOf } from './keys.ts';
import { resolveNamed, setByHand } from './memberships-by-hand.ts';
import type { Change, DirectoryNeeds } from './needs.ts';
import { problems } from './problems.ts';
import type { Group, Role, User } from './user.ts';
import { documentOf, identifierFaults, newUserDocument, withDocument } from './user-document.ts';

/**
 * Makes a user by hand, with groups and roles.
 * @throws Problem `directory.input_invalid`, `directory.beyond_caller`, `directory.user_taken`
 */
export async function createUser(needs: DirectoryNeeds, change: Change, body: unknown): Promise<User> {
  const document = readInput(newUserDocument, body, problems.input_invalid);
  const { tenant, by } = change;
  const now = needs.world.now();
  const user = withDocument(
    {
      id: newId<UserId>('usr', needs.world),
      email: null,
      emailVerified: false,
      userId: null,
      userPrincipalName: null,
      profile: { custom: {} },
      status: document.status,
      createdAt: now,
      updatedAt: now,
      lastSignInAt: null,
    },
    document,
  );
  return needs.transact(async () => {
    const { groups = [], roles = [], faults } = await resolveMemberships(needs, tenant, document);
    const errors = [...identifierFaults(user), ...faults];
    if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
    checkReach(change, roles);
    if ((await needs.users.insert(tenant, user)) === 'taken') throw await takenBy(needs, tenant, user);
    await setByHand(needs.groups, [tenant, user.id], groups);
    await setByHand(needs.roles, [tenant, user.id], roles);
    await needs.audit.append(tenant, {
      action: 'user.created',
      actor: by,
      target: `user:${user.id}`,
      after: { ...documentOf(user), status: user.status, groups: namesOf(groups), roles: namesOf(roles) },
    });
    return user;
  });
}

/** What `groups` and `roles` of a document name; undefined where the document does not say. */
export async function resolveMemberships(
  needs: DirectoryNeeds,
  tenant: TenantId,
  document: { groups?: string[]; roles?: string[] },
): Promise<{ groups?: Group[]; roles?: Role[]; faults: InputFault[] }> {
  const groups =
    document.groups &&
    (await resolveNamed<Group>(needs.groups, tenant, { pointer: '/groups', values: document.groups, keyOf: nameKeyOf }));
  const roles =
    document.roles &&
    (await resolveNamed<Role>(needs.roles, tenant, { pointer: '/roles', values: document.roles, keyOf: nameKeyOf }));
  return { groups: groups?.found, roles: roles?.found, faults: [...(groups?.faults ?? []), ...(roles?.faults ?? [])] };
}

/** The refusal for a user whose identifiers are somebody else's, pointing at each. */
export async function takenBy(needs: DirectoryNeeds, tenant: TenantId, user: User): Promise<Problem> {
  const errors: InputFault[] = [];
  for (const name of ['email', 'userId', 'userPrincipalName'] as const) {
    const value = user[name];
    const holder = value === null ? undefined : await needs.users.findByAttribute(tenant, name, value);
    if (holder && holder.id !== user.id) errors.push({ pointer: `/${name}`, code: 'taken', detail: 'belongs to another user' });
  }
  return new Problem(problems.user_taken, { errors });
}

export const namesOf = (named: readonly { name: string }[]): string[] => named.map(({ name }) => name).sort();
