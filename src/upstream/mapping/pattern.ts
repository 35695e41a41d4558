import { RE2JS } from 're2js';

/** The longest pattern, in characters. */
export const LONGEST_PATTERN = 256;
/** The largest compiled pattern, in instructions: matching costs at most so many steps a character. */
const LARGEST_PROGRAM = 500;

/** Why a regular expression cannot be used; undefined when it can. RE2 syntax: no look-around, no back-references. */
export function faultOfPattern(pattern: string): { code: string; detail: string } | undefined {
  try {
    const { size } = measure(RE2JS.compile(pattern));
    return size > LARGEST_PROGRAM
      ? { code: 'pattern_too_large', detail: 'repeats too much; use fewer or smaller counts' }
      : undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'is not understood';
    return { code: 'pattern_invalid', detail: `is not a regular expression in RE2 syntax: ${said.slice(0, 200)}` };
  }
}

/** Groups of a pattern that compiles: their number, and the names of those that have one. */
export function groupsOf(pattern: string): { count: number; names: readonly string[] } {
  const compiled = RE2JS.compile(pattern);
  return { count: compiled.groupCount(), names: Object.keys(compiled.namedGroups()) };
}

export interface Pattern {
  readonly re: RE2JS;
  /** Instructions. */
  readonly size: number;
}

const measure = (re: RE2JS): Pattern => ({ re, size: re.programSize() });

/** Compiled once for as long as what holds the pattern is kept: a connection is parsed once a revision. */
const compiled = new WeakMap<object, Map<string, Pattern>>();

/** @param holder the step or rule that has the pattern; it always asks for it with the same `ignoreCase` */
export function patternOf(holder: object, pattern: string, ignoreCase = false): Pattern {
  const ofHolder = compiled.get(holder) ?? new Map<string, Pattern>();
  const kept = ofHolder.get(pattern);
  if (kept) return kept;
  const made = measure(RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
  compiled.set(holder, ofHolder.set(pattern, made));
  return made;
}
