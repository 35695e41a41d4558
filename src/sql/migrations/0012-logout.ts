import { type Kysely, sql } from 'kysely';

/** Signing out at the provider: browsers on their way there and back, tokens to be revoked there, and how a provider names our sessions. */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  `create table departures (tenant_id text not null references tenants(id) on delete cascade, state_hash text not null,
    connection_id text not null, browser_hash text not null, sealed_kept text not null, expires_at bigint not null,
    primary key (tenant_id, state_hash)){keyed}`,
  'create index departures_by_expiry on departures (expires_at)',
  // Neither table knows the connection by a foreign key: what is left to be revoked outlives the provider that was removed.
  `create table revocation_clients (tenant_id text not null references tenants(id) on delete cascade, id text not null,
    sealed_client text not null, created_at bigint not null, primary key (tenant_id, id))`,
  `create table revocations (tenant_id text not null, client_id text not null, link_id text not null, connection_id text not null,
    issuer text not null, subject text not null, sealed_token text not null, created_at bigint not null, not_before bigint not null,
    attempts integer not null, primary key (tenant_id, client_id, link_id, created_at),
    foreign key (tenant_id, client_id) references revocation_clients (tenant_id, id) on delete cascade)`,
  'create index revocations_by_time on revocations (not_before)',
  'alter table sessions add column upstream_key_hash text',
  `create index sessions_by_upstream_key on sessions (tenant_id, upstream_key_hash) where upstream_key_hash is not null`,
];
