import { MOST_VALUES } from './mapping.ts';

/** The most text that a mapping holds at any time, in characters of all its values. */
const MOST_CHARACTERS = 1_000_000;
/** Steps of work for all mappings of one sign-in: characters read, times instructions where a pattern reads them. About half a second. */
const MOST_WORK = 20_000_000;

/** More than a mapping may hold or do: the claim cannot be read whole, and is not read in part. */
export class TooMuch extends Error {}

/** Counts what the mappings of one sign-in do. */
export class Work {
  #left: number;

  constructor(most = MOST_WORK) {
    this.#left = most;
  }

  /** @throws TooMuch when nothing is left */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuch();
  }

  /** Counts the values once, and holds them to the bounds. @throws TooMuch */
  take(values: readonly string[]): void {
    if (values.length > MOST_VALUES) throw new TooMuch();
    let characters = 0;
    for (const { length } of values) characters += length;
    checkLength(characters);
    this.spend(characters + values.length);
  }
}

/** @throws TooMuch before a text of that length is made */
export function checkLength(characters: number): void {
  if (characters > MOST_CHARACTERS) throw new TooMuch();
}
