import type { Actor, AuditLog } from '#audit/index.ts';
import { type GroupId, newId, type RoleId, type TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { nameKeyOf } from './keys.ts';
import type { GroupStore, RoleStore } from './user.ts';

/** Who names them: the caller whose configuration does, for the audit log. */
interface Naming {
  tenant: TenantId;
  actor: Actor;
}

/** Makes the groups of these names that are missing. Joins the running transaction. */
export async function ensureGroups(
  { groups, audit, world }: { groups: GroupStore; audit: AuditLog; world: World },
  { tenant, actor }: Naming,
  names: readonly string[],
): Promise<void> {
  for (const name of missing(names, await groups.findByNames(tenant, names))) {
    const group = { id: newId<GroupId>('grp', world), name, description: '' };
    if ((await groups.insert(tenant, group)) === 'taken') continue;
    await audit.append(tenant, { action: 'group.created', actor, target: `group:${group.id}`, after: { name } });
  }
}

/** Makes the roles of these names that are missing: roles of the tenant's own, which permit nothing here and are told to applications. */
export async function ensureRoles(
  { roles, audit, world }: { roles: RoleStore; audit: AuditLog; world: World },
  { tenant, actor }: Naming,
  names: readonly string[],
): Promise<void> {
  for (const name of missing(names, await roles.findByNames(tenant, names))) {
    const role = { id: newId<RoleId>('rol', world), name, description: '', builtIn: false, permissions: [] };
    if ((await roles.insert(tenant, role)) === 'taken') continue;
    await audit.append(tenant, { action: 'role.created', actor, target: `role:${role.id}`, after: { name, permissions: [] } });
  }
}

function missing(names: readonly string[], found: readonly { name: string }[]): string[] {
  const known = new Set(found.map(({ name }) => nameKeyOf(name)));
  // Of two spellings the first one counts.
  const wanted = new Map(names.toReversed().map((name) => [nameKeyOf(name), name.trim()]));
  return [...wanted]
    .toReversed()
    .filter(([key]) => !known.has(key))
    .map(([, name]) => name);
}
