import { z } from 'zod';
import { newId, type RoleId } from '#kernel/ids.ts';
import { permissions } from '#kernel/permission.ts';
import { Problem } from '#kernel/problem.ts';
import { checkReach } from './guards.ts';
import { differences, mergePatch, readInput } from './input.ts';
import { nameKeyOf } from './keys.ts';
import type { Change, DirectoryNeeds } from './needs.ts';
import { problems } from './problems.ts';
import type { Role } from './user.ts';
import { line, text } from './user-document.ts';

export const roleDocument = z.strictObject({
  name: line(200),
  description: text(1000).default(''),
  permissions: z
    .array(z.enum(permissions))
    .default([])
    .transform((given) => [...new Set(given)].sort())
    .describe('what it permits in this API; none for a role that only applications act on'),
});
export const roleJson = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  builtIn: z.boolean(),
  permissions: z.array(z.string()).readonly(),
});

/** @throws Problem `directory.input_invalid`, `directory.beyond_caller`, `directory.role_taken` */
export function createRole(needs: DirectoryNeeds, change: Change, body: unknown): Promise<Role> {
  const { tenant, by } = change;
  const role: Role = {
    id: newId<RoleId>('rol', needs.world),
    builtIn: false,
    ...readInput(roleDocument, body, problems.input_invalid),
  };
  checkReach(change, [role]);
  return needs.transact(async () => {
    if ((await needs.roles.insert(tenant, role)) === 'taken') throw nameTaken();
    await needs.audit.append(tenant, { action: 'role.created', actor: by, target: `role:${role.id}`, after: factsOf(role) });
    return role;
  });
}

/**
 * Changes one of the tenant's own roles by merge patch; one that an identity provider names keeps its name.
 * @throws Problem `directory.role_unknown`, `directory.role_built_in`, `directory.input_invalid`, `directory.beyond_caller`,
 *   `directory.role_in_use`, `directory.role_taken`
 */
export function changeRole(needs: DirectoryNeeds, change: Change & { id: RoleId }, patch: unknown): Promise<Role> {
  const { tenant, by, id } = change;
  return needs.transact(async () => {
    const before = await getOwnRole(needs, change);
    const after: Role = {
      id,
      builtIn: false,
      ...readInput(roleDocument, mergePatch(factsOf(before), patch), problems.input_invalid),
    };
    checkReach(change, [before, after]);
    if (nameKeyOf(after.name) !== nameKeyOf(before.name)) await checkUnused(needs, { tenant, role: before });
    const outcome = await needs.roles.update(tenant, after);
    if (outcome !== 'updated') throw outcome === 'taken' ? nameTaken() : new Problem(problems.role_unknown);
    await needs.audit.append(tenant, {
      action: 'role.changed',
      actor: by,
      target: `role:${id}`,
      ...differences(factsOf(before), factsOf(after)),
    });
    return after;
  });
}

/**
 * Removes one of the tenant's own roles; everybody who has it loses it.
 * @throws Problem `directory.role_unknown`, `directory.role_built_in`, `directory.beyond_caller`, `directory.role_in_use`
 */
export function removeRole(needs: DirectoryNeeds, change: Change & { id: RoleId }): Promise<void> {
  const { tenant, by, id } = change;
  return needs.transact(async () => {
    const role = await getOwnRole(needs, change);
    checkReach(change, [role]);
    await checkUnused(needs, { tenant, role });
    await needs.roles.remove(tenant, id);
    await needs.audit.append(tenant, { action: 'role.removed', actor: by, target: `role:${id}`, before: factsOf(role) });
  });
}

/** @throws Problem `directory.role_unknown` */
export async function getRole(
  needs: Pick<DirectoryNeeds, 'roles'>,
  { tenant, id }: { tenant: Change['tenant']; id: RoleId },
): Promise<Role> {
  const role = await needs.roles.find(tenant, id);
  if (!role) throw new Problem(problems.role_unknown);
  return role;
}

async function getOwnRole(needs: DirectoryNeeds, change: Change & { id: RoleId }): Promise<Role> {
  const role = await getRole(needs, change);
  if (role.builtIn) throw new Problem(problems.role_built_in);
  return role;
}

async function checkUnused(needs: DirectoryNeeds, { tenant, role }: { tenant: Change['tenant']; role: Role }): Promise<void> {
  const uses = await needs.findUses(tenant, { kind: 'role', name: role.name });
  if (uses.length > 0) throw new Problem(problems.role_in_use, { detail: `named by ${uses.join(', ')}` });
}

const nameTaken = () =>
  new Problem(problems.role_taken, { errors: [{ pointer: '/name', code: 'taken', detail: 'is the name of another role' }] });

const factsOf = ({ name, description, permissions: granted }: Role) => ({ name, description, permissions: [...granted] });
