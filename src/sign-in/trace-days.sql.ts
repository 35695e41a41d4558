import type { Store } from '#sql/store.ts';

const DAY = 24 * 60 * 60 * 1000;
/** PRODUCT.md §2: traces are kept 30 days unless the tenant says otherwise. */
const DEFAULT_TRACE_DAYS = 30;

/** Removes, at most so many rows, what began before its tenant's `traceDays`. */
export async function removeByTraceDays(
  store: Store,
  { now, limit, table }: { now: Date; limit: number; table: 'sign_ins' | 'verifications' },
): Promise<number> {
  const tenants = await store.db().selectFrom('tenants').select(['id', 'settings']).execute();
  let removed = 0;
  for (const { id, settings } of tenants) {
    if (removed >= limit) break;
    const { traceDays } = JSON.parse(settings) as { traceDays?: number };
    const before = now.getTime() - (traceDays ?? DEFAULT_TRACE_DAYS) * DAY;
    removed += await removeBefore(store, { table, tenant: id, before, limit: limit - removed });
  }
  return removed;
}

async function removeBefore(
  store: Store,
  { table, tenant, before, limit }: { table: 'sign_ins' | 'verifications'; tenant: string; before: number; limit: number },
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
