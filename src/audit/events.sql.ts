import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { newId, type TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { canonicalJson, FIRST_PREVIOUS_HASH, hashOf, isNextLink } from './chain.ts';
import { type AuditChain, type AuditEntry, type AuditEvent, type AuditFilter, readActor, writeActor } from './events.ts';

/** First half of an advisory lock's key; the second stands for the tenant. Two tenants with one key wait for each other, no more. */
const CHAIN_LOCK = 7_302;

/** Events that are read at once when a chain is checked. */
const BATCH = 500;

type Head = { sequence: number; hash: string };

/** The audit log in the database. A sign-in pays one read of the head and one insert for it. */
export function createAuditLog({ store, world }: { store: Store; world: World }): AuditChain {
  const findHead = async (tenant: TenantId): Promise<Head | null> => (await store.first(newest, { tenant })) ?? null;
  return {
    findHead,
    append: (tenant, entry) =>
      store.transact(async () => {
        // A lock of the head's row would not do: whoever waited for it would still see the old head, and append beside the new one.
        // It is a statement of its own, because a statement sees what was committed when it began.
        if (store.capabilities.concurrentWriters) {
          await store.first(lockChain, { key: lockKeyOf(tenant) });
        }
        const event = chain({ tenant, entry, head: await findHead(tenant), world });
        await store.change(insert, rowOf(tenant, event));
      }),
    async list(tenant, { limit, before, ...filter }) {
      const rows = select(store, tenant, filter).orderBy('sequence', 'desc').limit(limit);
      return (await (before === undefined ? rows : rows.where('sequence', '<', before)).execute()).map(eventOf);
    },
    async findBreak(tenant) {
      let last = null as Head | null;
      for (;;) {
        const rows = await select(store, tenant, {})
          .where('sequence', '>', last?.sequence ?? 0)
          .orderBy('sequence')
          .limit(BATCH)
          .execute();
        for (const event of rows.map(eventOf)) {
          // A gap is a break at the place where the missing event was.
          if (!isNextLink(tenant, last, event)) return Math.min(event.sequence, (last?.sequence ?? 0) + 1);
          last = event;
        }
        if (rows.length < BATCH) return null;
      }
    },
  };
}

// Not a parameter: SQLite plans a statement anew each time for a limit that may be another one.
const newest = statement((db, { tenant }: Given<{ tenant: string }>) =>
  db
    .selectFrom('audit_events')
    .select(['sequence', 'hash'])
    .where('tenant_id', '=', tenant)
    .orderBy('sequence', 'desc')
    .limit(sql.lit(1)),
);
const lockChain = statement(
  (_, { key }: Given<{ key: number }>) => sql`select pg_advisory_xact_lock(${sql.lit(CHAIN_LOCK)}, ${key})`,
);
const insert = statement((db, row: Given<Row>) => db.insertInto('audit_events').values(row));

function select(store: Store, tenant: TenantId, filter: AuditFilter) {
  let rows = store.db().selectFrom('audit_events').selectAll().where('tenant_id', '=', tenant);
  const { action, actor, target, reference, from, until } = filter;
  if (action !== undefined) rows = rows.where('action', '=', action);
  if (target !== undefined) rows = rows.where('target', '=', target);
  if (reference !== undefined) rows = rows.where('reference', '=', reference);
  if (from !== undefined) rows = rows.where('at', '>=', from.getTime());
  if (until !== undefined) rows = rows.where('at', '<', until.getTime());
  if (actor === undefined) return rows;
  return actor === 'user' || actor === 'application'
    ? rows.where('actor', 'like', `${actor}:%`)
    : rows.where('actor', '=', actor);
}

function chain({
  tenant,
  entry,
  head,
  world,
}: {
  tenant: TenantId;
  entry: AuditEntry;
  head: Head | null;
  world: World;
}): AuditEvent {
  const { action, actor, target, reference, code, before, after } = entry;
  const event = {
    id: newId<string>('evt', world),
    sequence: (head?.sequence ?? 0) + 1,
    at: world.now(),
    action: plain(action),
    actor: readActor(plain(writeActor(actor))),
    target: plain(target),
    ...(reference === undefined ? {} : { reference: plain(reference) }),
    ...definedOf({ code, before, after }),
    previousHash: head?.hash ?? FIRST_PREVIOUS_HASH,
  };
  return { ...event, hash: hashOf(tenant, event) };
}

/** What every engine gives back as it was given: no NUL, which PostgreSQL refuses, and no half characters, which become others. */
function plain(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

function definedOf<Of extends object>(given: Of): Partial<Of> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Of>;
}

type Row = Selectable<Tables['audit_events']>;

function eventOf(row: Row): AuditEvent {
  return {
    id: row.id,
    sequence: row.sequence,
    at: new Date(row.at),
    action: row.action,
    actor: readActor(row.actor),
    target: row.target,
    ...(row.reference === null ? {} : { reference: row.reference }),
    ...readBody(row.body),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/** A body that is no JSON any more was tampered with: it must show as a break of the chain, not stop whoever reads it. */
function readBody(text: string): Pick<AuditEvent, 'code' | 'before' | 'after'> {
  try {
    const { code, before, after } = JSON.parse(text) as AuditEntry;
    return definedOf({ code, before, after });
  } catch {
    return { after: { unreadable: text } };
  }
}

function rowOf(tenant: TenantId, { code, before, after, ...event }: AuditEvent): Row {
  return {
    tenant_id: tenant,
    sequence: event.sequence,
    id: event.id,
    at: event.at.getTime(),
    action: event.action,
    actor: writeActor(event.actor),
    target: event.target,
    reference: event.reference ?? null,
    body: canonicalJson({ code, before, after }),
    previous_hash: event.previousHash,
    hash: event.hash,
  };
}

/** 32 bits of the tenant's id, signed as PostgreSQL wants them. */
function lockKeyOf(tenant: TenantId): number {
  return createHash('sha256').update(tenant).digest().readInt32BE(0);
}
