import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { DailyFigureBook, DayFigures } from './daily-figures.ts';
import type { Day } from './days.ts';

/** A sign-in is written when it ends and counts where it began. Attempts live for minutes: an hour after a day nothing comes to it any more. */
const SETTLED_MILLISECONDS = 3_600_000;
/** Days that are remembered: a year of one tenant, or a month of ten and their providers. A few hundred bytes each. */
const MOST_REMEMBERED = 2000;

/** Counts each day by itself, so that nothing else waits for more than a day's rows, and counts no day twice that is over. */
export function createDailyFigures({ store }: { store: Store }): DailyFigureBook {
  const remembered = new Map<string, DayFigures>();
  return {
    async read(tenant, { days, connectionId, now }) {
      const figures: DayFigures[] = [];
      for (const day of days) {
        const key = `${tenant} ${connectionId ?? ''} ${day.from.getTime()} ${day.until.getTime()}`;
        let found = remembered.get(key);
        if (!found) {
          found = await countDay(store, { tenant, connectionId, day });
          if (day.until.getTime() + SETTLED_MILLISECONDS < now.getTime()) remember(remembered, key, found);
          // The embedded engine counts on this very thread: sign-ins come in between.
          await setImmediate();
        }
        figures.push(found);
      }
      return figures;
    },
  };
}

function remember(remembered: Map<string, DayFigures>, key: string, figures: DayFigures): void {
  remembered.set(key, figures);
  if (remembered.size <= MOST_REMEMBERED) return;
  const [oldest] = remembered.keys();
  if (oldest !== undefined) remembered.delete(oldest);
}

interface Wanted {
  tenant: TenantId;
  connectionId: ConnectionId | undefined;
  day: Day;
}

async function countDay(store: Store, { tenant, connectionId, day }: Wanted): Promise<DayFigures> {
  const span = { tenant, from: day.from.getTime(), until: day.until.getTime() };
  const [success, refusals] =
    connectionId === undefined
      ? [await store.first(countSucceeded, span), await store.all(countRefused, span)]
      : [
          await store.first(countSucceededThere, { ...span, id: connectionId }),
          await store.all(countRefusedThere, { ...span, id: connectionId }),
        ];
  return {
    succeeded: Number(success?.ends ?? 0),
    refused: new Map(refusals.map(({ code, ends }) => [code ?? 'http.failed', Number(ends)])),
  };
}

interface Span {
  tenant: string;
  from: number;
  until: number;
}
type SpanThere = Span & { id: string };

/** Real sign-ins that began in that time and ended like this: the columns of `sign_ins_by_day`, and no other. */
const ended = (db: Kysely<Tables>, { tenant, from, until }: Given<Span>, outcome: 'signed-in' | 'refused') =>
  db
    .selectFrom('sign_ins')
    .where('tenant_id', '=', tenant)
    .where('started_at', '>=', from)
    .where('started_at', '<', until)
    .where('purpose', '=', sql.lit('sign-in' as const))
    .where('outcome', '=', sql.lit(outcome));

const count = sql<number | string>`count(*)`.as('ends');

export const countSucceeded = statement((db, span: Given<Span>) => ended(db, span, 'signed-in').select(count));
export const countRefused = statement((db, span: Given<Span>) =>
  ended(db, span, 'refused').select(['code', count]).groupBy('code'),
);

/** Of one provider: the columns of `sign_ins_by_connection`. */
export const countSucceededThere = statement((db, { id, ...span }: Given<SpanThere>) =>
  ended(db, span, 'signed-in').where('connection_id', '=', id).select(count),
);
export const countRefusedThere = statement((db, { id, ...span }: Given<SpanThere>) =>
  ended(db, span, 'refused').where('connection_id', '=', id).select(['code', count]).groupBy('code'),
);
