import { type Kysely, sql } from 'kysely';

/** When a provider was last asked whether somebody is still there. */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  `create table rechecks (tenant_id text not null references tenants(id) on delete cascade, user_id text not null,
    connection_id text not null, checked_at bigint not null, primary key (tenant_id, user_id, connection_id),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade,
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade){keyed}`,
];
