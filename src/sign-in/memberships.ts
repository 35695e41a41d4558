import type { GroupStore, MembershipSource, RoleStore } from '#directory/index.ts';
import type { GroupId, RoleId, TenantId, UserId } from '#kernel/ids.ts';
import type { Trace } from '#kernel/trace.ts';
import type { Connection, ConnectionPolicy } from '#upstream/index.ts';
import type { Attributes } from './map-claims.ts';

/** What becomes of one kind of membership: nothing, or these names, added or put in place of what this source gave before. */
export type MembershipChange = { how: 'leave'; because: string } | { how: 'add' | 'replace'; names: readonly string[] };

/**
 * Groups, by the provider's mode. A claim that did not come changes nothing: it is not an empty list.
 * A value without a mapping stands for the group of exactly that name, if there is one.
 */
export function decideGroups(policy: ConnectionPolicy, groups: Attributes['groups']): MembershipChange {
  switch (policy.groupSync) {
    case 'none':
      return { how: 'leave', because: 'group synchronisation is off' };
    case 'assign':
      return { how: 'replace', names: policy.assignedGroups };
    case 'append':
    case 'sync': {
      if (groups === 'missing') return { how: 'leave', because: 'no groups claim came' };
      const names = translate(
        groups,
        policy.groupMappings.map(({ external, group }) => ({ external, name: group })),
      );
      return { how: policy.groupSync === 'append' ? 'add' : 'replace', names };
    }
  }
}

/** Roles follow the claim: what is no longer sent is taken away. `first` keeps only the first value that means a role. */
export function decideRoles(policy: ConnectionPolicy, roles: Attributes['roles']): MembershipChange {
  if (policy.claims.roles === undefined) return { how: 'leave', because: 'no claim is mapped to roles' };
  if (roles === 'missing') return { how: 'leave', because: 'no roles claim came' };
  const names = translate(
    roles,
    policy.roleMappings.map(({ external, role }) => ({ external, name: role })),
  );
  return { how: 'replace', names: policy.roleSync === 'first' ? names.slice(0, 1) : names };
}

function translate(values: readonly string[], mappings: readonly { external: string; name: string }[]): string[] {
  const byExternal = Map.groupBy(mappings, ({ external }) => external);
  return [...new Set(values.flatMap((value) => byExternal.get(value)?.map(({ name }) => name) ?? [value]))];
}

export interface MembershipNeeds {
  groups: GroupStore;
  roles: RoleStore;
}

export interface Joining {
  tenant: TenantId;
  userId: UserId;
  connection: Connection;
  attributes: Attributes;
  /** The account was made just now: it gets the provider's defaults. */
  created: boolean;
  trace: Trace;
}

/** Writes groups and roles under their sources; memberships of other sources stay as they are. */
export async function applyMemberships(needs: MembershipNeeds, joining: Joining): Promise<void> {
  const { tenant, userId, connection, attributes, created, trace } = joining;
  const { policy } = connection;
  const source: MembershipSource = `idp:${connection.id}`;
  if (created) await applyDefaults(needs, tenant, userId, policy);

  const groups = decideGroups(policy, attributes.groups);
  if (groups.how === 'leave') trace.note('admission.groups', { received: groups.because });
  else {
    const found = await needs.groups.findByNames(tenant, groups.names);
    trace.note('admission.groups', { expected: `${groups.how} those that exist here`, received: summary(groups.names, found) });
    await needs.groups.setMemberships(
      tenant,
      userId,
      source,
      found.map(({ id }) => id as GroupId),
      groups.how,
    );
  }

  const roles = decideRoles(policy, attributes.roles);
  if (roles.how === 'leave') trace.note('admission.roles', { received: roles.because });
  else {
    const found = await findGrantableRoles(needs.roles, tenant, policy, roles.names);
    trace.note('admission.roles', {
      expected: 'those that exist here; administrative ones only by mapping',
      received: summary(roles.names, found),
    });
    await needs.roles.setMemberships(
      tenant,
      userId,
      source,
      found.map(({ id }) => id),
      roles.how,
    );
  }
}

/** A provider's claim alone never makes an administrator: built-in roles need an explicit mapping. */
async function findGrantableRoles(
  store: RoleStore,
  tenant: TenantId,
  policy: ConnectionPolicy,
  names: readonly string[],
): Promise<{ id: RoleId; name: string }[]> {
  if (names.length === 0) return [];
  const mapped = new Set(policy.roleMappings.map(({ role }) => role.toLowerCase()));
  const found = await store.findByNames(tenant, names);
  return found.filter((role) => (!role.builtIn && role.permissions.length === 0) || mapped.has(role.name.toLowerCase()));
}

async function applyDefaults(needs: MembershipNeeds, tenant: TenantId, userId: UserId, policy: ConnectionPolicy): Promise<void> {
  const { defaultGroups, defaultRoles } = policy.users;
  if (defaultGroups.length > 0) {
    const found = await needs.groups.findByNames(tenant, defaultGroups);
    await needs.groups.setMemberships(
      tenant,
      userId,
      'default',
      found.map(({ id }) => id),
      'add',
    );
  }
  if (defaultRoles.length > 0) {
    const found = await needs.roles.findByNames(tenant, defaultRoles);
    await needs.roles.setMemberships(
      tenant,
      userId,
      'default',
      found.map(({ id }) => id),
      'add',
    );
  }
}

function summary(names: readonly string[], found: readonly { name: string }[]): { named: number; here: readonly string[] } {
  return { named: names.length, here: found.slice(0, 50).map(({ name }) => name) };
}
