import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';

/** More fields than any protocol message has; a form of thousands is an attack on the parser. */
const MOST_FIELDS = 64;

/**
 * Reads `application/x-www-form-urlencoded` text or a query string. A repeated name is refused: two readers could each take another one.
 * @throws Problem `http.field_repeated`, `http.too_large`
 */
export function readFields(encoded: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  if (encoded === '') return fields;
  let count = 0;
  for (const [name, value] of new URLSearchParams(encoded)) {
    if (++count > MOST_FIELDS) throw new Problem(problems.too_large, { detail: `more than ${MOST_FIELDS} fields` });
    if (name in fields) throw new Problem(problems.field_repeated, { facts: { field: name.slice(0, 64) } });
    fields[name] = value;
  }
  return fields;
}

/** The query string of a request line, without its question mark. */
export function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}
