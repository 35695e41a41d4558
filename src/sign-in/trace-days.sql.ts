import { sql } from 'kysely';
import type { Store } from '#sql/store.ts';

const DAY = 24 * 60 * 60 * 1000;
/** PRODUCT.md §2: traces are kept 30 days unless the tenant says otherwise. */
const DEFAULT_TRACE_DAYS = 30;
/** Tenants asked about by one statement: two milliseconds. */
const PAGE = 200;

type TracedTable = 'sign_ins' | 'verifications';

/** Removes, at most so many rows, what began before its tenant's `traceDays`. */
export async function removeByTraceDays(
  store: Store,
  { now, limit, table }: { now: Date; limit: number; table: TracedTable },
): Promise<number> {
  let removed = 0;
  let page = await readOldest(store, table, '');
  while (page.length > 0) {
    for (const { id, settings, oldest } of page) {
      if (removed >= limit) return removed;
      const { traceDays } = JSON.parse(settings) as { traceDays?: number };
      const before = now.getTime() - (traceDays ?? DEFAULT_TRACE_DAYS) * DAY;
      if (oldest !== null && Number(oldest) < before)
        removed += await removeBefore(store, { table, tenant: id, before, limit: limit - removed });
    }
    page = await readOldest(store, table, page.at(-1)?.id ?? '');
  }
  return removed;
}

/** Nearly all tenants have nothing to remove: they are told from the others many at a time, and nothing is written for them. */
function readOldest(store: Store, table: TracedTable, after: string) {
  const oldest = sql<number | null>`(select min(started_at) from ${sql.table(table)} where tenant_id = tenants.id)`;
  return store
    .db()
    .selectFrom('tenants')
    .select(['id', 'settings', oldest.as('oldest')])
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute();
}

async function removeBefore(
  store: Store,
  { table, tenant, before, limit }: { table: TracedTable; tenant: string; before: number; limit: number },
): Promise<number> {
  const db = store.db();
  if (table === 'sign_ins') {
    const old = db
      .selectFrom(table)
      .select('reference')
      .where('tenant_id', '=', tenant)
      .where('started_at', '<', before)
      .limit(limit);
    const { numDeletedRows } = await db
      .deleteFrom(table)
      .where('tenant_id', '=', tenant)
      .where('reference', 'in', old)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
  const old = db.selectFrom(table).select('id').where('tenant_id', '=', tenant).where('started_at', '<', before).limit(limit);
  const { numDeletedRows } = await db.deleteFrom(table).where('tenant_id', '=', tenant).where('id', 'in', old).executeTakeFirst();
  return Number(numDeletedRows);
}
