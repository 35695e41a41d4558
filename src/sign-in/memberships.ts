import type { AuditLog } from '#audit/index.ts';
import { FULL_ADMINISTRATOR, type GroupStore, type MembershipSource, type Role, type RoleDirectory } from '#directory/index.ts';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { Fact, Trace } from '#kernel/trace.ts';
import type { Connection } from '#upstream/index.ts';
import type { Account } from './account.ts';
import {
  chooseRoles,
  decideGroups,
  decideRoles,
  givenBy,
  isGrantable,
  type MembershipChange,
  type Resolved,
  resolve,
} from './decide-memberships.ts';
import { explainMemberships } from './explain-memberships.ts';
import type { Attributes } from './map-claims.ts';

export interface MembershipNeeds {
  groups: GroupStore;
  roles: Pick<RoleDirectory, 'findByNames' | 'listMemberships' | 'setMemberships' | 'countHolders'>;
  audit: AuditLog;
}

export interface Joining {
  tenant: TenantId;
  userId: UserId;
  connection: Connection;
  attributes: Attributes;
  /** The account was made just now: it gets the provider's defaults. */
  created: boolean;
  trace: Trace;
  reference: string;
  account?: Account | undefined;
}

/** Writes groups and roles under their sources; memberships of other sources stay as they are. */
export async function applyMemberships(needs: MembershipNeeds, joining: Joining): Promise<void> {
  if (joining.created) await applyDefaults(needs, joining);
  await applyGroups(needs.groups, joining);
  await applyRoles(needs, joining);
}

async function applyGroups(store: GroupStore, joining: Joining): Promise<void> {
  const { tenant, userId, connection, attributes, trace, account } = joining;
  const change = decideGroups(connection.policy, attributes.groups);
  if (change.how === 'leave') return leave(joining, 'groups', change.because);
  const found = await store.findByNames(tenant, namesOf(change));
  const resolved = resolve(change.wanted, found);
  const given = givenBy(resolved);
  if (account) account.groups = explainMemberships({ kind: 'group', change, resolved, found });
  trace.note('admission.groups', {
    expected: `${change.how} those that exist here`,
    received: { ...summary(resolved, given), ...(change.filtered.length > 0 ? { filtered: change.filtered.length } : {}) },
  });
  await store.setMemberships(tenant, userId, sourceOf(connection), idsOf(given), change.how);
}

async function applyRoles({ roles: store, audit }: MembershipNeeds, joining: Joining): Promise<void> {
  const { tenant, userId, connection, attributes, trace, account } = joining;
  const change = decideRoles(connection.policy, attributes.roles);
  if (change.how === 'leave') return leave(joining, 'roles', change.because);
  const found = await store.findByNames(tenant, namesOf(change));
  const resolved = chooseRoles(resolve(change.wanted, found, isGrantable), connection.policy.roleSync);
  const given = givenBy(resolved);
  if (account) account.roles = explainMemberships({ kind: 'role', change, resolved, found });
  trace.note('admission.roles', {
    expected: 'those that exist here; administrative ones only by mapping',
    received: summary(resolved, given),
  });
  const losing = await findLostAdministrator(store, joining, given);
  await store.setMemberships(tenant, userId, sourceOf(connection), idsOf(given), change.how);
  if (losing) await keepLastAdministrator({ roles: store, audit }, joining, losing);
}

/** The role of full administrator, when this sign-in is about to take it away. */
async function findLostAdministrator(
  store: MembershipNeeds['roles'],
  { tenant, userId, connection, created }: Joining,
  given: readonly Role[],
): Promise<Role | undefined> {
  if (created || given.some(isFullAdministrator)) return undefined;
  const held = await store.listMemberships(tenant, userId);
  return held.find(({ of, source }) => source === sourceOf(connection) && isFullAdministrator(of))?.of;
}

const isFullAdministrator = ({ builtIn, name }: Role): boolean => builtIn && name === FULL_ADMINISTRATOR;

/**
 * A provider that no longer sends a role must not leave a tenant without anybody who could mend it. Counted after the change, under the
 * lock that every such counting takes: two administrators who lose the role at once do not both count on each other.
 */
async function keepLastAdministrator(
  { roles, audit }: Pick<MembershipNeeds, 'roles' | 'audit'>,
  { tenant, userId, connection, trace, reference, account }: Joining,
  role: Role,
): Promise<void> {
  if ((await roles.countHolders(tenant, role.name)).active > 0) return;
  await roles.setMemberships(tenant, userId, sourceOf(connection), [role.id], 'add');
  const why = 'nobody else who can sign in has it';
  trace.note('admission.last_administrator', { expected: `${role.name} is no longer sent`, received: `kept: ${why}` });
  if (account?.roles)
    account.roles = { ...account.roles, found: [...account.roles.found, { name: role.name, because: `kept: ${why}` }] };
  await audit.append(tenant, {
    action: 'sign-in.last-administrator-kept',
    actor: { kind: 'system' },
    target: `user:${userId}`,
    reference,
    after: { role: role.name, connection: connection.id },
  });
}

function leave({ trace, account, attributes }: Joining, kind: 'groups' | 'roles', because: string): void {
  const list = attributes[kind];
  const received = list.kind === 'values' ? list.values : [];
  if (account) account[kind] = { how: 'leave', why: because, received, found: [], unmapped: [] };
  trace.note(`admission.${kind}`, { received: because });
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

const namesOf = ({ wanted }: Exclude<MembershipChange, { how: 'leave' }>): string[] => [
  ...new Set(wanted.flatMap(({ names }) => names)),
];

/** A trace keeps no more of a list than somebody would read. */
const MOST_NAMED = 50;

function summary(resolved: Resolved<{ name: string }>, given: readonly { name: string }[]): Record<string, Fact> {
  return { named: resolved.length, here: given.slice(0, MOST_NAMED).map(({ name }) => name) };
}
