import type { Selectable } from 'kysely';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { PublishedBook } from './published.ts';
import { type Found, NOTHING_FOUND, type Refresh, type RefreshBook, type RefreshPlace } from './refresh.ts';

type Row = Selectable<Tables['connection_refreshes']>;

/** Refreshes in the database: what all nodes know of them, so that none does what another did. */
export function createRefreshBook({ store }: { store: Store }): RefreshBook & PublishedBook {
  const read = (tenant: TenantId, id: ConnectionId) => readRow(store, tenant, id);
  return {
    read,
    findPublished: async (tenant, id) => publishedOf(await read(tenant, id)),
    listDue: (now, limit) => listDue(store, now, limit),
    findPlace: (tenant, id) => findPlace(store, tenant, id),
    schedule: (tenant, id, turn) => schedule(store, { tenant, id }, turn),
    take: (tenant, id, lease) => take(store, { tenant, id }, lease),
    ask: (tenant, id, question) => ask(store, { tenant, id }, question),
    note: (tenant, id, outcome) => note(store, { tenant, id }, outcome),
  };
}

interface Place {
  tenant: TenantId;
  id: ConnectionId;
}

const dateOf = (milliseconds: number | null): Date | null => (milliseconds === null ? null : new Date(milliseconds));
const timeOf = (date: Date | null): number | null => date?.getTime() ?? null;

async function readRow(store: Store, tenant: TenantId, id: ConnectionId): Promise<Refresh | undefined> {
  const rows = store.db().selectFrom('connection_refreshes').selectAll().where('tenant_id', '=', tenant);
  const row = await rows.where('connection_id', '=', id).executeTakeFirst();
  return (
    row && {
      revision: row.connection_revision,
      nextAt: dateOf(row.next_at),
      leaseUntil: dateOf(row.lease_until),
      askedAt: dateOf(row.asked_at),
      failures: row.failures,
      attemptedAt: dateOf(row.attempted_at),
      succeededAt: dateOf(row.succeeded_at),
      documentHash: row.document_hash,
      validUntil: dateOf(row.valid_until),
      problem: row.problem,
      found: JSON.parse(row.result) as Found,
    }
  );
}

function publishedOf(refresh: Refresh | undefined): Awaited<ReturnType<PublishedBook['findPublished']>> {
  if (!refresh) return undefined;
  const { attemptedAt, succeededAt, problem, validUntil, found } = refresh;
  const reachable = attemptedAt === null ? null : problem === null;
  const differences = found.differences.map(({ class: _, ...difference }) => difference);
  return { url: found.url, checkedAt: attemptedAt, succeededAt, reachable, problem, differences, validUntil, kids: found.keys };
}

async function listDue(store: Store, now: Date, limit: number): Promise<RefreshPlace[]> {
  const at = now.getTime();
  const rows = await store
    .db()
    .selectFrom('connections as c')
    .innerJoin('tenants as t', 't.id', 'c.tenant_id')
    .leftJoin('connection_refreshes as r', (join) =>
      join.onRef('r.tenant_id', '=', 'c.tenant_id').onRef('r.connection_id', '=', 'c.id'),
    )
    .select(['c.id', 't.id as tenant_id', 't.name', 't.region'])
    .where('c.enabled', '=', 1)
    .where('t.status', '=', 'active')
    .where((is) => is.or([is('r.lease_until', 'is', null), is('r.lease_until', '<=', at)]))
    .where((is) =>
      is.or([
        is('r.connection_revision', 'is', null),
        is('r.connection_revision', '<>', is.ref('c.revision')),
        is('r.next_at', '<=', at),
      ]),
    )
    .orderBy('r.next_at')
    .orderBy('c.id')
    .limit(limit)
    .execute();
  return rows.map(({ id, tenant_id, name, region }) => ({
    tenant: { id: tenant_id as TenantId, name, region },
    id: id as ConnectionId,
  }));
}

async function findPlace(store: Store, tenant: TenantId, id: ConnectionId): Promise<RefreshPlace | undefined> {
  const rows = store.db().selectFrom('tenants').select(['name', 'region']).where('id', '=', tenant);
  const found = await rows.executeTakeFirst();
  return found && { tenant: { id: tenant, ...found }, id };
}

const empty = ({ tenant, id }: Place): Row => ({
  tenant_id: tenant,
  connection_id: id,
  // No revision: somebody has still to reckon its turn.
  connection_revision: 0,
  next_at: null,
  lease_until: null,
  asked_at: null,
  failures: 0,
  attempted_at: null,
  succeeded_at: null,
  document_hash: null,
  valid_until: null,
  problem: null,
  result: JSON.stringify(NOTHING_FOUND),
});

async function schedule(store: Store, place: Place, turn: { revision: number; nextAt: Date | null }): Promise<void> {
  const [revision, nextAt] = [turn.revision, timeOf(turn.nextAt)];
  await store
    .db()
    .insertInto('connection_refreshes')
    .values({ ...empty(place), connection_revision: revision, next_at: nextAt })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id']).doUpdateSet(({ eb, ref }) => ({
        connection_revision: revision,
        next_at:
          nextAt === null
            ? null
            : eb
                .case()
                .when('connection_refreshes.next_at', '<', nextAt)
                .then(ref('connection_refreshes.next_at'))
                .else(nextAt)
                .end(),
      })),
    )
    .execute();
}

/** One statement: of several nodes that try at once, one gets it. */
async function take(store: Store, place: Place, lease: { now: Date; until: Date; when?: 'due' }): Promise<boolean> {
  const now = lease.now.getTime();
  const taken = { lease_until: lease.until.getTime() };
  const { numInsertedOrUpdatedRows } = await store
    .db()
    .insertInto('connection_refreshes')
    .values({ ...empty(place), ...taken })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'connection_id'])
        .doUpdateSet(taken)
        .where((is) =>
          is.and([
            is.or([is('connection_refreshes.lease_until', 'is', null), is('connection_refreshes.lease_until', '<=', now)]),
            ...(lease.when === 'due' ? [is('connection_refreshes.next_at', '<=', now)] : []),
          ]),
        ),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

async function ask(store: Store, place: Place, { now, notSince }: { now: Date; notSince: Date }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await store
    .db()
    .insertInto('connection_refreshes')
    .values({ ...empty(place), asked_at: now.getTime() })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'connection_id'])
        .doUpdateSet({ asked_at: now.getTime() })
        .where((is) =>
          is.or([is('connection_refreshes.asked_at', 'is', null), is('connection_refreshes.asked_at', '<=', notSince.getTime())]),
        ),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

async function note(store: Store, { tenant, id }: Place, outcome: Omit<Refresh, 'leaseUntil' | 'askedAt'>): Promise<void> {
  const update = store
    .db()
    .updateTable('connection_refreshes')
    .set({
      connection_revision: outcome.revision,
      next_at: timeOf(outcome.nextAt),
      lease_until: null,
      failures: outcome.failures,
      attempted_at: timeOf(outcome.attemptedAt),
      succeeded_at: timeOf(outcome.succeededAt),
      document_hash: outcome.documentHash,
      valid_until: timeOf(outcome.validUntil),
      problem: outcome.problem,
      result: JSON.stringify(outcome.found),
    });
  await update.where('tenant_id', '=', tenant).where('connection_id', '=', id).execute();
}
