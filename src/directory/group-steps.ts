import { z } from 'zod';
import { type GroupId, newId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { differences, mergePatch, readInput } from './input.ts';
import { nameKeyOf } from './keys.ts';
import type { Change, DirectoryNeeds } from './needs.ts';
import { problems } from './problems.ts';
import type { Group } from './user.ts';
import { line, text } from './user-document.ts';

export const groupDocument = z.strictObject({ name: line(200), description: text(1000).default('') });
export const groupJson = z.object({ id: z.string(), name: z.string(), description: z.string() });

/** @throws Problem `directory.input_invalid`, `directory.group_taken` */
export function createGroup(needs: DirectoryNeeds, { tenant, by }: Change, body: unknown): Promise<Group> {
  const group = { id: newId<GroupId>('grp', needs.world), ...readInput(groupDocument, body, problems.input_invalid) };
  return needs.transact(async () => {
    if ((await needs.groups.insert(tenant, group)) === 'taken') throw nameTaken();
    await needs.audit.append(tenant, { action: 'group.created', actor: by, target: `group:${group.id}`, after: factsOf(group) });
    return group;
  });
}

/**
 * Changes a group by merge patch. One that an identity provider names keeps its name: the mapping would silently lead nowhere.
 * @throws Problem `directory.group_unknown`, `directory.input_invalid`, `directory.group_in_use`, `directory.group_taken`
 */
export function changeGroup(needs: DirectoryNeeds, { tenant, by, id }: Change & { id: GroupId }, patch: unknown): Promise<Group> {
  return needs.transact(async () => {
    const before = await getGroup(needs, { tenant, id });
    const after = { id, ...readInput(groupDocument, mergePatch(factsOf(before), patch), problems.input_invalid) };
    if (nameKeyOf(after.name) !== nameKeyOf(before.name)) await checkUnused(needs, { tenant, group: before });
    const outcome = await needs.groups.update(tenant, after);
    if (outcome !== 'updated') throw outcome === 'taken' ? nameTaken() : new Problem(problems.group_unknown);
    await needs.audit.append(tenant, {
      action: 'group.changed',
      actor: by,
      target: `group:${id}`,
      ...differences(factsOf(before), factsOf(after)),
    });
    return after;
  });
}

/** Removes a group and everybody's membership of it. @throws Problem `directory.group_unknown`, `directory.group_in_use` */
export function removeGroup(needs: DirectoryNeeds, { tenant, by, id }: Change & { id: GroupId }): Promise<void> {
  return needs.transact(async () => {
    const group = await getGroup(needs, { tenant, id });
    await checkUnused(needs, { tenant, group });
    await needs.groups.remove(tenant, id);
    await needs.audit.append(tenant, { action: 'group.removed', actor: by, target: `group:${id}`, before: factsOf(group) });
  });
}

/** @throws Problem `directory.group_unknown` */
export async function getGroup(
  needs: Pick<DirectoryNeeds, 'groups'>,
  { tenant, id }: { tenant: Change['tenant']; id: GroupId },
): Promise<Group> {
  const group = await needs.groups.find(tenant, id);
  if (!group) throw new Problem(problems.group_unknown);
  return group;
}

async function checkUnused(needs: DirectoryNeeds, { tenant, group }: { tenant: Change['tenant']; group: Group }): Promise<void> {
  const uses = await needs.findUses(tenant, { kind: 'group', name: group.name });
  if (uses.length > 0) throw new Problem(problems.group_in_use, { detail: `named by ${uses.join(', ')}` });
}

const nameTaken = () =>
  new Problem(problems.group_taken, { errors: [{ pointer: '/name', code: 'taken', detail: 'is the name of another group' }] });

const factsOf = ({ name, description }: Group) => ({ name, description });
