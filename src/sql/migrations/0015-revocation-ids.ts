import { type Kysely, sql } from 'kysely';

/**
 * Two tokens of one link may be given up in the same millisecond: what moved them is part of the key. A node of the release before goes on
 * writing rows, without it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const columns = 'tenant_id, client_id, link_id, connection_id, issuer, subject, sealed_token, created_at, not_before, attempts';

const statements: readonly string[] = [
  // First of all: from here on nobody writes a row into the old table that would not be copied.
  'alter table revocations rename to revocations_before',
  `create table revocations (tenant_id text not null, client_id text not null, link_id text not null, connection_id text not null,
    issuer text not null, subject text not null, sealed_token text not null, created_at bigint not null, not_before bigint not null,
    attempts integer not null, id text not null default '',
    constraint revocations_key primary key (tenant_id, client_id, link_id, created_at, id),
    foreign key (tenant_id, client_id) references revocation_clients (tenant_id, id) on delete cascade)`,
  `insert into revocations (${columns}) select ${columns} from revocations_before`,
  'drop table revocations_before',
  'create index revocations_by_time on revocations (not_before)',
];
