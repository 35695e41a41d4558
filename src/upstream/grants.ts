import { ensureGroups, ensureRoles } from '#directory/index.ts';
import { type InputFault, Problem } from '#kernel/problem.ts';
import type { ConnectionDocument } from './connections.schema.ts';
import type { Change, ConnectionNeeds } from './needs.ts';
import { problems } from './problems.ts';

interface Grant {
  pointer: string;
  key: string;
  role: string;
}

/**
 * A connection gives roles to whoever its provider says. Nobody lets it newly give what is beyond their own permissions; what it gave
 * before may stay when somebody with fewer changes something else.
 *
 * @throws Problem `upstream.beyond_caller`
 */
export async function checkGrants(
  { roles }: ConnectionNeeds,
  { tenant, permissions }: Change,
  { before, after }: { before?: ConnectionDocument; after: ConnectionDocument },
): Promise<void> {
  if (permissions === 'all') return;
  const known = new Set(before ? grantsOf(before).map(({ key }) => key) : []);
  const added = grantsOf(after).filter(({ key }) => !known.has(key));
  const found = await roles.findByNames(
    tenant,
    added.map(({ role }) => role),
  );
  const beyond = found
    .filter((role) => role.permissions.some((permission) => !permissions.has(permission)))
    .map(({ name }) => name.toLowerCase());
  const errors = added
    .filter(({ role }) => beyond.includes(role.toLowerCase()))
    .map(
      ({ pointer, role }): InputFault => ({ pointer, code: 'beyond_caller', detail: `${role} permits more than the caller may` }),
    );
  if (errors.length > 0) throw new Problem(problems.beyond_caller, { errors });
}

function grantsOf({ users, claims, roleMappings }: ConnectionDocument): Grant[] {
  // Who says anew what the claim is, a default among it, says anew who has its value.
  const read = JSON.stringify(claims.roles ?? null);
  return [
    ...users.defaultRoles.map((role, index) => ({
      pointer: `/users/defaultRoles/${index}`,
      key: `default ${role.toLowerCase()}`,
      role,
    })),
    ...roleMappings.map(({ external, role }, index) => ({
      pointer: `/roleMappings/${index}/role`,
      key: `mapped ${read} ${JSON.stringify(external)} ${role.toLowerCase()}`,
      role,
    })),
  ];
}

/** Makes the groups and roles that the document names and that there are not yet. Joins the running transaction. */
export async function ensureNamed(needs: ConnectionNeeds, { tenant, by }: Change, document: ConnectionDocument): Promise<void> {
  const named = namesOf(document);
  await ensureGroups(needs, { tenant, actor: by }, named.groups);
  await ensureRoles(needs, { tenant, actor: by }, named.roles);
}

export function namesOf({ users, groupMappings, assignedGroups, roleMappings }: ConnectionDocument): {
  groups: string[];
  roles: string[];
} {
  return {
    groups: [...users.defaultGroups, ...assignedGroups, ...groupMappings.map(({ group }) => group)],
    roles: [...users.defaultRoles, ...roleMappings.map(({ role }) => role)],
  };
}
