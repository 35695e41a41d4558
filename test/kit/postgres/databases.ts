import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openStore } from '#sql/store.ts';

/** A database of one test file, migrated and without rows. */
export interface TestDatabase {
  readonly engine: 'sqlite' | 'postgres';
  /** What `SALLYPORT_DATABASE_URL` and `openStore` take; several nodes may open it at once. */
  readonly url: string;
  /** Removes it. Stores that are open on it are closed first, by their owners. */
  drop(): Promise<void>;
}

const TEMPLATE = 'sallyport_template';

/** Any number; holds other test files off while one makes the template. */
const TEMPLATE_LOCK = 5_512_077_310;

/**
 * A fresh database on the engine that `SALLYPORT_TEST_DATABASE` names: `sqlite` (also when unset) or the `postgres://…` URL of a
 * server's superuser. `npm test` runs what calls this once on each.
 */
export function openTestDatabase(): Promise<TestDatabase> {
  const wanted = process.env['SALLYPORT_TEST_DATABASE'] ?? 'sqlite';
  if (wanted === 'sqlite') return openSqliteDatabase();
  if (/^postgres(?:ql)?:/.test(wanted)) return openPostgresDatabase(wanted);
  throw new Error(`SALLYPORT_TEST_DATABASE is neither sqlite nor a postgres:// URL: ${wanted.split(':')[0]}`);
}

async function openSqliteDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  const url = join(folder, 'sallyport.db');
  await migrate(url);
  return { engine: 'sqlite', url, drop: async () => rmSync(folder, { recursive: true, force: true }) };
}

async function openPostgresDatabase(adminUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [TEMPLATE]);
    if (rowCount === 0) await client.query(`create database ${TEMPLATE}`);
    await migrate(urlOf(adminUrl, TEMPLATE));
    await client.query(`create database ${name} template ${TEMPLATE} strategy file_copy`);
  });
  return {
    engine: 'postgres',
    url: urlOf(adminUrl, name),
    drop: () => asAdmin(adminUrl, async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

async function migrate(url: string): Promise<void> {
  const store = openStore(url);
  try {
    await store.migrate();
  } finally {
    await store.close();
  }
}

/** The lock, if taken, ends with the connection. */
async function asAdmin(adminUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(adminUrl: string, database: string): string {
  return Object.assign(new URL(adminUrl), { pathname: `/${database}` }).href;
}
