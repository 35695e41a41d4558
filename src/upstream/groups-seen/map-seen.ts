import { nameKeyOf } from '#directory/index.ts';
import { Problem } from '#kernel/problem.ts';
import { type Changed, type ConnectionChange, editConnection } from '../change-connection.ts';
import type { ConnectionDocument } from '../connections.schema.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { problems } from '../problems.ts';

export interface SeenMapping {
  external: string;
  label?: string | null | undefined;
  /** Name of the group here; made when there is none. */
  group: string;
}

type Mappings = ConnectionDocument['groupMappings'];

/**
 * Maps one value of the provider's groups claim to a group here, as a change of the connection like any other: a revision, audited. What
 * is mapped so already only gets its label.
 *
 * @throws Problem those of `changeConnection`
 */
export function mapSeen(needs: ConnectionNeeds, change: ConnectionChange, mapping: SeenMapping): Promise<Changed> {
  return edit(needs, change, (mappings) => {
    const isSame = (one: Mappings[number]): boolean =>
      one.external === mapping.external && nameKeyOf(one.group) === nameKeyOf(mapping.group);
    const label = mapping.label === undefined ? labelOf(mappings, mapping.external) : mapping.label;
    const known = mappings.some(isSame) ? mappings : [...mappings, { external: mapping.external, group: mapping.group }];
    return labelled(known, mapping.external, label);
  });
}

/** Gives every mapping of one value a label, or takes it away. @throws Problem `upstream.group_not_mapped` */
export function labelSeen(
  needs: ConnectionNeeds,
  change: ConnectionChange,
  { external, label }: { external: string; label: string | null },
): Promise<Changed> {
  return edit(needs, change, (mappings) => {
    if (!mappings.some((one) => one.external === external)) throw new Problem(problems.group_not_mapped);
    return labelled(mappings, external, label);
  });
}

function edit(needs: ConnectionNeeds, change: ConnectionChange, next: (mappings: Mappings) => Mappings): Promise<Changed> {
  return editConnection(needs, change, async ({ before }) => ({
    edit: { kind: 'patch', patch: { groupMappings: next(before.document.groupMappings) } },
    source: null,
  }));
}

const labelOf = (mappings: Mappings, external: string): string | null =>
  mappings.find((one) => one.external === external && typeof one.label === 'string')?.label ?? null;

function labelled(mappings: Mappings, external: string, label: string | null): Mappings {
  return mappings.map((mapping) => {
    if (mapping.external !== external) return mapping;
    const { label: _, ...plain } = mapping;
    return label === null ? plain : { ...plain, label };
  });
}
