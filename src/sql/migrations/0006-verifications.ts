import { type Kysely, sql } from 'kysely';

/**
 * Test sign-ins that change nothing, and what came of them; a ticket that is used once starts each. Sign-ins are marked with what they
 * were for, and refused ones with how many before them were left out of the log.
 */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  `create table verifications (tenant_id text not null references tenants(id) on delete cascade, id text not null,
    connection_id text not null, revision bigint not null, application_id text, reference text not null, ticket_hash text not null,
    browser_hash text, state text not null, started_by text not null, started_at bigint not null, opened_at bigint,
    expires_at bigint not null, ended_at bigint, person text, report text, primary key (tenant_id, id)){keyed}`,
  'create unique index verifications_by_ticket on verifications (tenant_id, ticket_hash)',
  'create index verifications_by_connection on verifications (tenant_id, connection_id, started_at)',
  `alter table sign_ins add column purpose text not null default 'sign-in'`,
  'alter table sign_ins add column suppressed bigint not null default 0',
];
