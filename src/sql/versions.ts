/** What a statement does, by its text: nothing to any row, something to the rows of one table, or who knows what. */
export type Effect = { kind: 'none' } | { kind: 'rows'; table: string } | { kind: 'unknown' };

const READS = /^\s*select\b/i;
const WRITES = /^\s*(?:insert\s+into|update|delete\s+from)\s+["`]?(\w+)/i;

export function effectOf(sql: string): Effect {
  if (READS.test(sql)) return { kind: 'none' };
  const table = WRITES.exec(sql)?.[1];
  return table === undefined ? { kind: 'unknown' } : { kind: 'rows', table };
}

/**
 * Says whether rows that were read before may have changed since: by a commit of this process, which is seen here, or by another
 * process's, which the engine tells of. A number that is the same twice means that nothing was committed between to these tables.
 */
export class Versions {
  readonly #readForeign: () => number | undefined;
  readonly #own = new Map<string, number>();
  #all = 0;
  #foreign: number | undefined;
  readonly #uncommitted = new Set<string>();
  #isUnknown = false;

  /** @param readForeign a number that differs after another process has committed; undefined when it cannot be told now */
  constructor(readForeign: () => number | undefined) {
    this.#readForeign = readForeign;
  }

  /** A statement ran. It counts at once for those in its transaction, and for everybody once that is committed. */
  note(effect: Effect): void {
    if (effect.kind === 'rows') this.#uncommitted.add(effect.table);
    else if (effect.kind === 'unknown') this.#isUnknown = true;
  }

  committed(): void {
    if (this.#isUnknown) this.#all++;
    for (const table of this.#uncommitted) this.#own.set(table, (this.#own.get(table) ?? 0) + 1);
    this.#forget();
  }

  rolledBack(): void {
    this.#forget();
  }

  /** Undefined while a transaction has changed one of them and is not over: then the rows themselves must be asked. */
  of(tables: readonly string[]): number | undefined {
    if (this.#isUnknown || tables.some((table) => this.#uncommitted.has(table))) return undefined;
    const foreign = this.#readForeign();
    if (foreign === undefined) return undefined;
    if (foreign !== this.#foreign) {
      this.#foreign = foreign;
      this.#all++;
    }
    return tables.reduce((sum, table) => sum + (this.#own.get(table) ?? 0), this.#all);
  }

  #forget(): void {
    this.#uncommitted.clear();
    this.#isUnknown = false;
  }
}
