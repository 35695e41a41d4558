import { type DeliverNeeds, deliverMails } from '#mail/deliver.ts';
import type { Mailer } from '#mail/mailer.ts';
import { removeExpiredArtifacts } from '#openid-provider/artifacts.sql.ts';
import { removeExpiredSessions } from '#sessions/sessions.sql.ts';
import { type RevokeDueNeeds, revokeDue } from '#sign-in/index.ts';
import type { SigningKeys } from '#signing-keys/index.ts';
import type { Store } from '#sql/store.ts';
import type { Tenant } from '#tenants/index.ts';
import { type NoticeNeeds, sendNotices } from '#upstream/health/notices.job.ts';
import { activatePlanned, announceNextKeys, type KeysByTimeNeeds, type RefreshDueNeeds, refreshDue } from '#upstream/index.ts';
import type { Stores } from './stores.ts';

/** Rows removed by one statement: short enough that nobody waits for the lock. */
const BATCH = 500;
/** A backlog is worked off batch by batch, so many a minute. */
const MOST_BATCHES = 100;
const PAGE = 200;

/** A mail is wanted now: somebody may be waiting for it. */
const MAIL_INTERVAL = 5_000;
/** A token that nobody uses any more is revoked while somebody may still look. */
const REVOCATION_INTERVAL = 10_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** So long may a group that was seen wait to be written. */
const SEEN_WAIT = 10_000;

/** Our keys towards identity providers roll over by time. */
type OwnKeysNeeds = Omit<KeysByTimeNeeds, 'calendar'> & Pick<Stores, 'keyCalendar'>;

export type JobNeeds = Pick<
  Stores,
  | 'attempts'
  | 'consents'
  | 'departures'
  | 'revocations'
  | 'spent'
  | 'setupLinks'
  | 'tries'
  | 'signIns'
  | 'verifications'
  | 'tenants'
  | 'signingKeys'
  | 'groupsSeen'
> &
  OwnKeysNeeds &
  RefreshDueNeeds &
  RevokeDueNeeds &
  Omit<NoticeNeeds, 'tenants' | 'connections'> & { store: Store; outbox: DeliverNeeds['outbox'] } & MailNeeds;

interface MailNeeds {
  /** Null without a mail server: mails stay in the outbox. */
  mailer: Mailer | null;
  onMailFault: DeliverNeeds['onFault'];
}

/** What can be done before its time: by tests, and by whoever cannot wait. */
export interface Jobs {
  deliverMails(): Promise<void>;
  sendNotices(): Promise<void>;
  /** Our keys: planned activations, and next ones where the active one expires soon. */
  rollKeys(): Promise<void>;
  /** What providers publish. */
  refreshProviders(): Promise<void>;
  /** Refresh tokens of providers that nobody needs any more. */
  revokeTokens(): Promise<void>;
  stop(): void;
}

/** What happens by time. Any number of nodes may do it at once: each step looks before it acts, and doing it twice changes nothing. */
export function startJobs(needs: JobNeeds): Jobs {
  const deliver = (): Promise<void> => deliverDue(needs);
  const notify = (): Promise<void> => sendNotices(needs);
  const keys = { ...needs, calendar: needs.keyCalendar };
  const timers = [
    every(MAIL_INTERVAL, needs, deliver),
    every(REVOCATION_INTERVAL, needs, () => revokeDue(needs)),
    every(HOUR, needs, notify),
    every(MINUTE, needs, () => removeExpired(needs, new Date())),
    every(HOUR, needs, () => rotateSigningKeys(needs)),
    every(SEEN_WAIT, needs, () => needs.groupsSeen.flush()),
    every(MINUTE, needs, () => activatePlanned(keys)),
    every(HOUR, needs, () => announceNextKeys(keys)),
    every(MINUTE, needs, () => refreshDue(needs)),
  ];
  return {
    deliverMails: deliver,
    sendNotices: notify,
    rollKeys: async () => {
      await activatePlanned(keys);
      await announceNextKeys(keys);
    },
    refreshProviders: () => refreshDue(needs),
    revokeTokens: () => revokeDue(needs),
    stop: () => timers.forEach(clearInterval),
  };
}

async function deliverDue({ outbox, mailer, world, onMailFault }: JobNeeds): Promise<void> {
  if (mailer) await deliverMails({ outbox, mailer, now: () => world.now(), onFault: onMailFault });
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
export async function removeExpired(needs: JobNeeds, now: Date): Promise<void> {
  const { attempts, consents, departures, revocations, spent, setupLinks, tries, signIns, verifications, outbox, store } = needs;
  const kinds: (() => Promise<number>)[] = [
    () => attempts.removeExpired(now, BATCH),
    () => spent.removeExpired(now, BATCH),
    () => consents.removeExpired(now, BATCH),
    () => departures.removeExpired(now, BATCH),
    () => revocations.removeIdle(now, BATCH),
    () => setupLinks.removeExpired(now, BATCH),
    () => tries.removeExpired(now, BATCH),
    () => signIns.removeOld(now, BATCH),
    () => verifications.removeOld(now, BATCH),
    () => outbox.removeOld(now, BATCH),
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
