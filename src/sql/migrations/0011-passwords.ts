import { type Kysely, sql } from 'kysely';

/** Accounts for emergencies: their passwords, the links that set them, and how often somebody guessed wrong. */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  for (const statement of statements) await sql.raw(statement.replace('{keyed}', keyedTables)).execute(db);
}

const statements: readonly string[] = [
  `create table passwords (tenant_id text not null, user_id text not null, hash text not null, changed_at bigint not null,
    used_at bigint, primary key (tenant_id, user_id),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade){keyed}`,
  `create table setup_links (tenant_id text not null references tenants(id) on delete cascade, token_hash text not null,
    user_id text, made_by text not null, created_at bigint not null, expires_at bigint not null, used_at bigint,
    primary key (tenant_id, token_hash)){keyed}`,
  'create index setup_links_by_expiry on setup_links (expires_at)',
  `create table login_failures (tenant_id text not null references tenants(id) on delete cascade, key_hash text not null,
    tries bigint not null, blocked_until bigint not null, ends_at bigint not null, trusted_until bigint not null,
    primary key (tenant_id, key_hash)){keyed}`,
  'create index login_failures_by_end on login_failures (ends_at)',
];
