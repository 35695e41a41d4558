import { type Kysely, sql } from 'kysely';

/** Consent that an administrator of a provider's directory is asked for: requests on their way, and what was reported last. */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  `create table consent_requests (tenant_id text not null references tenants(id) on delete cascade, state_hash text not null,
    connection_id text not null, purpose text not null, client_id text not null, directory_id text not null,
    browser_hash text not null, expires_at bigint not null, primary key (tenant_id, state_hash)){keyed}`,
  'create index consent_requests_by_expiry on consent_requests (expires_at)',
  `create table admin_consents (tenant_id text not null references tenants(id) on delete cascade, connection_id text not null,
    purpose text not null, client_id text not null, outcome text not null, scope text, error text, reference text not null,
    reported_at bigint not null, primary key (tenant_id, connection_id, purpose),
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade){keyed}`,
];
