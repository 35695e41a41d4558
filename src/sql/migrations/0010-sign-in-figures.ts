import { type Kysely, sql } from 'kysely';

/** The ends of a provider's sign-ins are counted, and the last of each kind found, in this index alone: the traces beside them are large. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index sign_ins_by_connection on sign_ins (tenant_id, connection_id, purpose, outcome, started_at, code)`.execute(
    db,
  );
}
