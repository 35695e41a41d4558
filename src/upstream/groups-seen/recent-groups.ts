import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import { MOST_SEEN } from './seen.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Groups that a process remembers to have written, of all connections: about 10 MB. */
const MOST_KNOWN = 100_000;

interface Known {
  writtenAt: number;
  /** Since it was written. */
  times: number;
}

/** What is to be written of one connection: how often each came since it was last written. */
export interface Batch {
  tenant: TenantId;
  connection: ConnectionId;
  times: Map<string, number>;
}

/**
 * The same text, of itself. What is cut out of a message holds on to the whole of it, in V8: ten thousand names would be ten thousand
 * assertions, with everything that they say of people, for as long as the names wait or are known.
 */
const detached = (text: string): string => Buffer.from(text).toString();

/** What this process has seen and written already, and what it has still to write. */
export class RecentGroups {
  readonly #known = new Map<ConnectionId, Map<string, Known>>();
  readonly #waiting = new Map<ConnectionId, Batch>();
  readonly #capacity: number;
  #size = 0;

  constructor(capacity = MOST_KNOWN) {
    this.#capacity = capacity;
  }

  note({ tenant, connection }: Omit<Batch, 'times'>, values: readonly string[], now: number): void {
    const known = this.#known.get(connection);
    for (const value of values) {
      const one = known?.get(value);
      if (one) one.times += 1;
      if (!one || now - one.writtenAt >= DAY) this.#wait({ tenant, connection }, value, one?.times ?? 1);
    }
  }

  #wait(place: Omit<Batch, 'times'>, value: string, times: number): void {
    let batch = this.#waiting.get(place.connection);
    if (!batch) this.#waiting.set(place.connection, (batch = { ...place, times: new Map() }));
    const before = batch.times.get(value);
    if (before === undefined && batch.times.size >= MOST_SEEN) return;
    batch.times.set(before === undefined ? detached(value) : value, Math.max(times, (before ?? 0) + 1));
  }

  /** What waits, to be written; it waits no longer. */
  take(): Batch[] {
    const batches = [...this.#waiting.values()];
    this.#waiting.clear();
    return batches;
  }

  /** It was written: from now on these are known. */
  wrote({ connection, times }: Batch, now: number): void {
    const known = this.#known.get(connection) ?? new Map<string, Known>();
    // The connection that was written last stands last.
    this.#known.delete(connection);
    this.#known.set(connection, known);
    for (const value of times.keys()) {
      if (!known.has(value)) this.#size += 1;
      known.set(value, { writtenAt: now, times: 0 });
    }
    this.#forget();
  }

  #forget(): void {
    for (const [connection, known] of this.#known) {
      if (this.#size <= this.#capacity) return;
      this.#known.delete(connection);
      this.#size -= known.size;
    }
  }
}
