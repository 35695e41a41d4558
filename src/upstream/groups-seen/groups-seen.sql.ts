import { sql } from 'kysely';
import type { World } from '#kernel/world.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import { type Batch, RecentGroups } from './recent-groups.ts';
import { MOST_SEEN, type SeenGroup, type SeenGroupRegister } from './seen.ts';

export interface GroupsSeenParts {
  store: Store;
  world: Pick<World, 'now'>;
  /** Groups that this process remembers. */
  capacity?: number;
}

/** Rows of one transaction, about: some milliseconds, which everybody else may have to wait for. */
const ROWS = 500;

export function createGroupsSeen({ store, world, capacity }: GroupsSeenParts): SeenGroupRegister {
  const recent = new RecentGroups(capacity);
  const flush = async (): Promise<void> => {
    const now = world.now().getTime();
    for (const batches of together(recent.take())) {
      // What a power cut takes is noted again by the next sign-in.
      await store.transactLightly(async () => {
        for (const batch of batches) await write(store, batch, now);
      });
      for (const batch of batches) recent.wrote(batch, now);
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

/** Batches of several connections for one transaction each; in one order on every node, so that two never wait for each other in a circle. */
function together(batches: readonly Batch[]): Batch[][] {
  const bundles: Batch[][] = [];
  let rows = ROWS;
  for (const batch of batches.toSorted((one, other) => compare(one.connection, other.connection))) {
    if (rows + batch.times.size > ROWS) {
      bundles.push([]);
      rows = 0;
    }
    bundles.at(-1)?.push(batch);
    rows += batch.times.size;
  }
  return bundles;
}

/** The connection may have been removed meanwhile; then nothing is written. */
async function write(store: Store, { tenant, connection, times }: Batch, now: number): Promise<void> {
  const sorted = [...times].sort(([one], [other]) => compare(one, other));
  const values = { tenant, connection, now, times: JSON.stringify(Object.fromEntries(sorted)) };
  if ((await store.change(add, values)) > 0) await forget(store, { tenant, connection });
}

const add = statement(
  (
    _db,
    { tenant, connection, now, times }: Given<{ tenant: string; connection: string; now: number; times: string }>,
    { jsonMembers },
  ) => sql`insert into groups_seen (tenant_id, connection_id, external, first_seen, last_seen, times)
    select id.tenant_id, id.id, seen.key, cast(${now} as bigint), cast(${now} as bigint), cast(seen.value as bigint)
    from connections as id, ${sql.raw(jsonMembers)}(${times}) as seen
    where id.tenant_id = ${tenant} and id.id = ${connection}
    on conflict (tenant_id, connection_id, external)
    do update set last_seen = excluded.last_seen, times = groups_seen.times + excluded.times`,
);

/** Whoever could make up groups without end fills no disk: those that were not seen for the longest go. */
async function forget(store: Store, place: Pick<Batch, 'tenant' | 'connection'>): Promise<void> {
  const found = await store.first(count, place);
  const tooMany = Number(found?.count ?? 0) - MOST_SEEN;
  if (tooMany > 0) await store.change(removeOldest, { ...place, tooMany });
}

type Place = Given<{ tenant: string; connection: string }>;

const count = statement(
  (_db, { tenant, connection }: Place) => sql<{ count: number }>`select count(*) as count from groups_seen
    where tenant_id = ${tenant} and connection_id = ${connection}`,
);

const removeOldest = statement(
  (
    _db,
    { tenant, connection, tooMany }: Given<{ tenant: string; connection: string; tooMany: number }>,
  ) => sql`delete from groups_seen where tenant_id = ${tenant} and connection_id = ${connection} and external in (
    select external from groups_seen where tenant_id = ${tenant} and connection_id = ${connection}
    order by last_seen, external limit ${tooMany})`,
);
