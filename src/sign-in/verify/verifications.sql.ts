import { readActor, writeActor } from '#audit/index.ts';
import type { ApplicationId, ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { removeByTraceDays } from '../trace-days.sql.ts';
import type { Report, Verification, VerificationStore } from './verification.ts';

type Row = Tables['verifications'];

/** Test sign-ins in the database. Few and by hand: nothing here is on the way of a real sign-in. */
export function createVerificationStore({ store }: { store: Store }): VerificationStore {
  return {
    async add(tenant, verification, ticketHash) {
      await store
        .db()
        .insertInto('verifications')
        .values(rowOf(tenant, verification, ticketHash))
        .execute();
    },
    open: (tenant, ticket, by) => open(store, tenant, { ...ticket, ...by }),
    async noteBegun(tenant, id, steps) {
      await waiting(store, tenant, id)
        .set({ report: JSON.stringify({ steps }) })
        .execute();
    },
    async find(tenant, id) {
      // PostgreSQL would not even take a NUL.
      const row = /^[\w-]{1,80}$/.test(id) ? await select(store, tenant).where('id', '=', id).executeTakeFirst() : undefined;
      return row && readVerification(row);
    },
    async list(tenant, connectionId, { limit, before }) {
      let query = select(store, tenant).where('connection_id', '=', connectionId);
      if (before) {
        const at = before.startedAt.getTime();
        query = query.where((is) =>
          is.or([is('started_at', '<', at), is.and([is('started_at', '=', at), is('id', '<', before.id)])]),
        );
      }
      return (await query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(readVerification);
    },
    async conclude(...[tenant, id, { state, endedAt, person, report }]) {
      const ended = { state, ended_at: endedAt.getTime(), person, report: JSON.stringify(report) };
      const { numUpdatedRows } = await waiting(store, tenant, id).set(ended).executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    removeOld: (now, limit) => removeByTraceDays(store, { now, limit, table: 'verifications' }),
  };
}

const select = (store: Store, tenant: TenantId) =>
  store.db().selectFrom('verifications').selectAll().where('tenant_id', '=', tenant);

/** One that has not ended: whatever is over stays as it is. */
const waiting = (store: Store, tenant: TenantId, id: string) =>
  store.db().updateTable('verifications').where('tenant_id', '=', tenant).where('id', '=', id).where('state', '=', 'waiting');

async function open(
  store: Store,
  tenant: TenantId,
  taken: { hash: string; connectionId: ConnectionId; browserHash: string; now: Date; expiresAt: Date },
): Promise<Verification | undefined> {
  const { hash, connectionId, browserHash, now, expiresAt } = taken;
  const row = await store
    .db()
    .updateTable('verifications')
    .set({ browser_hash: browserHash, opened_at: now.getTime(), expires_at: expiresAt.getTime() })
    .where('tenant_id', '=', tenant)
    .where('ticket_hash', '=', hash)
    .where('connection_id', '=', connectionId)
    .where('browser_hash', 'is', null)
    .where('expires_at', '>', now.getTime())
    .returningAll()
    .executeTakeFirst();
  return row && readVerification(row);
}

function rowOf(tenant: TenantId, verification: Verification, ticketHash: string): Row {
  const { id, connectionId, revision, applicationId, reference, state, startedBy, startedAt, expiresAt } = verification;
  return {
    tenant_id: tenant,
    id,
    connection_id: connectionId,
    revision,
    application_id: applicationId,
    reference,
    ticket_hash: ticketHash,
    browser_hash: null,
    state,
    started_by: writeActor(startedBy),
    started_at: startedAt.getTime(),
    opened_at: null,
    expires_at: expiresAt.getTime(),
    ended_at: null,
    person: null,
    report: null,
  };
}

function readVerification(row: Row): Verification {
  return {
    id: row.id,
    connectionId: row.connection_id as ConnectionId,
    revision: row.revision,
    applicationId: row.application_id as ApplicationId | null,
    reference: row.reference,
    state: row.state,
    startedBy: readActor(row.started_by),
    startedAt: new Date(row.started_at),
    openedAt: row.opened_at === null ? null : new Date(row.opened_at),
    expiresAt: new Date(row.expires_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    browserHash: row.browser_hash,
    begun: row.report === null ? [] : (JSON.parse(row.report) as Report).steps,
    report: row.report === null || row.state === 'waiting' ? null : (JSON.parse(row.report) as Report),
  };
}
