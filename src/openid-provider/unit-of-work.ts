import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transact } from '#kernel/world.ts';

/** Thrown into a transaction to have it undone; never leaves this file. */
const UNDONE = new Error('the unit of work was undone');

type Enter = <Result>(work: () => Result) => Result;

/**
 * The writes of one request to the OpenID Provider, in one transaction: a code is spent, and its tokens exist, or neither. The
 * transaction begins with the first write and not with the request, because on the embedded engine a transaction has the store to
 * itself: a body that drips in over half a minute must not hold it.
 */
export class UnitOfWork {
  readonly #transact: Transact;
  #begun: Promise<void> | undefined;
  #enter: Enter | undefined;
  #conclude: ((keep: boolean) => void) | undefined;
  #done: Promise<void> | undefined;

  constructor(transact: Transact) {
    this.#transact = transact;
  }

  /** Reads what this request has written so far. */
  async read<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#begun) await this.#begun;
    return this.#enter ? this.#enter(work) : work();
  }

  async write<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#begun ??= this.#begin();
    await this.#begun;
    if (!this.#enter) throw new Error('the unit of work has ended');
    return this.#enter(work);
  }

  /** Makes the writes durable, or undoes them. Nothing is written afterwards. */
  async end(outcome: 'keep' | 'undo'): Promise<void> {
    this.#enter = undefined;
    this.#conclude?.(outcome === 'keep');
    await this.#done;
  }

  #begin(): Promise<void> {
    return new Promise<void>((begun, failed) => {
      const done = this.#transact(
        () =>
          new Promise<void>((keep, undo) => {
            // The calls of this request are not below this one: they are brought into the transaction by its context.
            this.#enter = AsyncLocalStorage.snapshot();
            this.#conclude = (kept) => (kept ? keep() : undo(UNDONE));
            begun();
          }),
      );
      this.#done = done.catch((error: unknown) => {
        failed(error instanceof Error ? error : new Error('the transaction failed', { cause: error }));
        if (error !== UNDONE) throw error;
      });
      // Whoever waits for `end` gets the error; until then it is nobody's.
      this.#done.catch(() => {});
    });
  }
}
