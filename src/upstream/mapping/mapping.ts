/** A part of a joined text: fixed, or the first value of a claim. */
export type JoinPart = { text: string } | { claim: string; optional?: boolean };

/** One thing that is done to the values; a text step is done to each of them. */
export type MappingStep =
  | { split: string }
  | { join: string }
  | { lowerCase: true }
  | { upperCase: true }
  | { trim: true }
  | { parseJson: true }
  | { first: true }
  | { unique: true }
  | { match: string; take?: number | string; with?: string; ignoreCase?: boolean }
  | { replace: string; with: string }
  | { removePrefix: string }
  | { removeSuffix: string }
  | { values: Readonly<Record<string, string>>; otherwise?: 'keep' | 'drop' };

/** Exactly one of `claim`, `firstOf` and `join`. */
export interface MappingRule {
  claim?: string;
  firstOf?: readonly string[];
  join?: readonly JoinPart[];
  steps?: readonly MappingStep[];
  /** What it is where no claim came, or nothing was left of it; never of an incomplete list. */
  default?: string | readonly string[];
}

/** How claims become an attribute: the name of a claim, or a rule. */
export type ClaimMapping = string | MappingRule;

/** A bound on what one mapping may be made of. */
export const MOST_STEPS = 20;
/** The longest single value that is kept, in characters. */
export const LONGEST_VALUE = 1024;
/** The most values of a list; a longer one is not read at all, rather than read in part. */
export const MOST_VALUES = 10_000;
