/** One member that an event changed; an absent side was not there. */
export interface Changed {
  /** `settings.traceDays` */
  name: string;
  before?: unknown;
  after?: unknown;
}

/** What is not the same on both sides, member by member, down to lists, which are compared whole. */
export function differencesOf(before: unknown, after: unknown): Changed[] {
  if (!isObject(before) && !isObject(after)) return before === after ? [] : [{ name: '', before, after }];
  const [one, other] = [flat(before), flat(after)];
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((name) => ({ name, before: one.get(name), after: other.get(name) }))
    .filter((changed) => JSON.stringify(changed.before) !== JSON.stringify(changed.after));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function flat(value: unknown, name = ''): Map<string, unknown> {
  if (value === undefined) return new Map();
  if (!isObject(value)) return new Map([[name, value]]);
  return new Map(
    Object.entries(value).flatMap(([member, inner]) => [...flat(inner, name === '' ? member : `${name}.${member}`)]),
  );
}
