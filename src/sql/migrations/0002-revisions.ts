import { type Kysely, sql } from 'kysely';

/**
 * Revisions of identity providers. Each that there is already begins with one, as it stands: `sealed_for` says that its secrets are
 * sealed for the connection's row, because a migration holds no key to seal them anew.
 */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  'alter table connections add column trust_revision integer not null default 0',
  'update connections set trust_revision = revision',
  `create table connection_revisions (tenant_id text not null references tenants(id) on delete cascade, connection_id text not null,
    revision integer not null, state text not null, base_revision integer, origin text not null, source_revision integer,
    document text not null, sealed_secrets text, sealed_for text not null, made_at bigint not null, made_by text not null,
    activated_at bigint, activated_by text, override_reason text, verification_id text, verification_passed integer,
    verified_at bigint, primary key (tenant_id, connection_id, revision))`,
  `create unique index connection_revisions_one_staged on connection_revisions (tenant_id, connection_id) where state = 'staged'`,
  `create unique index connection_revisions_one_current on connection_revisions (tenant_id, connection_id)
    where state in ('live', 'draft')`,
  `insert into connection_revisions (tenant_id, connection_id, revision, state, origin, document, sealed_secrets, sealed_for, made_at,
    made_by, activated_at, activated_by)
    select tenant_id, id, revision, case when enabled = 1 then 'live' else 'draft' end, 'upgraded', document, sealed_secrets,
    'connection', updated_at, '{"kind":"system"}', updated_at, '{"kind":"system"}' from connections`,
];
