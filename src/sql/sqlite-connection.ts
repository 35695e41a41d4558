import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { Answer, Durability } from './store.ts';
import { type Effect, effectOf, Versions } from './versions.ts';

/** Prepared statements kept; the gateway has about two hundred distinct ones. */
const STATEMENTS_KEPT = 500;

/** How long a lock of another process is waited for. */
const LOCKED_MILLISECONDS = 10_000;
const LOCKED_WAIT_MILLISECONDS = 2;
/** SQLITE_BUSY, its extended codes above the lowest byte. */
const BUSY = 5;

interface Prepared {
  readonly statement: StatementSync;
  readonly effect: Effect;
  /** None when it answers no rows. Asked once: describing the columns costs as much as running the statement. */
  columns: readonly string[];
}

/** The one connection to the file, with its prepared statements. Whoever uses it has it alone, see `Turns`. */
export class SqliteConnection implements DatabaseConnection {
  readonly versions: Versions;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();
  #isInTransaction = false;
  #isOwed = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const dataVersion = database.prepare('pragma data_version');
    dataVersion.setReturnArrays(true);
    this.versions = new Versions(() => readNumber(dataVersion));
  }

  /** Something was committed that must be on disk before it is acknowledged. Says so once. */
  takeOwed(): boolean {
    const isOwed = this.#isOwed;
    this.#isOwed = false;
    return isOwed;
  }

  run<Row>({ sql, parameters }: CompiledQuery<Row>): Promise<Answer<Row>> {
    return this.#whenUnlocked(() => this.#execute<Row>(sql, parameters as SQLInputValue[]));
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.run<Row>(query);
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator; nothing in the gateway streams rows.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('rows are not streamed on this engine');
  }

  /** Immediate: the write lock is taken at once, so that two processes never deadlock while upgrading a read lock. */
  async begin(): Promise<void> {
    await this.#whenUnlocked(() => this.#prepare('begin immediate').statement.run());
    this.#isInTransaction = true;
  }

  async commit(durability: Durability): Promise<void> {
    await this.#whenUnlocked(() => this.#prepare('commit').statement.run());
    this.#isInTransaction = false;
    this.versions.committed();
    if (durability === 'durable') this.#isOwed = true;
  }

  rollback(): void {
    this.#isInTransaction = false;
    this.versions.rolledBack();
    // A full disk, say, has ended it already.
    if (this.#database.isTransaction) this.#prepare('rollback').statement.run();
  }

  /** A lock of another process is waited for without holding up everybody else on this thread. */
  async #whenUnlocked<Result>(work: () => Result): Promise<Result> {
    for (let waited = 0; ; waited += LOCKED_WAIT_MILLISECONDS) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || waited > LOCKED_MILLISECONDS) throw error;
        await new Promise((resolve) => setTimeout(resolve, LOCKED_WAIT_MILLISECONDS));
      }
    }
  }

  #execute<Row>(sql: string, values: SQLInputValue[]): Answer<Row> {
    const prepared = this.#prepare(sql);
    const { statement, effect } = prepared;
    if (effect.kind === 'none') return { rows: this.#rowsOf(prepared, values), changes: 0 };
    // Noted before it runs: one that fails half-way may have changed something.
    this.versions.note(effect);
    try {
      if (prepared.columns.length > 0) return { rows: this.#rowsOf(prepared, values), changes: 0 };
      return { rows: [], changes: Number(statement.run(...values).changes) };
    } finally {
      if (!this.#isInTransaction) this.#committedAlone();
    }
  }

  /** Outside a transaction each statement is one by itself. */
  #committedAlone(): void {
    this.versions.committed();
    this.#isOwed = true;
  }

  #rowsOf<Row>(prepared: Prepared, values: SQLInputValue[]): Row[] {
    const rows = prepared.statement.all(...values) as unknown as unknown[][];
    // A `select *` answers more columns once a newer node has added one.
    if (rows[0] && rows[0].length !== prepared.columns.length) prepared.columns = columnsOf(prepared.statement);
    return rows.map((row) => named(prepared.columns, row) as Row);
  }

  #prepare(sql: string): Prepared {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    // Naming the values here costs half of what `node:sqlite` takes for it.
    statement.setReturnArrays(true);
    const prepared = { statement, effect: effectOf(sql), columns: columnsOf(statement) };
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

/** Undefined while another process holds what is needed to answer. */
function readNumber(statement: StatementSync): number | undefined {
  try {
    return (statement.get() as unknown as [number])[0];
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
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
