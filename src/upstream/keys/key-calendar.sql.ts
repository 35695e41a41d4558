import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { KeyCalendar } from './key-register.ts';

/** What time brings to our keys, in all tenants that are served. */
export function createKeyCalendar({ store }: { store: Store }): KeyCalendar {
  return {
    async listPlanned(until, limit) {
      const rows = await store
        .db()
        .selectFrom('connection_keys')
        .select(['tenant_id', 'connection_id', 'id'])
        .where('planned_at', '<=', until.getTime())
        .where('state', '=', 'next')
        .orderBy('planned_at')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        tenant: row.tenant_id as TenantId,
        connection: row.connection_id as ConnectionId,
        key: row.id,
      }));
    },
    async listUnfollowed(expiringBefore, limit) {
      const rows = await store
        .db()
        .selectFrom('connection_keys as active')
        .select(['active.tenant_id', 'active.connection_id', 'active.use'])
        .where('active.state', '=', 'active')
        .where('active.expires_at', '<', expiringBefore.getTime())
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('connection_keys as next')
                .select('next.id')
                .whereRef('next.tenant_id', '=', 'active.tenant_id')
                .whereRef('next.connection_id', '=', 'active.connection_id')
                .whereRef('next.use', '=', 'active.use')
                .where('next.state', '=', 'next'),
            ),
          ),
        )
        .orderBy('active.expires_at')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        tenant: row.tenant_id as TenantId,
        connection: row.connection_id as ConnectionId,
        use: row.use,
      }));
    },
  };
}
