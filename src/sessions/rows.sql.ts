import { type Expression, type Kysely, sql } from 'kysely';
import type { ConnectionId, UserId } from '#kernel/ids.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Tables } from '#sql/tables.ts';
import type { NewSession, Session } from './session.ts';

export type Row = Tables['sessions'];

/** What `toSession` reads. */
const columns = [
  'uid',
  'user_id',
  'connection_id',
  'authenticated_at',
  'amr',
  'acr',
  'asked_acr',
  'expires_at',
  'ends_at',
  'provider_state',
] as const;
export type SessionRow = Pick<Row, (typeof columns)[number]>;

export function toSession(row: SessionRow): Session {
  return {
    uid: row.uid,
    userId: row.user_id as UserId,
    connectionId: row.connection_id as ConnectionId | null,
    authenticatedAt: new Date(row.authenticated_at),
    amr: JSON.parse(row.amr),
    acr: row.acr,
    askedAcr: JSON.parse(row.asked_acr),
    expiresAt: new Date(row.expires_at),
    endsAt: new Date(row.ends_at),
    applications: readApplications(row.provider_state),
  };
}

/** The column is a JSON object, for what releases to come may note beside them. */
export const writeApplications = (applications: readonly string[]): string => JSON.stringify({ applications });

export function readApplications(state: string): string[] {
  const { applications } = JSON.parse(state) as { applications?: unknown };
  return Array.isArray(applications) ? applications.filter((id): id is string => typeof id === 'string') : [];
}

type SignInColumns = Pick<Row, 'user_id' | 'connection_id' | 'authenticated_at' | 'amr' | 'acr' | 'asked_acr'>;

/** Who signed in and how: it stays as it is for as long as the session lives. */
export function signInColumns({ userId, connectionId, authenticatedAt, amr, acr, askedAcr }: NewSession): SignInColumns {
  return {
    user_id: userId,
    connection_id: connectionId,
    authenticated_at: authenticatedAt.getTime(),
    amr: JSON.stringify(amr),
    acr,
    asked_acr: JSON.stringify(askedAcr),
  };
}

const select = (db: Kysely<Tables>, tenant: Expression<string>) =>
  db.selectFrom('sessions').select(columns).where('tenant_id', '=', tenant);

export const findById = statement((db, { tenant, idHash, now }: Given<{ tenant: string; idHash: string; now: number }>) =>
  select(db, tenant).where('id_hash', '=', idHash).where('expires_at', '>', now),
);

export const findByUid = statement((db, { tenant, uid, now }: Given<{ tenant: string; uid: string; now: number }>) =>
  select(db, tenant).where('uid', '=', uid).where('expires_at', '>', now),
);

export const hold = statement((db, { tenant, uid }: Given<{ tenant: string; uid: string }>, { rowLocks }) => {
  const query = select(db, tenant).where('uid', '=', uid);
  return rowLocks ? query.forNoKeyUpdate() : query;
});

export const insert = statement((db, row: Given<Row>) => db.insertInto('sessions').values(row));

export const update = statement(
  (db, given: Given<{ tenant: string; idHash: string; now: number; idleEnd: number; providerState: string }>) =>
    db
      .updateTable('sessions')
      .set({
        provider_state: given.providerState,
        seen_at: given.now,
        expires_at: sql<number>`case when ends_at < ${given.idleEnd} then ends_at else ${given.idleEnd} end`,
      })
      .where('tenant_id', '=', given.tenant)
      .where('id_hash', '=', given.idHash)
      .where('expires_at', '>', given.now),
);
