import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import type { Transact, TransactLightly } from '#kernel/world.ts';
import type { Capabilities } from './capabilities.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** The database, whichever engine it is. Every `*.sql.ts` asks `db()` anew for each call and so joins a running transaction. */
export interface Store {
  readonly capabilities: Capabilities;
  /** The running transaction of this call chain, or the pool. */
  db(): Kysely<Tables>;
  readonly transact: Transact;
  readonly transactLightly: TransactLightly;
  migrate(): Promise<void>;
  /** Answers when the engine answers; rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Engine {
  readonly kysely: Kysely<Tables>;
  /** The same database; its transactions do not wait for the disk, where the engine can do that. */
  readonly light: Kysely<Tables>;
  readonly capabilities: Capabilities;
  /** Runs the work while no other node migrates. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** @param url `postgres://…`, or the path of an SQLite file, or `:memory:` */
export function openStore(url: string): Store {
  const engine = /^postgres(ql)?:/.test(url) ? openPostgres(url) : openSqlite(url);
  const running = new AsyncLocalStorage<Transaction<Tables>>();
  const transactOn =
    (kysely: Kysely<Tables>): Transact =>
    (work) =>
      running.getStore() ? work() : kysely.transaction().execute((transaction) => running.run(transaction, work));
  return {
    capabilities: engine.capabilities,
    db: () => running.getStore() ?? engine.kysely,
    transact: transactOn(engine.kysely),
    transactLightly: transactOn(engine.light),
    migrate: () => engine.exclusively(() => migrate(engine.kysely, engine.capabilities)),
    ping: async () => void (await engine.kysely.selectFrom('installation').select('name').limit(1).execute()),
    close: () => engine.kysely.destroy(),
  };
}
