import { DatabaseSync } from 'node:sqlite';
import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  Transaction,
} from 'kysely';
import { SqliteConnection } from './sqlite-connection.ts';
import type { Durability, Engine } from './store.ts';
import type { Tables } from './tables.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/** How long another process (a second node while it is replaced, a backup) may hold the file. */
const OPEN_MILLISECONDS = 5000;

/**
 * Embedded engine: one file, WAL, every commit on disk before it is acknowledged. SQLite writes the log (`synchronous=NORMAL`), we wait
 * for the disk: `Turns.use`.
 */
export function openSqlite(path: string): Engine {
  const database = new DatabaseSync(path, { timeout: OPEN_MILLISECONDS });
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = normal');
  database.exec('pragma foreign_keys = on');
  database.exec('pragma cache_size = -8192');
  // A page that is written by many commits is copied into the database once for all of them.
  database.exec('pragma wal_autocheckpoint = 4000');
  // From here on a lock of another process is waited for without holding up everybody else on this thread.
  database.exec('pragma busy_timeout = 0');
  const connection = new SqliteConnection(database);
  const log = logOf(database);
  const turns = new Turns(connection, () => log.flush());
  const driver = new SqliteDriver(turns, async () => {
    await log.close();
    if (database.isOpen) database.close();
  });
  const dialect = dialectOf(driver);
  const kysely = new Kysely<Tables>({ dialect });
  const executor = kysely.getExecutor().withConnectionProvider({ provideConnection: (consumer) => consumer(connection) });
  // One for all transactions: there is one connection, and whoever has begun on it has it alone.
  const transaction = new Transaction<Tables>({ config: { dialect }, dialect, driver, executor });
  return {
    kysely,
    run: (query, inside) => (inside ? connection.run(query) : turns.use((alone) => alone.run(query))),
    transact: (durability, work) => turns.use((alone) => inTransaction(alone, durability, () => work(transaction))),
    versionOf: (tables) => connection.versions.of(tables),
    capabilities: {
      concurrentWriters: false,
      rowLocks: false,
      keyedTables: ' without rowid',
      tellsOfCommits: true,
      jsonMembers: 'json_each',
    },
    // The file lock of the first write holds other processes off; the list of applied migrations is read again under it.
    exclusively: (work) => work(),
  };
}

async function inTransaction<Result>(
  connection: SqliteConnection,
  durability: Durability,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.begin();
  try {
    const result = await work();
    await connection.commit(durability);
    return result;
  } catch (error) {
    connection.rollback();
    throw error;
  }
}

function dialectOf(driver: Driver): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Puts on disk what has been committed; a database in memory has no disk. */
function logOf(database: DatabaseSync): { flush(): Promise<void>; close(): Promise<void> } {
  const path = database.location();
  return path === null ? { flush: async () => {}, close: async () => {} } : new WriteAheadLog(path);
}

/** One connection, handed out in turn: a transaction has it alone until it ends. */
class Turns {
  readonly #connection: SqliteConnection;
  readonly #flush: () => Promise<void>;
  readonly #waiting: (() => void)[] = [];
  #held = false;

  constructor(connection: SqliteConnection, flush: () => Promise<void>) {
    this.#connection = connection;
    this.#flush = flush;
  }

  async take(): Promise<SqliteConnection> {
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#held = true;
    return this.#connection;
  }

  /** The next one goes on at once; what was committed is on disk when this is done. */
  async pass(): Promise<void> {
    const isOwed = this.#connection.takeOwed();
    const next = this.#waiting.shift();
    if (next) next();
    else this.#held = false;
    if (isOwed) await this.#flush();
  }

  async use<Result>(work: (connection: SqliteConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.take();
    try {
      return await work(connection);
    } finally {
      await this.pass();
    }
  }
}

/** What Kysely builds as it is asked, outside of our own transactions; and those of the migrations. */
class SqliteDriver implements Driver {
  readonly #turns: Turns;
  readonly #close: () => Promise<void>;

  constructor(turns: Turns, close: () => Promise<void>) {
    this.#turns = turns;
    this.#close = close;
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<SqliteConnection> {
    return this.#turns.take();
  }

  releaseConnection(): Promise<void> {
    return this.#turns.pass();
  }

  beginTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as SqliteConnection).begin();
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as SqliteConnection).commit('durable');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as SqliteConnection).rollback();
  }

  destroy(): Promise<void> {
    return this.#close();
  }
}
