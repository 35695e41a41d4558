import { removeExpiredArtifacts } from '#openid-provider/artifacts.sql.ts';
import { removeExpiredSessions } from '#sessions/sessions.sql.ts';
import type { Store } from '#sql/store.ts';
import type { Stores } from './stores.ts';

/** Rows removed by one statement: short enough that nobody waits for the lock. */
const BATCH = 500;
const EVERY_MILLISECONDS = 60_000;
/** A backlog is worked off batch by batch, so many a minute. */
const MOST_BATCHES = 100;

export type JobNeeds = Pick<Stores, 'attempts' | 'spent' | 'signIns'> & { store: Store; onFailure(error: unknown): void };

/** Removes what has expired, a little each minute. Any number of nodes may do so at once: a row is gone or it is not. */
export function startJobs(needs: JobNeeds): { stop(): void } {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    removeExpired(needs, new Date())
      .catch(needs.onFailure)
      .finally(() => {
        running = false;
      });
  }, EVERY_MILLISECONDS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** One sweep over everything that ends by time. */
export async function removeExpired({ attempts, spent, signIns, store }: JobNeeds, now: Date): Promise<void> {
  const kinds: (() => Promise<number>)[] = [
    () => attempts.removeExpired(now, BATCH),
    () => spent.removeExpired(now, BATCH),
    () => signIns.removeOld(now, BATCH),
    () => removeExpiredArtifacts({ store }, now),
    () => removeExpiredSessions({ store }, now),
  ];
  for (const removeBatch of kinds) {
    for (let batch = 0; batch < MOST_BATCHES && (await removeBatch()) >= BATCH; batch++);
  }
}
