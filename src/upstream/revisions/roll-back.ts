import { Problem } from '#kernel/problem.ts';
import { type Changed, editConnection, getConnection } from '../change-connection.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { problems } from '../problems.ts';
import { getRevision, type RevisionChange } from './activate-revision.ts';

/**
 * Makes a new revision that says what an earlier one said, its secrets included, on or off as it is now. It is staged like any other
 * sensitive change.
 *
 * @throws Problem `upstream.connection_unknown`, `upstream.revision_unknown`, `upstream.staged_exists`, and those of `changeConnection`
 */
export async function rollBack(needs: ConnectionNeeds, change: RevisionChange): Promise<Changed> {
  return editConnection(needs, { ...change, origin: 'rolled-back' }, async ({ staged }) => {
    const { number, document, secrets } = await getRevision(needs, change);
    if (staged) throw new Problem(problems.staged_exists, { detail: `revision ${staged.number} is staged` });
    return { edit: { kind: 'restore', content: { document, secrets } }, source: number };
  });
}

/**
 * Gives a staged revision up; it is kept among the others, and can be rolled back to.
 * @throws Problem `upstream.connection_unknown`, `upstream.revision_unknown`, `upstream.revision_not_staged`
 */
export function discardRevision(needs: ConnectionNeeds, change: RevisionChange): Promise<void> {
  const { tenant, id, by, number } = change;
  return needs.transact(async () => {
    await needs.connections.hold(tenant);
    await getConnection(needs, change);
    const { state } = await getRevision(needs, change);
    const isDone = await needs.revisions.mark(tenant, { id, revision: number, from: ['staged'] }, { state: 'discarded' });
    if (!isDone) throw new Problem(problems.revision_not_staged, { detail: `it is ${state}` });
    const entry = { action: 'identity-provider.discarded', actor: by, target: `connection:${id}`, before: { revision: number } };
    await needs.audit.append(tenant, entry);
  });
}
