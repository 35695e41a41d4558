import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Answer, Engine } from './store.ts';
import type { Tables } from './tables.ts';

/** Prepared statements kept; the gateway has about two hundred distinct ones. */
const STATEMENTS_KEPT = 500;

/** How long another process (a second node while it is replaced, a backup) may hold the file. */
const OPEN_MILLISECONDS = 5000;
const LOCKED_MILLISECONDS = 10_000;
/** SQLITE_BUSY, its extended codes above the lowest byte. */
const BUSY = 5;
const LOCKED_WAIT_MILLISECONDS = 2;

/** Embedded engine: one file, WAL, every commit on disk before it is acknowledged (`synchronous=FULL`). */
export function openSqlite(path: string): Engine {
  const database = new DatabaseSync(path, { timeout: OPEN_MILLISECONDS });
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  database.exec('pragma foreign_keys = on');
  database.exec('pragma cache_size = -8192');
  // From here on a lock of another process is waited for without holding up everybody else on this thread.
  database.exec('pragma busy_timeout = 0');
  const connection = new SqliteConnection(database);
  const turns = new Turns(connection);
  return {
    run: (query, transaction) => (transaction ? connection.run(query) : turns.use((alone) => alone.run(query))),
    kysely: new Kysely<Tables>({ dialect: dialectOf(database, turns, 'durable') }),
    light: new Kysely<Tables>({ dialect: dialectOf(database, turns, 'light') }),
    capabilities: { concurrentWriters: false, rowLocks: false, keyedTables: ' without rowid' },
    // The file lock of the first write holds other processes off; the list of applied migrations is read again under it.
    exclusively: (work) => work(),
  };
}

type Durability = 'durable' | 'light';

function dialectOf(database: DatabaseSync, turns: Turns, durability: Durability): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(database, turns, durability),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** One connection, handed out in turn: a transaction has it alone until it ends. */
class Turns {
  readonly #connection: SqliteConnection;
  readonly #waiting: (() => void)[] = [];
  #held = false;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async take(): Promise<SqliteConnection> {
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#held = true;
    return this.#connection;
  }

  pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#held = false;
  }

  async use<Result>(work: (connection: SqliteConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.take();
    try {
      return await work(connection);
    } finally {
      this.pass();
    }
  }
}

/**
 * A light transaction is committed without waiting for the disk (`synchronous=NORMAL`). In WAL mode that is safe: the log is written in
 * order, so that a power cut takes away a tail of it and never something before what a durable commit has put on disk.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
class SqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #turns: Turns;
  readonly #durability: Durability;

  constructor(database: DatabaseSync, turns: Turns, durability: Durability) {
    this.#database = database;
    this.#turns = turns;
    this.#durability = durability;
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return this.#turns.take();
  }

  async releaseConnection(): Promise<void> {
    this.#turns.pass();
  }

  // Immediate: the write lock is taken at once, so that two processes never deadlock while upgrading a read lock.
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#durability === 'light') await connection.executeQuery(synchronousNormal);
    await connection.executeQuery(begin);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#end(connection, commit);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#end(connection, rollback);
  }

  async #end(connection: DatabaseConnection, how: CompiledQuery): Promise<void> {
    try {
      await connection.executeQuery(how);
    } finally {
      if (this.#durability === 'light') await connection.executeQuery(synchronousFull);
    }
  }

  async destroy(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }
}

const begin = CompiledQuery.raw('begin immediate');
const commit = CompiledQuery.raw('commit');
const rollback = CompiledQuery.raw('rollback');
const synchronousNormal = CompiledQuery.raw('pragma synchronous = normal');
const synchronousFull = CompiledQuery.raw('pragma synchronous = full');

interface Prepared {
  readonly statement: StatementSync;
  /** None when it answers no rows. Asked once: describing the columns costs as much as running the statement. */
  columns: readonly string[];
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async run<Row>({ sql, parameters }: CompiledQuery<Row>): Promise<Answer<Row>> {
    const values = parameters as SQLInputValue[];
    for (let waited = 0; ; waited += LOCKED_WAIT_MILLISECONDS) {
      try {
        return this.#execute(sql, values);
      } catch (error) {
        if (!isBusy(error) || waited > LOCKED_MILLISECONDS) throw error;
        await new Promise((resolve) => setTimeout(resolve, LOCKED_WAIT_MILLISECONDS));
      }
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.run<Row>(query);
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator; nothing in the gateway streams rows.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('rows are not streamed on this engine');
  }

  #execute<Row>(sql: string, values: SQLInputValue[]): Answer<Row> {
    const prepared = this.#prepare(sql);
    const { statement } = prepared;
    if (prepared.columns.length === 0) return { rows: [], changes: Number(statement.run(...values).changes) };
    const rows = statement.all(...values) as unknown as unknown[][];
    // A `select *` answers more columns once a newer node has added one.
    if (rows[0] && rows[0].length !== prepared.columns.length) prepared.columns = columnsOf(statement);
    return { rows: rows.map((row) => named(prepared.columns, row) as Row), changes: 0 };
  }

  #prepare(sql: string): Prepared {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    // Naming the values here costs half of what `node:sqlite` takes for it.
    statement.setReturnArrays(true);
    const prepared = { statement, columns: columnsOf(statement) };
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

const columnsOf = (statement: StatementSync): string[] => statement.columns().map(({ name }) => name);

function named(columns: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at] as string] = values[at];
  return row;
}

function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' && (errcode & 0xff) === BUSY;
}
