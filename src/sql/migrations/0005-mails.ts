import { type Kysely, sql } from 'kysely';

/** The outbox of mails, what was given notice of, and what a sign-in showed of the provider's clock. */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  `create table mails (tenant_id text not null references tenants(id) on delete cascade, id text not null, kind text not null,
    recipient text not null, sealed_content text, created_at bigint not null, not_before bigint not null,
    useful_until bigint not null, attempts integer not null, state text not null, error text, primary key (tenant_id, id))`,
  `create index mails_waiting on mails (not_before) where state = 'waiting'`,
  'create index mails_by_age on mails (created_at)',
  `create table notices (tenant_id text not null references tenants(id) on delete cascade, thing text not null,
    days_ahead integer not null, expires_at bigint not null, sent_at bigint not null,
    primary key (tenant_id, thing, days_ahead, expires_at)){keyed}`,
  'alter table sign_ins add column skew_seconds integer',
];
