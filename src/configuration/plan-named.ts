import {
  changeGroup,
  changeRole,
  createGroup,
  createRole,
  type Group,
  isObject,
  nameKeyOf,
  type Role,
  removeGroup,
  removeRole,
} from '#directory/index.ts';
import { changing, creating, differencesOf, listAll, type Planned, type Planning, planned, refusing, removing } from './plan.ts';
import type { Wanted } from './tenant-document.ts';

type WantedRole = Pick<Role, 'name' | 'description' | 'permissions'>;
type WantedGroup = Pick<Group, 'name' | 'description'>;

/** A tenant's own roles, by name without regard to case. */
export async function planRoles(
  { needs, change, rest }: Planning,
  wanted: readonly Wanted<WantedRole>[],
  used: readonly string[],
): Promise<Planned[]> {
  const present = await listRoles(needs.roles, change.tenant);
  const byName = new Map(present.map((role) => [nameKeyOf(role.name), role]));
  const plans = wanted.map(({ at, value }): Planned => {
    const one = planned('role', value.name, at);
    const found = byName.get(nameKeyOf(value.name));
    if (!found) return creating(one, async (writing) => void (await createRole(writing, change, value)));
    if (found.builtIn)
      return refusing(one, [{ pointer: `${at}/name`, code: 'built_in', detail: 'is the name of a built-in role' }]);
    const { name, description, permissions } = found;
    const differences = differencesOf({ name, description, permissions: [...permissions].sort() }, value);
    return changing(one, differences, async (writing) => void (await changeRole(writing, { ...change, id: found.id }, value)));
  });
  const kept = new Set([...wanted.map(({ value }) => value.name), ...used].map(nameKeyOf));
  const gone = rest === 'remove' ? present.filter(({ name, builtIn }) => !builtIn && !kept.has(nameKeyOf(name))) : [];
  return [...plans, ...gone.map(({ id, name }) => removing('role', name, (writing) => removeRole(writing, { ...change, id })))];
}

/** Groups, by name without regard to case. */
export async function planGroups(
  { needs, change, rest }: Planning,
  wanted: readonly Wanted<WantedGroup>[],
  used: readonly string[],
): Promise<Planned[]> {
  const present = await listGroups(needs.groups, change.tenant);
  const byName = new Map(present.map((group) => [nameKeyOf(group.name), group]));
  const plans = wanted.map(({ at, value }): Planned => {
    const one = planned('group', value.name, at);
    const found = byName.get(nameKeyOf(value.name));
    if (!found) return creating(one, async (writing) => void (await createGroup(writing, change, value)));
    const differences = differencesOf({ name: found.name, description: found.description }, value);
    return changing(one, differences, async (writing) => void (await changeGroup(writing, { ...change, id: found.id }, value)));
  });
  const kept = new Set([...wanted.map(({ value }) => value.name), ...used].map(nameKeyOf));
  const gone = rest === 'remove' ? present.filter(({ name }) => !kept.has(nameKeyOf(name))) : [];
  return [...plans, ...gone.map(({ id, name }) => removing('group', name, (writing) => removeGroup(writing, { ...change, id })))];
}

/** Names that identity providers use: what bears one of them is not removed. */
export function namesInUse(documents: readonly Record<string, unknown>[]): { groups: string[]; roles: string[] } {
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
  const members = (value: unknown, name: string): string[] =>
    Array.isArray(value) ? texts(value.map((one: unknown) => (isObject(one) ? one[name] : undefined))) : [];
  return {
    groups: documents.flatMap((one) => [
      ...texts(Object(one['users']).defaultGroups),
      ...texts(one['assignedGroups']),
      ...members(one['groupMappings'], 'group'),
    ]),
    roles: documents.flatMap((one) => [...texts(Object(one['users']).defaultRoles), ...members(one['roleMappings'], 'role')]),
  };
}

export const listRoles = (roles: Planning['needs']['roles'], tenant: Planning['change']['tenant']): Promise<Role[]> =>
  listAll(
    (page) => roles.list(tenant, page),
    ({ name }) => name,
  );

export const listGroups = (groups: Planning['needs']['groups'], tenant: Planning['change']['tenant']): Promise<Group[]> =>
  listAll(
    (page) => groups.list(tenant, page),
    ({ name }) => name,
  );
