import { isProblem } from '#kernel/problem.ts';
import type { RefreshPlace } from './refresh.ts';
import { type RefreshNeeds, refreshConnection } from './refresh-connection.ts';
import { decideFirstTurn } from './refresh-turns.ts';

export type RefreshDueNeeds = RefreshNeeds & { onFailure(error: unknown): void };

/** In one run; what is left over has its turn in the next. */
const BATCH = 100;
/** A slow provider keeps as many others waiting at most. */
const AT_ONCE = 4;

/**
 * Reads again what providers in use publish, as their turns come. Any number of nodes may do it at once: who comes second finds the lease
 * taken. One provider's failure keeps nobody else waiting.
 */
export async function refreshDue(needs: RefreshDueNeeds): Promise<void> {
  const due = await needs.refreshes.listDue(needs.world.now(), BATCH);
  const queue = due[Symbol.iterator]();
  await Promise.all(Array.from({ length: AT_ONCE }, () => workOff(needs, queue)));
}

async function workOff(needs: RefreshDueNeeds, queue: Iterable<RefreshPlace>): Promise<void> {
  for (const place of queue) {
    try {
      await takeTurn(needs, place);
    } catch (error) {
      if (!isProblem(error, 'upstream.refresh_under_way', 'upstream.connection_unknown')) needs.onFailure(error);
    }
  }
}

/** Who was changed, or is new, is given a turn; who has one takes it. */
async function takeTurn(needs: RefreshDueNeeds, place: RefreshPlace): Promise<void> {
  const { tenant, id } = place;
  const now = needs.world.now();
  const connection = await needs.connections.find(tenant.id, id).catch(async (error: unknown) => {
    // One that a later release cannot read any more is looked at again when somebody has changed it.
    const stored = isProblem(error) ? await needs.connections.read(tenant.id, id) : undefined;
    if (stored) await needs.refreshes.schedule(tenant.id, id, { revision: stored.revision, nextAt: null });
    throw error;
  });
  if (!connection) return;
  const known = await needs.refreshes.read(tenant.id, id);
  const isPublished = needs.registry[connection.kind].protocol.publishedAt(connection.settings) !== undefined;
  if (known?.revision !== connection.revision || !isPublished) {
    const nextAt = isPublished ? decideFirstTurn(now, needs.world) : null;
    return needs.refreshes.schedule(tenant.id, id, { revision: connection.revision, nextAt });
  }
  if (known.nextAt !== null && known.nextAt <= now) await refreshConnection(needs, place, { when: 'due' });
}
