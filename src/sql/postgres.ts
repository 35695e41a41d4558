import { createHash } from 'node:crypto';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Engine } from './store.ts';
import type { Tables } from './tables.ts';

/** Any number shared by all nodes and unlikely to be somebody else's advisory lock. */
const MIGRATION_LOCK = 7_264_331_905;

/** Connections a node holds at most; PostgreSQL's default limit of 100 then serves several nodes. */
const POOL_SIZE = 10;

/** `bigint` as a number: our largest are milliseconds since 1970. */
pg.types.setTypeParser(20, Number);

/** Shared engine for any number of nodes. */
export function openPostgres(url: string): Engine {
  const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE, connectionTimeoutMillis: 10_000 });
  pool.on('connect', nameStatements);
  // An idle connection that the server drops must not end the process; the next call opens a new one.
  pool.on('error', () => {});
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kysely,
    capabilities: {
      concurrentWriters: true,
      rowLocks: true,
      keyedTables: '',
      tellsOfCommits: false,
      jsonMembers: 'json_each_text',
    },
    // Durable or light: the server waits for the disk, not we; another round trip to ask it not to would cost more than it saves.
    transact: (_durability, work) => kysely.transaction().execute(work),
    versionOf: () => undefined,
    async run(query, transaction) {
      const { rows, numAffectedRows } = await (transaction ?? kysely).executeQuery(query);
      return { rows, changes: Number(numAffectedRows ?? 0) };
    },
    exclusively: (work) =>
      kysely.connection().execute(async (connection) => {
        await connection.executeQuery(CompiledQuery.raw('select pg_advisory_lock($1)', [MIGRATION_LOCK]));
        try {
          return await work();
        } finally {
          await connection.executeQuery(CompiledQuery.raw('select pg_advisory_unlock($1)', [MIGRATION_LOCK]));
        }
      }),
  };
}

/**
 * Gives each SQL text with parameters a name, so that PostgreSQL parses and plans it once a connection. One that asks for all columns
 * has none: once a newer node has added a column, the named one would fail for as long as the connection lives.
 */
function nameStatements(client: pg.PoolClient): void {
  // `pg` declares a dozen overloads of one function: what Kysely calls is changed, everything else goes through as it came.
  const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown;
  const queryNamed = (...given: readonly unknown[]): unknown => {
    const [text, values, ...rest] = given;
    const isNameable = typeof text === 'string' && Array.isArray(values) && values.length > 0 && !text.includes('*');
    return isNameable ? query({ name: nameOf(text), text, values }, ...rest) : query(...given);
  };
  client.query = queryNamed as typeof client.query;
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (!name) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 32);
    names.set(text, name);
  }
  return name;
}
