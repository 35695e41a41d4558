import { type Kysely, sql } from 'kysely';

/**
 * Keys of ours roll over: each is next, active or retired, and one of each use is active. `connections.keys_version` counts their changes,
 * so that every node reads them anew at once. `connection_refreshes` is what became of reading a provider's configuration again.
 */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  "alter table connection_keys add column state text not null default 'active'",
  'alter table connection_keys add column activated_at bigint',
  'alter table connection_keys add column planned_at bigint',
  'alter table connection_keys add column retired_at bigint',
  'update connection_keys set activated_at = created_at',
  // There has been one of each use; should there be more, the newest was the one that signed.
  `update connection_keys set state = 'retired', retired_at = created_at where exists (select 1 from connection_keys newer
    where newer.tenant_id = connection_keys.tenant_id and newer.connection_id = connection_keys.connection_id
    and newer.use = connection_keys.use and (newer.created_at > connection_keys.created_at
    or (newer.created_at = connection_keys.created_at and newer.id < connection_keys.id)))`,
  `create unique index connection_keys_one_active on connection_keys (tenant_id, connection_id, use) where state = 'active'`,
  `create unique index connection_keys_one_next on connection_keys (tenant_id, connection_id, use) where state = 'next'`,
  'create index connection_keys_by_plan on connection_keys (planned_at) where planned_at is not null',
  `create index connection_keys_by_expiry on connection_keys (expires_at) where state = 'active'`,
  'alter table connections add column keys_version integer not null default 0',
  `create table connection_refreshes (tenant_id text not null references tenants(id) on delete cascade, connection_id text not null,
    connection_revision integer not null, next_at bigint, lease_until bigint, asked_at bigint, failures integer not null,
    attempted_at bigint, succeeded_at bigint, document_hash text, valid_until bigint, problem text, result text not null,
    primary key (tenant_id, connection_id)){keyed}`,
  'create index connection_refreshes_by_turn on connection_refreshes (next_at)',
];
