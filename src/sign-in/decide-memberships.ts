import { nameKeyOf, type Role } from '#directory/index.ts';
import type { ConnectionPolicy } from '#upstream/index.ts';
import { filterGroups } from './filter-groups.ts';
import type { ClaimList } from './map-claims.ts';

/** One value of the provider and what it may stand for here: all the names of its mappings, else the first of these that exists. */
export interface Wanted {
  readonly value: string;
  readonly names: readonly string[];
  readonly isMapped: boolean;
}

/** What becomes of one kind of membership: nothing, or these, added or put in place of what this source gave before. */
export type MembershipChange =
  | { how: 'leave'; because: string }
  | { how: 'add' | 'replace'; wanted: readonly Wanted[]; filtered: readonly string[]; isAssigned?: true };

/**
 * Groups, by the provider's mode. A list that did not come changes nothing unless it is said to mean an empty one; an incomplete list
 * never does. A value without a mapping stands for the group of that name, if there is one.
 */
export function decideGroups(policy: ConnectionPolicy, groups: ClaimList): MembershipChange {
  switch (policy.groupSync) {
    case 'none':
      return { how: 'leave', because: 'group synchronisation is off' };
    case 'assign':
      return { how: 'replace', wanted: policy.assignedGroups.map(assigned), filtered: [], isAssigned: true };
    case 'append':
    case 'sync': {
      const values = valuesOf(groups, policy.whenMissing?.groups);
      if (values === undefined) return { how: 'leave', because: BECAUSE.groups[groups.kind] };
      const filtered = filterGroups(policy.groupFilter, values);
      if (filtered === 'too-much') return { how: 'leave', because: 'there were more groups than the filter can judge' };
      const byExternal = Map.groupBy(policy.groupMappings, ({ external }) => external);
      const wanted = filtered.kept.map((value) =>
        wantedOf(
          value,
          byExternal.get(value)?.map(({ group }) => group),
          [value],
        ),
      );
      return { how: policy.groupSync === 'append' ? 'add' : 'replace', wanted, filtered: filtered.left };
    }
  }
}

const assigned = (name: string): Wanted => ({ value: name, names: [name], isMapped: true });

/** Roles follow the claim: what is no longer sent is taken away. */
export function decideRoles(policy: ConnectionPolicy, roles: ClaimList): MembershipChange {
  if (policy.claims.roles === undefined) return { how: 'leave', because: 'no claim is mapped to roles' };
  const values = valuesOf(roles, policy.whenMissing?.roles);
  if (values === undefined) return { how: 'leave', because: BECAUSE.roles[roles.kind] };
  const exact = Map.groupBy(policy.roleMappings, ({ external }) => external);
  const alike = Map.groupBy(policy.roleMappings, ({ external }) => withSpaces(external));
  const wanted = values.map((value) => {
    const mapped = exact.get(value) ?? alike.get(withSpaces(value));
    return wantedOf(
      value,
      mapped?.map(({ role }) => role),
      aliasesOf(value),
    );
  });
  return { how: 'replace', wanted, filtered: [] };
}

const wantedOf = (value: string, mapped: readonly string[] | undefined, otherwise: readonly string[]): Wanted =>
  mapped === undefined ? { value, names: otherwise, isMapped: false } : { value, names: [...new Set(mapped)], isMapped: true };

/** Entra's role values cannot hold spaces: an underscore stands for one, in roles only. */
const withSpaces = (value: string): string => value.replaceAll('_', ' ');
const aliasesOf = (value: string): string[] => [...new Set([value, withSpaces(value), value.replaceAll(' ', '_')])];

/** Undefined where the list says nothing. */
function valuesOf(list: ClaimList, whenMissing: 'keep' | 'empty' | undefined): readonly string[] | undefined {
  switch (list.kind) {
    case 'values':
      return list.values;
    case 'empty':
      return [];
    case 'missing':
      return whenMissing === 'empty' ? [] : undefined;
    case 'overage':
      return undefined;
  }
}

const because = (claim: string) => ({
  missing: `no ${claim} claim came`,
  overage: `the list of ${claim} is incomplete`,
  values: '',
  empty: '',
});
const BECAUSE = { groups: because('groups'), roles: because('roles') };

/** What values stand for, of those that exist here and may be given. */
export type Resolved<Of> = readonly { readonly wanted: Wanted; readonly given: readonly Of[] }[];

/** A mapped value stands for all its names, another one for the first that there is. */
export function resolve<Of extends { name: string }>(
  wanted: readonly Wanted[],
  found: readonly Of[],
  isGivable: (of: Of, wanted: Wanted) => boolean = () => true,
): Resolved<Of> {
  const byName = new Map(found.map((of) => [nameKeyOf(of.name), of]));
  return wanted.map((one) => {
    const named = one.names.flatMap((name) => byName.get(nameKeyOf(name)) ?? []);
    const meant = one.isMapped ? named : named.slice(0, 1);
    return { wanted: one, given: meant.filter((of) => isGivable(of, one)) };
  });
}

/** A provider's claim alone never makes an administrator: a role with permissions needs an explicit mapping of that very value. */
export const isGrantable = ({ builtIn, permissions }: Role, { isMapped }: Wanted): boolean =>
  isMapped || (!builtIn && permissions.length === 0);

/** `first` keeps what the first value that means a role here stands for. */
export function chooseRoles(resolved: Resolved<Role>, roleSync: ConnectionPolicy['roleSync']): Resolved<Role> {
  if (roleSync === 'all') return resolved;
  const first = resolved.find(({ given }) => given.length > 0);
  return resolved.map((one) => (one === first ? one : { ...one, given: [] }));
}

/** Each once. */
export function givenBy<Of extends { id: string }>(resolved: Resolved<Of>): Of[] {
  return [...new Map(resolved.flatMap(({ given }) => given).map((of) => [of.id, of])).values()];
}
