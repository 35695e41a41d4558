import { AsyncLocalStorage } from 'node:async_hooks';
import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { Transact, TransactLightly } from '#kernel/world.ts';
import type { Capabilities } from './capabilities.ts';
import { createKeep, type Keep } from './keep.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import { type Statement, Statements } from './statement.ts';
import type { Tables } from './tables.ts';

/**
 * The database, whichever engine it is. Every `*.sql.ts` asks it anew for each call and so joins a running transaction: with `db()`
 * what is built as it is asked, with the other three what is asked in every sign-in.
 */
export interface Store {
  readonly capabilities: Capabilities;
  /** The running transaction of this call chain, or the pool. */
  db(): Kysely<Tables>;
  /** The one row that there is at most, or the first of several. */
  first<Values extends object, Row>(statement: Statement<Values, Row>, values: NoInfer<Values>): Promise<Row | undefined>;
  all<Values extends object, Row>(statement: Statement<Values, Row>, values: NoInfer<Values>): Promise<readonly Row[]>;
  /** @returns how many rows were inserted, updated or deleted */
  change<Values extends object>(statement: Statement<Values, unknown>, values: NoInfer<Values>): Promise<number>;
  /** For what every request reads and hardly anybody changes. */
  readonly keep: Keep;
  readonly transact: Transact;
  readonly transactLightly: TransactLightly;
  migrate(): Promise<void>;
  /** Answers when the engine answers; rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** `durable`: on disk before it is acknowledged. `light`: on disk with the next durable one. */
export type Durability = 'durable' | 'light';

export interface Engine {
  readonly kysely: Kysely<Tables>;
  readonly capabilities: Capabilities;
  /** Runs the work in a transaction; a light one does not wait for the disk, where the engine can do that. */
  transact<Result>(durability: Durability, work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>;
  /** The same number twice only when nothing was committed to these tables between; undefined when that is not known. */
  versionOf(tables: readonly string[]): number | undefined;
  /** Runs what is compiled already, in the transaction or by itself. */
  run<Row>(query: CompiledQuery<Row>, transaction: Transaction<Tables> | undefined): Promise<Answer<Row>>;
  /** Runs the work while no other node migrates. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface Answer<Row> {
  readonly rows: readonly Row[];
  /** Rows inserted, updated or deleted; says nothing where rows are answered. */
  readonly changes: number;
}

/** A transaction and whether it has ended: what its calls left behind must not run in somebody else's. */
interface Running {
  readonly transaction: Transaction<Tables>;
  isOver: boolean;
}

/** @param url `postgres://…`, or the path of an SQLite file, or `:memory:` */
export function openStore(url: string): Store {
  const engine = /^postgres(ql)?:/.test(url) ? openPostgres(url) : openSqlite(url);
  const running = new AsyncLocalStorage<Running>();
  const statements = new Statements(engine.kysely, engine.capabilities);
  const findTransaction = (): Transaction<Tables> | undefined => {
    const current = running.getStore();
    if (current?.isOver) throw new Error('the transaction of this call has ended');
    return current?.transaction;
  };
  const run = async <Values extends object, Row>(statement: Statement<Values, Row>, values: Values): Promise<Answer<Row>> =>
    engine.run(statements.bind(statement, values), findTransaction());
  const transactOn =
    (durability: Durability): Transact =>
    (work) =>
      findTransaction() ? work() : engine.transact(durability, (transaction) => runIn(running, transaction, work));
  return {
    capabilities: engine.capabilities,
    keep: createKeep(engine.versionOf),
    db: () => findTransaction() ?? engine.kysely,
    first: async (statement, values) => (await run(statement, values)).rows[0],
    all: async (statement, values) => (await run(statement, values)).rows,
    change: async (statement, values) => (await run(statement, values)).changes,
    transact: transactOn('durable'),
    transactLightly: transactOn('light'),
    migrate: () => engine.exclusively(() => migrate(engine.kysely, engine.capabilities)),
    ping: async () => void (await engine.kysely.selectFrom('installation').select('name').limit(1).execute()),
    close: () => engine.kysely.destroy(),
  };
}

async function runIn<Result>(
  running: AsyncLocalStorage<Running>,
  transaction: Transaction<Tables>,
  work: () => Promise<Result>,
): Promise<Result> {
  const current = { transaction, isOver: false };
  try {
    return await running.run(current, work);
  } finally {
    current.isOver = true;
  }
}
