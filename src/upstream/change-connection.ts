import { isObject } from '#directory/index.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { StoredConnection } from './connection-register.ts';
import { notAnObject } from './create-connection.ts';
import type { Change, ConnectionNeeds } from './needs.ts';
import { problems } from './problems.ts';
import type { Outcome } from './revisions/decide-change.ts';
import { type Beginning, type Plan, planChange, type Wish } from './revisions/plan-change.ts';
import type { RevisionOrigin } from './revisions/revision.ts';
import { writeChange } from './revisions/write-change.ts';

/** Somebody else may change it between reading and writing; then the change is made anew on what they left. */
const TRIES = 5;

export interface ConnectionChange extends Change {
  id: ConnectionId;
  /** The revision that the caller has read: the staged one if there is one, else the current; undefined: whatever there is. */
  revision?: number;
  /** Why a sensitive change, or switching on, is to go live although Verify has not passed on it. */
  override?: string;
  /** `stage`: whatever the change is, it only waits to be activated. */
  wish?: 'stage';
  /** What made it. Default `changed`. */
  origin?: RevisionOrigin;
}

export interface Changed {
  /** The current connection: after a staged change still as it was. */
  stored: StoredConnection;
  outcome: Exclude<Outcome, 'not-verified'>;
}

/**
 * Changes a connection by JSON merge patch (RFC 7396) over the stored document; a secret that is not named stays. Every change is a
 * revision. One of a provider that is on, and that touches what people's trust or way in rests on, is only staged.
 *
 * @throws Problem `upstream.connection_unknown`, `upstream.revision_differs`, `upstream.input_invalid`, `upstream.beyond_caller`,
 *   `upstream.changed_meanwhile`, `upstream.not_verified`, `upstream.staged_conflict`
 */
export async function changeConnection(needs: ConnectionNeeds, change: ConnectionChange, patch: unknown): Promise<Changed> {
  if (!isObject(patch)) throw new Problem(problems.input_invalid, { errors: [notAnObject] });
  return editConnection(needs, change, async () => ({ edit: { kind: 'patch', patch }, source: null }));
}

export type EditOf = (found: Beginning) => Promise<Pick<Wish, 'edit'> & { source: number | null }>;

/** Plans and writes, once more where somebody else was faster. */
export async function editConnection(needs: ConnectionNeeds, change: ConnectionChange, editOf: EditOf): Promise<Changed> {
  for (let tried = 0; tried < TRIES; tried++) {
    const found = await begin(needs, change);
    const { edit, source } = await editOf(found);
    const { override, wish, origin = 'changed' } = change;
    const plan: Plan = await planChange(needs, change, { ...found, edit, override, wish });
    if (plan.outcome === 'unchanged') return { stored: found.before, outcome: 'unchanged' };
    if (plan.outcome === 'still-staged') return { stored: found.before, outcome: 'staged' };
    const stored = await needs.transact(() => writeChange(needs, change, { ...found, plan, origin, source, override }));
    if (stored) return { stored, outcome: plan.outcome };
  }
  throw new Problem(problems.changed_meanwhile);
}

/** @throws Problem `upstream.connection_unknown` */
export async function getConnection(
  { connections }: Pick<ConnectionNeeds, 'connections'>,
  { tenant, id }: Pick<ConnectionChange, 'tenant' | 'id'>,
): Promise<StoredConnection> {
  const stored = await connections.read(tenant, id);
  if (!stored) throw new Problem(problems.connection_unknown);
  return stored;
}

/** @throws Problem `upstream.connection_unknown`, `upstream.revision_differs` */
export async function begin(needs: ConnectionNeeds, change: ConnectionChange): Promise<Beginning> {
  const { tenant, id } = change;
  const before = await getConnection(needs, change);
  const staged = await needs.revisions.findStaged(tenant, id);
  // Who has read the provider has read what is staged: a change builds on it.
  if (change.revision !== undefined && change.revision !== (staged?.number ?? before.revision))
    throw new Problem(problems.revision_differs);
  const current = await needs.revisions.read(tenant, id, before.revision);
  return { before, staged, current, keys: await needs.connections.listKeys(tenant, id) };
}
