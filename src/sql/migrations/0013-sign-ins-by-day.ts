import { type Kysely, sql } from 'kysely';

/** Sign-ins of a day are counted in this index alone. It begins like the one that it takes the place of, so the log is read by it as before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index sign_ins_by_day on sign_ins (tenant_id, started_at, purpose, outcome, code)`.execute(db);
  await sql`drop index sign_ins_by_time`.execute(db);
}
