import { type Kysely, sql } from 'kysely';

/** Groups that providers have sent, so that somebody can map them. They go with their connection. */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  `create table groups_seen (tenant_id text not null, connection_id text not null, external text not null, first_seen bigint not null,
    last_seen bigint not null, times bigint not null, primary key (tenant_id, connection_id, external),
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade){keyed}`,
];
