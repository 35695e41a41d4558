/** A provider as a form holds it: any JSON object. */
export type Doc = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 6901, for members of objects. */
const partsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** One part of a pointer. @see RFC 6901 §3 */
export const token = (name: string | number): string => String(name).replaceAll('~', '~0').replaceAll('/', '~1');

export const valueAt = (doc: unknown, pointer: string): unknown =>
  partsOf(pointer).reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), doc);

/** A copy with another value there; undefined takes the member away. */
export function withValue(doc: Doc, pointer: string, value: unknown): Doc {
  const [first = '', ...rest] = partsOf(pointer);
  if (rest.length === 0) {
    const { [first]: _, ...others } = doc;
    return value === undefined ? others : { ...doc, [first]: value };
  }
  const below = isObject(doc[first]) ? doc[first] : {};
  const inner = withValue(below, rest.map((part) => `/${token(part)}`).join(''), value);
  return { ...doc, [first]: inner };
}

/** As JSON, whatever the order of members; null is what is not there. */
export function same(one: unknown, other: unknown): boolean {
  if (isObject(one) && isObject(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => same(one[name], other[name]));
  }
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => same(value, other[index]));
  return (one ?? null) === (other ?? null);
}

/**
 * What has been changed at these fields, by merge patch. Of everything else (when it was changed, what waits) the form holds what
 * there was when it was drawn, which is nothing to send.
 *
 * @see RFC 7396
 */
export function patchOf(before: Doc, after: Doc, pointers: readonly string[]): Record<string, unknown> {
  const wanted = pointers.reduce((doc, pointer) => {
    const value = valueAt(after, pointer);
    return same(valueAt(before, pointer), value) ? doc : withValue(doc, pointer, value);
  }, before);
  return patchBetween(before, wanted);
}

function patchBetween(before: Doc, after: Doc): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]];
    if (same(was, is)) continue;
    if (is === undefined || is === null) patch[name] = null;
    else patch[name] = isObject(was) && isObject(is) ? patchBetween(was, is) : is;
  }
  return patch;
}
