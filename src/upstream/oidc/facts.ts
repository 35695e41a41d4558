import type { Fact } from '#kernel/trace.ts';

/** Longest value of a claim that a trace shows, and most items of a list. */
const LONGEST = 200;
const MOST_ITEMS = 20;

/** A foreign value as a trace may show it: cut, and told by its kind where it is no plain value. */
export function factOf(value: unknown): Fact {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.slice(0, MOST_ITEMS).map(factOf) : 'an object';
}
