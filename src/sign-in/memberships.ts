import type { GroupStore, MembershipSource, Role, RoleStore } from '#directory/index.ts';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { Trace } from '#kernel/trace.ts';
import type { Connection, ConnectionPolicy } from '#upstream/index.ts';
import type { Account } from './account.ts';
import { explainMemberships } from './explain-memberships.ts';
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
  account?: Account | undefined;
}

/** Writes groups and roles under their sources; memberships of other sources stay as they are. */
export async function applyMemberships(needs: MembershipNeeds, joining: Joining): Promise<void> {
  if (joining.created) await applyDefaults(needs, joining);
  await applyGroups(needs.groups, joining);
  await applyRoles(needs.roles, joining);
}

async function applyGroups(store: GroupStore, joining: Joining): Promise<void> {
  const { tenant, userId, connection, attributes, trace, account } = joining;
  const change = decideGroups(connection.policy, attributes.groups);
  const found = change.how === 'leave' ? [] : await store.findByNames(tenant, change.names);
  if (account) {
    const mappings = connection.policy.groupMappings.map(({ external, group }) => ({ external, name: group }));
    account.groups = explainMemberships({ kind: 'group', change, values: attributes.groups, mappings, found, granted: found });
  }
  if (change.how === 'leave') {
    trace.note('admission.groups', { received: change.because });
    return;
  }
  trace.note('admission.groups', { expected: `${change.how} those that exist here`, received: summary(change.names, found) });
  await store.setMemberships(tenant, userId, sourceOf(connection), idsOf(found), change.how);
}

async function applyRoles(store: RoleStore, joining: Joining): Promise<void> {
  const { tenant, userId, connection, attributes, trace, account } = joining;
  const change = decideRoles(connection.policy, attributes.roles);
  const found = change.how === 'leave' ? [] : await store.findByNames(tenant, change.names);
  const granted = found.filter((role) => isGrantable(role, connection.policy));
  if (account) {
    const mappings = connection.policy.roleMappings.map(({ external, role }) => ({ external, name: role }));
    account.roles = explainMemberships({ kind: 'role', change, values: attributes.roles, mappings, found, granted });
  }
  if (change.how === 'leave') {
    trace.note('admission.roles', { received: change.because });
    return;
  }
  trace.note('admission.roles', {
    expected: 'those that exist here; administrative ones only by mapping',
    received: summary(change.names, granted),
  });
  await store.setMemberships(tenant, userId, sourceOf(connection), idsOf(granted), change.how);
}

/** A provider's claim alone never makes an administrator: a role with permissions needs an explicit mapping. */
function isGrantable({ name, builtIn, permissions }: Role, { roleMappings }: ConnectionPolicy): boolean {
  const harmless = !builtIn && permissions.length === 0;
  return harmless || roleMappings.some(({ role }) => role.toLowerCase() === name.toLowerCase());
}

async function applyDefaults({ groups, roles }: MembershipNeeds, { tenant, userId, connection }: Joining): Promise<void> {
  const { defaultGroups, defaultRoles } = connection.policy.users;
  if (defaultGroups.length > 0) {
    const found = await groups.findByNames(tenant, defaultGroups);
    await groups.setMemberships(tenant, userId, 'default', idsOf(found), 'add');
  }
  if (defaultRoles.length > 0) {
    const found = await roles.findByNames(tenant, defaultRoles);
    await roles.setMemberships(tenant, userId, 'default', idsOf(found), 'add');
  }
}

const sourceOf = ({ id }: Connection): MembershipSource => `idp:${id}`;

const idsOf = <Id>(found: readonly { id: Id }[]): Id[] => found.map(({ id }) => id);

function summary(names: readonly string[], found: readonly { name: string }[]): { named: number; here: readonly string[] } {
  return { named: names.length, here: found.slice(0, 50).map(({ name }) => name) };
}
