/** What is done to the values, one verb a step. */
export type RuleStep = Readonly<Record<string, unknown>>;
export interface JoinPart {
  claim?: string;
  text?: string;
  optional?: boolean;
}
/** How claims become an attribute, as the API takes it. */
export interface Rule {
  claim?: string;
  firstOf?: string[];
  join?: JoinPart[];
  steps?: RuleStep[];
  default?: string | string[];
}
export type Mapping = string | Rule;

export type StepShape = 'none' | 'text' | 'match' | 'replace' | 'values';

/** Every verb that a step may have, in words, and what has to be said with it. */
export const stepVerbs: Readonly<Record<string, { label: string; shape: StepShape; hint?: string; fresh: unknown }>> = {
  trim: { label: 'Take spaces away around it', shape: 'none', fresh: true },
  lowerCase: { label: 'Write it in lower case', shape: 'none', fresh: true },
  upperCase: { label: 'Write it in upper case', shape: 'none', fresh: true },
  removePrefix: { label: 'Take a beginning away', shape: 'text', hint: 'Beginning', fresh: '' },
  removeSuffix: { label: 'Take an ending away', shape: 'text', hint: 'Ending', fresh: '' },
  replace: { label: 'Replace text', shape: 'replace', hint: 'Text', fresh: '' },
  match: { label: 'Find by a pattern', shape: 'match', hint: 'Pattern (RE2)', fresh: '' },
  values: { label: 'Translate values', shape: 'values', fresh: {} },
  split: { label: 'Split into several', shape: 'text', hint: 'Split at', fresh: ',' },
  join: { label: 'Join into one', shape: 'text', hint: 'Between them', fresh: ', ' },
  first: { label: 'Keep only the first', shape: 'none', fresh: true },
  unique: { label: 'Keep each value once', shape: 'none', fresh: true },
  parseJson: { label: 'Read it as a JSON list', shape: 'none', fresh: true },
};

export const verbOf = (step: RuleStep): string => Object.keys(stepVerbs).find((verb) => verb in step) ?? 'trim';

/** A new step of a verb, with what has to be said left empty. */
export function freshStep(verb: string): RuleStep {
  const { fresh, shape } = stepVerbs[verb] ?? { fresh: true, shape: 'none' };
  return { [verb]: fresh, ...(shape === 'replace' ? { with: '' } : {}) };
}

/** The rule in one line. */
export function tellRule({ claim, firstOf, join, steps, default: otherwise }: Rule): string {
  const source =
    claim !== undefined
      ? `“${claim}”`
      : firstOf
        ? `the first of ${firstOf.map((name) => `“${name}”`).join(', ') || 'no claim'}`
        : (join ?? []).map((part) => part.claim ?? `“${part.text ?? ''}”`).join(' + ');
  const after = steps?.length
    ? `, then ${steps.map((step) => (stepVerbs[verbOf(step)]?.label ?? '').toLowerCase()).join(', ')}`
    : '';
  return `${source}${after}${otherwise === undefined ? '' : `; otherwise “${String(otherwise)}”`}`;
}

/** A mapping in one line, whatever its form. */
export const tellMapping = (mapping: unknown): string =>
  typeof mapping === 'string'
    ? mapping
    : typeof mapping === 'object' && mapping !== null
      ? tellRule(mapping as Rule)
      : 'not read';
