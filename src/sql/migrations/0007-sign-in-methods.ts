import { type Kysely, sql } from 'kysely';

/** The provider that a person signs in through, whatever their domain says. It goes with the person, and with the provider. */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  await sql
    .raw(
      `create table sign_in_methods (tenant_id text not null references tenants(id) on delete cascade, user_id text not null,
        connection_id text not null, set_at bigint not null, primary key (tenant_id, user_id),
        foreign key (tenant_id, user_id) references users(tenant_id, id) on delete cascade,
        foreign key (tenant_id, connection_id) references connections(tenant_id, id) on delete cascade)${keyedTables}`,
    )
    .execute(db);
  await sql`create index sign_in_methods_by_connection on sign_in_methods (tenant_id, connection_id)`.execute(db);
}
