import { removeExpiredArtifacts } from '#openid-provider/artifacts.sql.ts';
import { removeExpiredSessions } from '#sessions/sessions.sql.ts';
import type { SigningKeys } from '#signing-keys/index.ts';
import type { Store } from '#sql/store.ts';
import type { Tenant } from '#tenants/index.ts';
import { activatePlanned, announceNextKeys, type KeysByTimeNeeds } from '#upstream/index.ts';
import type { Stores } from './stores.ts';

/** Rows removed by one statement: short enough that nobody waits for the lock. */
const BATCH = 500;
/** A backlog is worked off batch by batch, so many a minute. */
const MOST_BATCHES = 100;
const PAGE = 200;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** So long may a group that was seen wait to be written. */
const SEEN_WAIT = 10_000;

/** Our keys towards identity providers roll over by time. */
type OwnKeysNeeds = Omit<KeysByTimeNeeds, 'calendar'> & Pick<Stores, 'keyCalendar'>;

export type JobNeeds = Pick<Stores, 'attempts' | 'spent' | 'signIns' | 'tenants' | 'signingKeys' | 'groupsSeen'> &
  OwnKeysNeeds & { store: Store };

/** What happens by time. Any number of nodes may do it at once: each step looks before it acts, and doing it twice changes nothing. */
export function startJobs(needs: JobNeeds): { stop(): void } {
  const timers = [
    every(MINUTE, needs, () => removeExpired(needs, new Date())),
    every(HOUR, needs, () => rotateSigningKeys(needs)),
    every(SEEN_WAIT, needs, () => needs.groupsSeen.flush()),
    every(MINUTE, needs, () => activatePlanned({ ...needs, calendar: needs.keyCalendar })),
    every(HOUR, needs, () => announceNextKeys({ ...needs, calendar: needs.keyCalendar })),
  ];
  return { stop: () => timers.forEach(clearInterval) };
}

/** Never two runs of the same job at once on this node. */
function every(milliseconds: number, { onFailure }: JobNeeds, job: () => Promise<void>): NodeJS.Timeout {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    job()
      .catch(onFailure)
      .finally(() => {
        running = false;
      });
  }, milliseconds);
  return timer.unref();
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

export interface RotationNeeds {
  tenants: { list(page: { limit: number; after?: string }): Promise<Pick<Tenant, 'id' | 'name' | 'settings'>[]> };
  signingKeys: Pick<SigningKeys, 'rotate'>;
  onFailure(error: unknown): void;
}

/** Takes the step that is due for each tenant's signing keys: announce, activate, forget. One tenant's failure keeps nobody else waiting. */
export async function rotateSigningKeys({ tenants, signingKeys, onFailure }: RotationNeeds): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const page = await tenants.list({ limit: PAGE, after });
    for (const { id, settings } of page) await signingKeys.rotate(id, settings.idTokenAlgorithm).catch(onFailure);
    after = page.at(-1)?.name;
    if (page.length < PAGE) return;
  }
}
