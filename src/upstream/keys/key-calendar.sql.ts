import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { KeyCalendar, KeyPlace } from './key-register.ts';

/** What time brings to our keys, in all tenants that are served. */
export function createKeyCalendar({ store }: { store: Store }): KeyCalendar {
  return {
    listPlanned: (until, limit) => listPlanned(store, until, limit),
    listUnfollowed: (expiringBefore, limit) => listUnfollowed(store, expiringBefore, limit),
  };
}

async function listPlanned(store: Store, until: Date, limit: number): Promise<(KeyPlace & { tenant: TenantId })[]> {
  const rows = await store
    .db()
    .selectFrom('connection_keys')
    .select(['tenant_id', 'connection_id', 'id'])
    .where('planned_at', '<=', until.getTime())
    .orderBy('planned_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ tenant: row.tenant_id as TenantId, connection: row.connection_id as ConnectionId, key: row.id }));
}

type Unfollowed = Awaited<ReturnType<KeyCalendar['listUnfollowed']>>;

async function listUnfollowed(store: Store, expiringBefore: Date, limit: number): Promise<Unfollowed> {
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
  return rows.map(({ tenant_id, connection_id, use }) => ({
    tenant: tenant_id as TenantId,
    connection: connection_id as ConnectionId,
    use,
  }));
}
