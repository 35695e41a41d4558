import { setTimeout as pause } from 'node:timers/promises';
import type { TenantId } from '#kernel/ids.ts';
import { isProblem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { Connection } from '../connection.ts';
import type { Refresh } from './refresh.ts';
import { refreshConnection } from './refresh-connection.ts';
import { type RefreshDueNeeds } from './refresh-due.ts';

/** Gives the connection as it is when its published keys have been read again; nothing when that changed nothing. */
export type RefreshKeys = (tenant: TenantId, connection: Connection) => Promise<Connection | undefined>;

/** Whoever posts junk signatures makes us ask a provider so often, and not more. */
const BETWEEN_QUESTIONS_MILLISECONDS = 300_000;
/** A person waits at the browser. */
const TIMEOUT_MILLISECONDS = 5000;
const PAUSE_MILLISECONDS = 200;
const MOST_PAUSES = 30;

/**
 * For a sign-in whose signature fits no configured key: the provider may have rolled over since its metadata was last read. It is asked at
 * most once in five minutes, by one node, whatever number of sign-ins want it; the others wait until that one knows.
 */
export function createRefreshKeys(needs: RefreshDueNeeds): RefreshKeys {
  const underWay = new Map<string, Promise<void>>();
  return async (tenant, connection) => {
    if (needs.registry[connection.kind].member !== 'saml') return undefined;
    const key = `${tenant} ${connection.id}`;
    const work = underWay.get(key) ?? ask(needs, tenant, connection).finally(() => underWay.delete(key));
    underWay.set(key, work);
    await work;
    const now = await needs.connections.find(tenant, connection.id);
    return now && now.revision !== connection.revision ? now : undefined;
  };
}

async function ask(needs: RefreshDueNeeds, tenant: TenantId, connection: Connection): Promise<void> {
  const { id, kind, settings } = connection;
  if (needs.registry[kind].protocol.publishedAt(settings) === undefined) return;
  const now = needs.world.now();
  const notSince = new Date(now.getTime() - BETWEEN_QUESTIONS_MILLISECONDS);
  const mayAsk = await needs.refreshes.ask(tenant, id, { now, notSince });
  const place = mayAsk ? await needs.refreshes.findPlace(tenant, id) : undefined;
  if (!place) return wait(needs, tenant, connection);
  try {
    await refreshConnection(needs, place, { world: hurried(needs.world) });
  } catch (error) {
    if (isProblem(error, 'upstream.refresh_under_way')) return wait(needs, tenant, connection);
    if (!isProblem(error)) needs.onFailure(error);
  }
}

/** Until another node, or the job, has its answer. */
async function wait(needs: RefreshDueNeeds, tenant: TenantId, { id }: Connection): Promise<void> {
  for (let paused = 0; paused < MOST_PAUSES; paused += 1) {
    const refresh = await needs.refreshes.read(tenant, id);
    if (!refresh || !isUnderWay(refresh, needs.world.now())) return;
    await pause(PAUSE_MILLISECONDS);
  }
}

/** Asked for and not answered yet; a question that nobody answered in time is none. */
function isUnderWay({ leaseUntil, askedAt, attemptedAt }: Refresh, now: Date): boolean {
  if (leaseUntil !== null && leaseUntil > now) return true;
  const age = askedAt === null ? Number.POSITIVE_INFINITY : now.getTime() - askedAt.getTime();
  return askedAt !== null && (attemptedAt === null || attemptedAt < askedAt) && age < TIMEOUT_MILLISECONDS;
}

const hurried = (world: World): World => ({
  ...world,
  fetch: (url, options) => world.fetch(url, { ...options, timeoutMilliseconds: TIMEOUT_MILLISECONDS }),
});
