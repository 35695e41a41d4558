import type { Figure } from '#http/metrics.ts';
import type { World } from '#kernel/world.ts';
import type { Outbox } from '#mail/outbox.ts';
import type { Store } from '#sql/store.ts';
import type { ExpiryWatch } from './expiry-watch.ts';
import { clockSkewOf } from './judge.ts';

/** Series of one figure; the ones that matter come first. */
const MOST = 500;
/** The newest sign-ins with a clock, of all providers: enough for those that are used. */
const SAMPLES = 1000;
const RECENT_MILLISECONDS = 15 * 60_000;

interface FigureNeeds {
  store: Store;
  world: Pick<World, 'now'>;
  expiryWatch: ExpiryWatch;
  outbox: Pick<Outbox, 'countWaiting'>;
}

/** What Prometheus is told of providers, and of the mails about them, beyond counted sign-ins: one bounded query each, and only when somebody asks. */
export function createProviderFigures(needs: FigureNeeds): Figure[] {
  return [
    {
      name: 'sallyport_provider_metadata_reachable',
      help: 'Whether what an identity provider publishes could be read at the last try: 1 or 0.',
      labels: ['tenant', 'provider'],
      read: () => readReachable(needs),
    },
    {
      name: 'sallyport_provider_last_success_timestamp_seconds',
      help: 'When somebody last signed in through an identity provider that is on, in Unix time; 0: nobody ever has, as far as traces are kept.',
      labels: ['tenant', 'provider'],
      read: () => readLastSuccess(needs),
    },
    {
      name: 'sallyport_provider_clock_skew_seconds',
      help: 'How far the clock of an identity provider is ahead, by its sign-ins of the last quarter of an hour.',
      labels: ['tenant', 'provider'],
      read: () => readSkews(needs),
    },
    {
      name: 'sallyport_mails_waiting',
      help: 'Mails that are still to be sent; growing, where the mail server does not take them or there is none.',
      labels: [],
      read: async () => [{ labels: {}, value: await needs.outbox.countWaiting() }],
    },
    {
      name: 'sallyport_expiry_seconds',
      help: 'Time until the next thing of this kind expires, over all tenants; negative once it has.',
      labels: ['kind'],
      async read() {
        const now = needs.world.now().getTime();
        const soonest = [...needs.expiryWatch.soonest()];
        return soonest.map(([kind, at]) => ({ labels: { kind }, value: Math.round((at.getTime() - now) / 1000) }));
      },
    },
  ];
}

async function readReachable({ store }: FigureNeeds): ReturnType<Figure['read']> {
  const rows = await store
    .db()
    .selectFrom('connection_refreshes as r')
    .innerJoin('connections as c', (join) => join.onRef('c.tenant_id', '=', 'r.tenant_id').onRef('c.id', '=', 'r.connection_id'))
    .select(['r.tenant_id', 'r.connection_id', 'r.problem'])
    .where('c.enabled', '=', 1)
    .where('r.attempted_at', 'is not', null)
    .orderBy('r.failures', 'desc')
    .orderBy('r.connection_id')
    .limit(MOST)
    .execute();
  return rows.map(({ tenant_id, connection_id, problem }) => ({
    labels: { tenant: tenant_id, provider: connection_id },
    value: problem === null ? 1 : 0,
  }));
}

/** One step into the index of each provider's sign-ins. */
async function readLastSuccess({ store }: FigureNeeds): ReturnType<Figure['read']> {
  const rows = await store
    .db()
    .selectFrom('connections as c')
    .select((select) => [
      'c.tenant_id',
      'c.id',
      select
        .selectFrom('sign_ins as s')
        .select(({ fn }) => fn.max<number | string | null>('s.started_at').as('at'))
        .whereRef('s.tenant_id', '=', 'c.tenant_id')
        .whereRef('s.connection_id', '=', 'c.id')
        .where('s.purpose', '=', 'sign-in')
        .where('s.outcome', '=', 'signed-in')
        .as('last_success'),
    ])
    .where('c.enabled', '=', 1)
    .orderBy('c.id')
    .limit(MOST)
    .execute();
  return rows.map(({ tenant_id, id, last_success }) => ({
    labels: { tenant: tenant_id, provider: id },
    value: Math.floor(Number(last_success ?? 0) / 1000),
  }));
}

async function readSkews({ store, world }: FigureNeeds): ReturnType<Figure['read']> {
  const rows = await store
    .db()
    .selectFrom('sign_ins')
    .select(['tenant_id', 'connection_id', 'ended_at', 'skew_seconds'])
    .where('ended_at', '>=', world.now().getTime() - RECENT_MILLISECONDS)
    .where('skew_seconds', 'is not', null)
    .where('connection_id', 'is not', null)
    .orderBy('ended_at', 'desc')
    .limit(SAMPLES)
    .execute();
  const found = new Map<string, { tenant: string; skews: { at: Date; seconds: number }[] }>();
  for (const { tenant_id, connection_id, ended_at, skew_seconds } of rows) {
    const provider = found.get(connection_id ?? '') ?? { tenant: tenant_id, skews: [] };
    provider.skews.push({ at: new Date(ended_at), seconds: skew_seconds ?? 0 });
    found.set(connection_id ?? '', provider);
  }
  const figures = [...found].slice(0, MOST);
  return figures.map(([provider, { tenant, skews }]) => ({
    labels: { tenant, provider },
    value: clockSkewOf({ skews })?.seconds ?? 0,
  }));
}
