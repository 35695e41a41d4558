import { type Group, type GroupStore, nameKeyOf } from '#directory/index.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import { getConnection } from '../change-connection.ts';
import type { ConnectionDocument } from '../connections.schema.ts';
import type { ConnectionNeeds } from '../needs.ts';
import type { SeenGroup, SeenGroupRegister } from './seen.ts';

/** `by-name`: there is no mapping, and the group here of that very name stands for it. */
export const seenStates = ['mapped', 'by-name', 'unmapped'] as const;
export type SeenState = (typeof seenStates)[number];

export interface ListedGroup extends SeenGroup {
  readonly state: SeenState;
  readonly label: string | null;
  /** Names of the groups here that it is mapped to. */
  readonly groups: readonly string[];
  /** The group here of the same name, where nothing is mapped. */
  readonly suggestion: Pick<Group, 'id' | 'name'> | null;
}

export interface ListNeeds {
  connections: ConnectionNeeds['connections'];
  groups: Pick<GroupStore, 'findByNames'>;
  groupsSeen: SeenGroupRegister;
}

export interface Listing {
  tenant: TenantId;
  id: ConnectionId;
  state?: SeenState | undefined;
  /** Part of the value, of its label, or of a group that it is mapped to, in either case. */
  q?: string | undefined;
}

/** Every group that the provider has sent, with what it stands for here. @throws Problem `upstream.connection_unknown` */
export async function listSeen(needs: ListNeeds, { tenant, id, state, q }: Listing): Promise<ListedGroup[]> {
  const { document } = await getConnection(needs, { tenant, id });
  const mappings = Map.groupBy(document.groupMappings, ({ external }) => external);
  const seen = await needs.groupsSeen.list(tenant, id);
  const wanted = seen
    .map((group) => withMappings(group, mappings.get(group.external) ?? []))
    .filter((group) => isFound(group, q));
  const free = wanted.filter(({ groups }) => groups.length === 0).map(({ external }) => external);
  const named = await needs.groups.findByNames(tenant, free);
  const byName = new Map(named.map((group) => [nameKeyOf(group.name), group]));
  return wanted.map((group) => withSuggestion(group, byName)).filter((group) => state === undefined || group.state === state);
}

type Mapped = SeenGroup & Pick<ListedGroup, 'label' | 'groups'>;

function withMappings(group: SeenGroup, mappings: ConnectionDocument['groupMappings']): Mapped {
  const label = mappings.find((mapping) => typeof mapping.label === 'string')?.label ?? null;
  return { ...group, label, groups: mappings.map((mapping) => mapping.group) };
}

function isFound({ external, label, groups }: Mapped, q: string | undefined): boolean {
  const part = q?.toLowerCase();
  return part === undefined || [external, label ?? '', ...groups].some((text) => text.toLowerCase().includes(part));
}

function withSuggestion(group: Mapped, byName: ReadonlyMap<string, Group>): ListedGroup {
  if (group.groups.length > 0) return { ...group, state: 'mapped', suggestion: null };
  const same = byName.get(nameKeyOf(group.external));
  return same
    ? { ...group, state: 'by-name', suggestion: { id: same.id, name: same.name } }
    : { ...group, state: 'unmapped', suggestion: null };
}
