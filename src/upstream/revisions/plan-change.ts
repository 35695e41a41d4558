import { isProblem, Problem } from '#kernel/problem.ts';
import type { StoredConnection } from '../connection-register.ts';
import type { OwnKey } from '../keys/own-keys.ts';
import type { Change, ConnectionNeeds } from '../needs.ts';
import type { Prepared } from '../prepare.ts';
import { problems } from '../problems.ts';
import { decideChange, type Outcome } from './decide-change.ts';
import { type Difference, differencesBetween } from './differences.ts';
import { type Edit, prepareContent } from './prepare-content.ts';
import type { Content, Revision } from './revision.ts';

/** Where a change begins: read before it is prepared, and read again where it is written. */
export interface Beginning {
  before: StoredConnection;
  /** The current revision; what was made before there were revisions may have none. */
  current: Revision | undefined;
  staged: Revision | undefined;
  keys: readonly OwnKey[];
}

export interface Wish {
  edit: Edit;
  /** Why it is to go live unverified. */
  override?: string;
  wish?: 'stage';
}

/** What is to be written: the current content, the staged one, or both. `null` takes the staged one away. */
export type Plan =
  | { outcome: 'unchanged' }
  /** It is staged already, in these very words. */
  | { outcome: 'still-staged' }
  | { outcome: 'live' | 'draft'; next: Prepared; differences: readonly Difference[]; staged: Prepared | null | 'none' }
  | { outcome: 'staged'; staged: Prepared | null };

/**
 * Decides what a change comes to, outside any transaction. A change that goes live at once is put on the staged revision as well, so that
 * activating that one undoes nothing; one that is staged builds on the staged revision that there is.
 *
 * @throws Problem `upstream.input_invalid`, `upstream.not_verified`, `upstream.staged_conflict`
 */
export async function planChange(
  needs: ConnectionNeeds,
  change: Change,
  { before, current, staged, keys, ...wanted }: Beginning & Wish,
): Promise<Plan> {
  const prepareOn = (base: Content, more: readonly OwnKey[] = []) =>
    prepareContent(needs, change, { connection: before, keys: [...more, ...keys], base, edit: wanted.edit });
  // What does not fit the live one may fit the staged one that it is made for: then it tells its own faults.
  const next = await prepareOn(before).catch((error: unknown) => {
    if (staged && wanted.override === undefined && isProblem(error, problems.input_invalid.code)) return undefined;
    throw error;
  });
  const differences = next ? differencesBetween(before, next) : [];
  const outcome = next ? outcomeOf({ before, current, next, differences, ...wanted }) : 'staged';
  if (!staged) {
    if (outcome === 'unchanged' || !next) return { outcome: 'unchanged' };
    return outcome === 'staged' ? { outcome, staged: next } : { outcome, next, differences, staged: 'none' };
  }
  const onStaged = (more: readonly OwnKey[] = []) => prepareOn(staged, more);
  if (outcome === 'staged' || !next) return stagedAs(await onStaged());
  const copy = await carry(() => onStaged(next.newKeys), next);
  if (outcome === 'unchanged') {
    const plan = stagedAs(copy);
    return plan.outcome === 'still-staged' ? { outcome } : plan;
  }
  return { outcome, next, differences, staged: unlessSame(copy, next) };

  function stagedAs(content: Prepared | null): Plan {
    const isStill = staged && content && differencesBetween(staged, content).length === 0;
    return isStill ? { outcome: 'still-staged' } : { outcome: 'staged', staged: unlessSame(content, before) };
  }
}

type Judging = Pick<Beginning, 'before' | 'current'> & Wish & { next: Prepared; differences: readonly Difference[] };

function outcomeOf({ before, current, next, differences, override, wish }: Judging): Exclude<Outcome, 'not-verified'> {
  const verification = current?.verification ?? null;
  const facts = { before: before.document, after: next.document, differences, verification, override, wish };
  const outcome = decideChange(facts);
  if (outcome === 'not-verified') throw new Problem(problems.not_verified, { facts: { revision: before.revision } });
  return outcome;
}

/** The staged revision with a change that goes live. Switching off is never kept back by it: then it is given up. */
async function carry(prepareStaged: () => Promise<Prepared>, { document }: Prepared): Promise<Prepared | null> {
  try {
    return await prepareStaged();
  } catch (error) {
    if (!isProblem(error, problems.input_invalid.code)) throw error;
    if (!document.enabled) return null;
    throw new Problem(problems.staged_conflict, { errors: error.errors, cause: error });
  }
}

/** A staged revision that says what the current one says is none. */
function unlessSame(staged: Prepared | null, current: Content): Prepared | null {
  return staged && differencesBetween(current, staged).length > 0 ? staged : null;
}
