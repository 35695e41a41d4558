import { type Expression, type Kysely, sql } from 'kysely';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { FigureBook, SignInFigures } from '#upstream/index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Enough for a middle that one slow person does not move. */
const SAMPLES = 21;
const CODES_SHOWN = 20;

/** Figures of a provider's sign-ins. Counting reads an index alone; the rest are four rows and a few samples. */
export function createFigureBook({ store }: { store: Store }): FigureBook {
  return { read: (tenant, id, now) => read(store, { tenant, id }, now.getTime()) };
}

interface Place {
  tenant: TenantId;
  id: ConnectionId;
}

async function read(store: Store, place: Place, now: number): Promise<SignInFigures> {
  const counts = await store.all(countEnds, { ...place, week: now - 7 * DAY, day: now - DAY });
  const refusals = counts.filter(({ outcome }) => outcome === 'refused');
  const succeeded = counts.filter(({ outcome }) => outcome === 'signed-in');
  const total = (rows: typeof counts, column: 'ends' | 'recent') => rows.reduce((sum, row) => sum + Number(row[column]), 0);
  const success = await store.first(lastOf, { ...place, outcome: 'signed-in' });
  const refusal = await store.first(lastOf, { ...place, outcome: 'refused' });
  const skews = await readSkews(store, place, now - 7 * DAY);
  return {
    last24h: { succeeded: total(succeeded, 'recent'), refused: total(refusals, 'recent') },
    last7d: { succeeded: total(succeeded, 'ends'), refused: total(refusals, 'ends') },
    byCode: refusals
      .map(({ code, ends, recent, last_at }) => ({
        code: code ?? 'http.failed',
        count: Number(ends),
        recent: Number(recent),
        lastAt: new Date(Number(last_at)),
      }))
      .sort((one, other) => other.count - one.count || one.code.localeCompare(other.code))
      .slice(0, CODES_SHOWN),
    lastSuccessAt: success ? new Date(success.ended_at) : null,
    lastRefusal: refusal
      ? { at: new Date(refusal.ended_at), code: refusal.code ?? 'http.failed', reference: refusal.reference }
      : null,
    skews,
  };
}

/** The latest of both outcomes: refusals for the time are what shows a clock that is far off. */
async function readSkews(store: Store, place: Place, week: number): Promise<SignInFigures['skews']> {
  const rows = [
    ...(await store.all(samples, { ...place, week, outcome: 'signed-in' })),
    ...(await store.all(samples, { ...place, week, outcome: 'refused' })),
  ];
  return rows
    .sort((one, other) => other.ended_at - one.ended_at)
    .slice(0, SAMPLES)
    .map(({ ended_at, skew_seconds }) => ({ at: new Date(ended_at), seconds: skew_seconds ?? 0 }));
}

type Provider = { tenant: string; id: string };
type Outcome = 'signed-in' | 'refused';

/** Real sign-ins of one provider; all of it is in the index that is named after it. */
const ofProvider = (db: Kysely<Tables>, { tenant, id }: { tenant: Expression<string>; id: Expression<string> }) =>
  db
    .selectFrom('sign_ins')
    .where('tenant_id', '=', tenant)
    .where('connection_id', '=', id)
    .where('purpose', '=', sql.lit('sign-in' as const));

const countEnds = statement((db, { tenant, id, week, day }: Given<Provider & { week: number; day: number }>) =>
  ofProvider(db, { tenant, id })
    .select(({ fn }) => [
      'outcome',
      'code',
      fn.countAll<number | string>().as('ends'),
      sql<number | string>`sum(case when started_at >= ${day} then 1 else 0 end)`.as('recent'),
      fn.max<number | string>('started_at').as('last_at'),
    ])
    .where('outcome', 'in', [sql.lit('signed-in' as const), sql.lit('refused' as const)])
    .where('started_at', '>=', week)
    .groupBy(['outcome', 'code']),
);

const lastOf = statement((db, { tenant, id, outcome }: Given<Provider & { outcome: Outcome }>) =>
  ofProvider(db, { tenant, id })
    .select(['ended_at', 'code', 'reference'])
    .where('outcome', '=', outcome)
    .orderBy('started_at', 'desc')
    .limit(sql.lit(1)),
);

const samples = statement((db, { tenant, id, week, outcome }: Given<Provider & { week: number; outcome: Outcome }>) =>
  ofProvider(db, { tenant, id })
    .select(['ended_at', 'skew_seconds'])
    .where('outcome', '=', outcome)
    .where('started_at', '>=', week)
    .where('skew_seconds', 'is not', null)
    .orderBy('started_at', 'desc')
    .limit(sql.lit(SAMPLES)),
);
