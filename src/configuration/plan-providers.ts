import type { TenantId } from '#kernel/ids.ts';
import {
  type CarriedSecrets,
  listAllConnections,
  planProvider,
  removeConnection,
  type StoredConnection,
} from '#upstream/index.ts';
import { type Planned, type Planning, planned, refusing, removing } from './plan.ts';
import { placed, type Wanted } from './tenant-document.ts';

type Document = Record<string, unknown> & { slug: string };

/** Identity providers, by slug. Those that are removed, or give up being the default, go before whoever takes their place. */
export async function planProviders(
  planning: Planning,
  wanted: readonly Wanted<Document>[],
  carried: ReadonlyMap<string, CarriedSecrets>,
): Promise<Planned[]> {
  const { needs, change, rest } = planning;
  const present = await listAllConnections(needs.connections, change.tenant);
  const slugs = new Set(wanted.map(({ value }) => value.slug));
  const gone = rest === 'remove' ? present.filter(({ slug }) => !slugs.has(slug)) : [];
  const after = asPlanned(planning, { present, wanted, gone });
  const plans: Planned[] = [];
  for (const one of [...wanted].sort((first, second) => Number(isDefault(first.value)) - Number(isDefault(second.value)))) {
    const existing = present.find(({ slug }) => slug === one.value.slug);
    plans.push(await planOne(after, one, { existing, carried: carried.get(one.value.slug) ?? { secrets: {}, keys: [] } }));
  }
  const removals = gone.map(({ id, slug }) =>
    removing('identity-provider', slug, (writing) => removeConnection(writing, { ...change, id })),
  );
  return [...removals, ...plans];
}

async function planOne(
  { needs, change }: Planning,
  { at, value: document }: Wanted<Document>,
  { existing, carried }: { existing: StoredConnection | undefined; carried: CarriedSecrets },
): Promise<Planned> {
  const one = planned('identity-provider', document.slug, at);
  const plan = await planProvider(needs, change, { document, carried, existing });
  if (plan.action === 'refuse') return refusing(one, placed(at, plan.faults));
  const { action, staged, missing } = plan;
  const differences = plan.differences.map(({ pointer, before, after }) => ({ pointer, before, after }));
  const item = { ...one.item, action, staged, missing, differences };
  return { at, item, write: action === 'keep' ? undefined : (writing) => plan.write(writing) };
}

const isDefault = ({ authentication }: Record<string, unknown>): boolean => Object(authentication).default === true;

/** At most one provider is the default: whether another one is, is asked of what is planned, not of what is. */
function asPlanned(
  planning: Planning,
  {
    present,
    wanted,
    gone,
  }: { present: readonly StoredConnection[]; wanted: readonly Wanted<Document>[]; gone: readonly StoredConnection[] },
): Planning {
  const seen = present
    .filter((stored) => !gone.includes(stored))
    .map((stored): StoredConnection => {
      const next = wanted.find(({ value }) => value.slug === stored.slug);
      if (!next) return stored;
      const authentication = { ...stored.document.authentication, default: isDefault(next.value) };
      return { ...stored, document: { ...stored.document, authentication } };
    });
  const listStored = async (_tenant: TenantId, { limit, after }: { limit: number; after?: string }) =>
    seen.filter(({ id }) => after === undefined || id > after).slice(0, limit);
  return { ...planning, needs: { ...planning.needs, connections: { ...planning.needs.connections, listStored } } };
}
