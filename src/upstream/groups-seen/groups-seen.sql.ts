import { sql } from 'kysely';
import type { World } from '#kernel/world.ts';
import type { Store } from '#sql/store.ts';
import { type Batch, RecentGroups } from './recent-groups.ts';
import { MOST_SEEN, type SeenGroup, type SeenGroupRegister } from './seen.ts';

export interface GroupsSeenParts {
  store: Store;
  world: Pick<World, 'now'>;
  /** Groups that this process remembers. */
  capacity?: number;
}

/** Rows of one statement: five values each, within what the engines allow. */
const ROWS = 500;

export function createGroupsSeen({ store, world, capacity }: GroupsSeenParts): SeenGroupRegister {
  const recent = new RecentGroups(capacity);
  const flush = async (): Promise<void> => {
    const now = world.now().getTime();
    for (const batch of recent.take()) {
      await store.transact(() => write(store, batch, now));
      recent.wrote(batch, now);
    }
  };
  return {
    note: (tenant, connection, values) => recent.note({ tenant, connection }, values.filter(isStorable), world.now().getTime()),
    flush,
    async list(tenant, connection) {
      await flush();
      const rows = await store
        .db()
        .selectFrom('groups_seen')
        .select(['external', 'first_seen', 'last_seen', 'times'])
        .where('tenant_id', '=', tenant)
        .where('connection_id', '=', connection)
        .execute();
      return rows.map(toSeen).sort((one, other) => compare(one.external, other.external));
    },
  };
}

/** PostgreSQL keeps no NUL in text, and half a surrogate pair is no text. */
const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/** The same order on every engine, whatever its collation. */
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const toSeen = (row: { external: string; first_seen: number; last_seen: number; times: number }): SeenGroup => ({
  external: row.external,
  firstSeenAt: new Date(row.first_seen),
  lastSeenAt: new Date(row.last_seen),
  times: row.times,
});

/** In one order on every node, so that two who write the same at once wait for each other and never in a circle. */
async function write(store: Store, { tenant, connection, times }: Batch, now: number): Promise<void> {
  // It may have been removed meanwhile.
  const there = store.db().selectFrom('connections').select('id').where('tenant_id', '=', tenant).where('id', '=', connection);
  if (!(await there.executeTakeFirst())) return;
  const values = [...times].sort(([one], [other]) => compare(one, other));
  for (let start = 0; start < values.length; start += ROWS) {
    const rows = values.slice(start, start + ROWS).map(([external, count]) => ({
      tenant_id: tenant,
      connection_id: connection,
      external,
      first_seen: now,
      last_seen: now,
      times: count,
    }));
    await store
      .db()
      .insertInto('groups_seen')
      .values(rows)
      .onConflict((known) =>
        known.columns(['tenant_id', 'connection_id', 'external']).doUpdateSet(({ ref }) => ({
          last_seen: ref('excluded.last_seen'),
          times: sql<number>`groups_seen.times + excluded.times`,
        })),
      )
      .execute();
  }
  await forget(store, { tenant, connection });
}

/** Whoever could make up groups without end fills no disk: those that were not seen for the longest go. */
async function forget(store: Store, { tenant, connection }: Pick<Batch, 'tenant' | 'connection'>): Promise<void> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from groups_seen
    where tenant_id = ${tenant} and connection_id = ${connection}`.execute(store.db());
  const tooMany = Number(rows[0]?.count ?? 0) - MOST_SEEN;
  if (tooMany <= 0) return;
  await sql`delete from groups_seen where tenant_id = ${tenant} and connection_id = ${connection} and external in (
    select external from groups_seen where tenant_id = ${tenant} and connection_id = ${connection}
    order by last_seen, external limit ${tooMany})`.execute(store.db());
}
