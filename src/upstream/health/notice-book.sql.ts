import type { Store } from '#sql/store.ts';
import type { NoticeKey } from './due-notices.ts';
import type { NoticeBook } from './notice-book.ts';

/** Things asked for in one statement. */
const MOST = 200;

export function createNoticeBook({ store }: { store: Store }): NoticeBook {
  return {
    async listTold(tenant, keys) {
      const things = [...new Set(keys.map(({ thing }) => thing))];
      const told: NoticeKey[] = [];
      for (let from = 0; from < things.length; from += MOST) {
        const rows = await store
          .db()
          .selectFrom('notices')
          .select(['thing', 'days_ahead', 'expires_at'])
          .where('tenant_id', '=', tenant)
          .where('thing', 'in', things.slice(from, from + MOST))
          .execute();
        told.push(...rows.map((row) => ({ thing: row.thing, daysAhead: row.days_ahead, expiresAt: new Date(row.expires_at) })));
      }
      return told;
    },
    async note(tenant, { thing, daysAhead, expiresAt }, at) {
      const row = { tenant_id: tenant, thing, days_ahead: daysAhead, expires_at: expiresAt.getTime(), sent_at: at.getTime() };
      const insert = store.db().insertInto('notices').values(row);
      const { numInsertedOrUpdatedRows } = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
