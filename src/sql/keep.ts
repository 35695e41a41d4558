import type { Tables } from './tables.ts';

/** What is kept, and how much of it. */
export interface Keeping {
  /**
   * Every table that the value is read from; where rows go by themselves with those of another table, that one too. A commit to one of
   * them, by whichever process, ends everything that is kept of it.
   */
  readonly of: readonly (keyof Tables)[];
  /** Values kept at most. */
  readonly most: number;
}

/** Answers what is kept under this key, if it is still what the store would answer; else reads it. Never keeps that there is nothing. */
export type Kept<Value> = (key: string, read: () => Promise<Value | undefined>) => Promise<Value | undefined>;

export type Keep = <Value extends object>(keeping: Keeping) => Kept<Value>;

/**
 * Keeps what every request needs and what hardly ever changes, as it was read; shared by all who ask, and therefore frozen. Nothing is
 * believed for a while: each time it is asked whether anybody has committed to its tables since, and where that cannot be told, as on
 * an engine of several nodes or inside a transaction that changes them, it is read.
 *
 * @param versionOf the same number twice only when nothing was committed to these tables between; undefined when that is not known
 */
export function createKeep(versionOf: (tables: readonly string[]) => number | undefined): Keep {
  return <Value extends object>({ of, most }: Keeping): Kept<Value> => {
    const kept = new Map<string, { version: number; value: Value }>();
    return async (key, read) => {
      const version = versionOf(of);
      if (version === undefined) return read();
      const known = kept.get(key);
      if (known?.version === version) return known.value;
      const value = await read();
      // Committed to while it was read: nobody knows of which side of that this is.
      if (value !== undefined && versionOf(of) === version) remember(kept, most, [key, { version, value: frozen(value) }]);
      return value;
    };
  };
}

function remember<Value>(kept: Map<string, Value>, most: number, [key, value]: [string, Value]): void {
  kept.delete(key);
  kept.set(key, value);
  // The order of a Map is that of insertion: what was read the longest ago stands first.
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}

/** Plain data, through and through. */
function frozen<Value extends object>(value: Value): Value {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null && !Object.isFrozen(member)) frozen(member);
  }
  return Object.freeze(value);
}
