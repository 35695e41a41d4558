import { Problem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { Tenant } from '#tenants/index.ts';
import type { ConnectionDirectory } from '#upstream/index.ts';
import type { Progress } from './progress.ts';
import { type RecordNeeds, recordRefusal } from './record.ts';

export interface DoorNeeds extends RecordNeeds {
  connections: Pick<ConnectionDirectory, 'findBySlug'>;
  transact: Transact;
  world: World;
}

/** What is known of an answer that nobody read. */
export interface Unread {
  tenant: Tenant;
  slug: string;
  /** Under which its trace is found. */
  reference: string;
  via: 'query' | 'form';
  mediaType: string | null;
  /** As it says itself. */
  bytes: number | null;
}

/**
 * Leaves a trace of an answer that was refused before it was read: too large, a field twice, of the wrong media type. Whoever looks why
 * nobody gets in finds it among the others.
 *
 * @returns the problem to throw on, with the reference in its facts
 */
export async function refuseAtDoor(needs: DoorNeeds, unread: Unread, problem: Problem): Promise<unknown> {
  const { tenant, slug, reference, via, mediaType, bytes } = unread;
  const connection = await needs.connections.findBySlug(tenant.id, slug);
  const progress: Progress = {
    tenant,
    startedAt: needs.world.now(),
    reference,
    trace: createTrace(needs.world),
    earlierLines: [],
    ...(connection === undefined ? {} : { connection }),
  };
  try {
    progress.trace.check({
      step: 'sign_in.received',
      expected: via === 'form' ? 'a form with each field once' : 'a query with each field once',
      received: { via, mediaType, bytes },
      holds: false,
      otherwise: problem.type,
    });
  } catch {
    // It throws what is being recorded.
  }
  return recordRefusal(
    needs,
    progress,
    new Problem(problem.type, { detail: problem.detail, facts: problem.facts, cause: problem }),
  );
}
