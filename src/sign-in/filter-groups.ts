import { type GroupFilter, type GroupPattern, patternOf, TooMuch, Work } from '#upstream/index.ts';

export interface Filtered {
  kept: readonly string[];
  /** Those that the filter leaves out. */
  left: readonly string[];
}

/** Which values of the groups claim count: what is included (nothing said: all) and not excluded. `too-much`: it could not be judged. */
export function filterGroups(filter: GroupFilter | undefined, values: readonly string[]): Filtered | 'too-much' {
  if (filter === undefined || (filter.include.length === 0 && filter.exclude.length === 0)) return { kept: values, left: [] };
  const work = new Work();
  const [include, exclude] = [sort(filter.include), sort(filter.exclude)];
  const counts = (value: string): boolean =>
    (filter.include.length === 0 || isNamed(value, include, work)) && !isNamed(value, exclude, work);
  try {
    const { kept = [], left = [] } = Object.groupBy(values, (value) => (counts(value) ? 'kept' : 'left'));
    return { kept, left };
  } catch (error) {
    if (error instanceof TooMuch) return 'too-much';
    throw error;
  }
}

interface Sorted {
  exact: ReadonlySet<string>;
  patterns: readonly { matches: string }[];
}

const sort = (patterns: readonly GroupPattern[]): Sorted => ({
  exact: new Set(patterns.filter((one) => typeof one === 'string')),
  patterns: patterns.filter((one) => typeof one === 'object'),
});

/** A pattern must cover the whole value: `eng-.*` does not take `fireng-1` along. */
function isNamed(value: string, { exact, patterns }: Sorted, work: Work): boolean {
  if (exact.has(value)) return true;
  return patterns.some((one) => {
    const { re, size } = patternOf(one, one.matches);
    work.spend(value.length * size);
    return re.testExact(value);
  });
}
