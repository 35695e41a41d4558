import type { Store } from '#sql/store.ts';
import type { RecheckStore } from './rechecks.ts';

export function createRecheckStore({ store }: { store: Store }): RecheckStore {
  return {
    async claim(tenant, { userId, connectionId }, { now, before }) {
      const { numInsertedOrUpdatedRows } = await store
        .db()
        .insertInto('rechecks')
        .values({ tenant_id: tenant, user_id: userId, connection_id: connectionId, checked_at: now.getTime() })
        .onConflict((there) =>
          there
            .columns(['tenant_id', 'user_id', 'connection_id'])
            .doUpdateSet({ checked_at: now.getTime() })
            .where('rechecks.checked_at', '<=', before.getTime()),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async setChecked(tenant, { userId, connectionId }, at) {
      const row = store.db().updateTable('rechecks').set({ checked_at: at.getTime() }).where('tenant_id', '=', tenant);
      await row.where('user_id', '=', userId).where('connection_id', '=', connectionId).execute();
    },
  };
}
