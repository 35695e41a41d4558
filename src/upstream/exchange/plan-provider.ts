import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import { begin } from '../change-connection.ts';
import { missingOf } from '../connection-json.ts';
import type { StoredConnection } from '../connection-register.ts';
import { type Creation, writeNew } from '../create-connection.ts';
import { checkGrants } from '../grants.ts';
import type { Change, ConnectionNeeds } from '../needs.ts';
import { problems } from '../problems.ts';
import { type Difference, differencesBetween } from '../revisions/differences.ts';
import { type Beginning, type Plan, planChange } from '../revisions/plan-change.ts';
import type { Content } from '../revisions/revision.ts';
import { writeChange } from '../revisions/write-change.ts';
import type { CarriedSecrets } from './carried-secrets.ts';
import { IMPORTED_ON, judgeNew, withFreeIds, withSecrets } from './import-connection.ts';
import { patchTowards } from './patch-towards.ts';

/** A provider as a document wants it to be. */
export interface WantedProvider {
  document: Record<string, unknown>;
  carried: CarriedSecrets;
  /** The provider of that slug, where there is one. */
  existing: StoredConnection | undefined;
}

/** What applying it comes to. Faults point into the provider's document. */
export interface ProviderPlan {
  action: 'create' | 'change' | 'keep' | 'refuse';
  /** It waits, or will wait, for Verify. */
  staged: boolean;
  differences: readonly Pick<Difference, 'pointer' | 'before' | 'after'>[];
  faults: readonly InputFault[];
  /** Pointers to secrets that it will wait for. */
  missing: readonly string[];
  /** Joins the running transaction. @throws Problem `upstream.changed_meanwhile` and those of every change */
  write(needs: ConnectionNeeds): Promise<void>;
}

export type ProviderChange = Change & { override?: string };

/** Plans what makes a provider what the document says; nothing is written, and nothing is held. */
export async function planProvider(
  needs: ConnectionNeeds,
  change: ProviderChange,
  wanted: WantedProvider,
): Promise<ProviderPlan> {
  const whole = withSecrets(needs, wanted.document, wanted.carried.secrets);
  if (whole.faults.length > 0) return refused(whole.faults);
  try {
    return wanted.existing
      ? await planExisting(needs, change, { ...wanted, existing: wanted.existing, document: whole.document })
      : await planNew(needs, change, { ...wanted, document: whole.document });
  } catch (error) {
    const faults = faultsOfRefusal(error);
    if (!faults) throw error;
    return refused(faults);
  }
}

const nothing = { staged: false, differences: [], faults: [], missing: [], write: async () => {} };
const refused = (faults: readonly InputFault[]): ProviderPlan => ({ ...nothing, action: 'refuse', faults });

/** What the document can be blamed for; undefined for everything else. */
function faultsOfRefusal(error: unknown): readonly InputFault[] | undefined {
  if (isProblem(error, problems.not_verified.code))
    return [{ pointer: '/enabled', code: 'not_verified', detail: 'is switched on when Verify has passed, or by an override' }];
  return isProblem(error, problems.input_invalid.code, problems.beyond_caller.code, problems.staged_conflict.code)
    ? error.errors
    : undefined;
}

async function planNew(needs: ConnectionNeeds, change: ProviderChange, wanted: WantedProvider): Promise<ProviderPlan> {
  const keys = await withFreeIds(needs, change, wanted.carried.keys);
  const { override = IMPORTED_ON } = change;
  const creation: Creation = { ...change, origin: 'imported', override, keys };
  const { made, faults } = await judgeNew(needs, creation, wanted.document);
  if (!made) return refused(faults);
  await checkGrants(needs, change, { after: made.stored.document });
  const missing = missingOf(needs.registry, made.stored);
  return { ...nothing, action: 'create', missing, write: (writing) => writeNew(writing, creation, made) };
}

async function planExisting(
  needs: ConnectionNeeds,
  change: ProviderChange,
  { existing, document }: WantedProvider & { existing: StoredConnection },
): Promise<ProviderPlan> {
  if (document['kind'] !== existing.document.kind)
    return refused([{ pointer: '/kind', code: 'read_only', detail: `stays ${existing.document.kind}` }]);
  const { override } = change;
  const edit = { kind: 'patch', patch: patchTowards(needs.registry, existing, document) } as const;
  const found = await begin(needs, { ...change, id: existing.id });
  const plan = await planChange(needs, change, { ...found, edit, override });
  const next = nextOf(found, plan);
  const missing = missingOf(needs.registry, next.content);
  if (plan.outcome === 'unchanged') return { ...nothing, action: 'keep', missing };
  if (plan.outcome === 'still-staged')
    return { ...nothing, action: 'keep', staged: true, differences: differencesBetween(existing, next.content), missing };
  await checkGrants(needs, change, { before: next.over.document, after: next.content.document });
  const differences = differencesBetween(existing, next.content);
  const staged = plan.outcome === 'staged';
  const writing = { ...found, plan, origin: 'imported', source: null, override } as const;
  return {
    ...nothing,
    action: 'change',
    staged,
    differences,
    missing,
    async write(writer) {
      if (!(await writeChange(writer, change, writing))) throw new Problem(problems.changed_meanwhile);
    },
  };
}

/** What becomes of it, and over what. */
function nextOf({ before, staged }: Beginning, plan: Plan): { content: Content; over: Content } {
  switch (plan.outcome) {
    case 'unchanged':
      return { content: before, over: before };
    case 'still-staged':
      return { content: staged ?? before, over: before };
    case 'staged':
      return { content: plan.staged ?? before, over: staged ?? before };
    case 'live':
    case 'draft':
      return { content: plan.next, over: before };
  }
}
