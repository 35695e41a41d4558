import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';

/** Longest path and query that is kept; authorization requests with signed request objects reach some thousand characters. */
const LONGEST = 8192;

/** Where a sign-in may lead: pages of this very tenant, by name. Everything else is an open redirect in the making. */
const DESTINATIONS = ['/oauth/authorize', '/sign-in', '/console'];

/**
 * Checks a place to return to, a path and query under the tenant's URL.
 * @throws Problem `sign_in.return_invalid`
 * @see RFC 9700 §4.11; CWE-601
 */
export function checkReturnTo(place: string): string {
  const path = place.split(/[?#]/, 1)[0] ?? '';
  const known = DESTINATIONS.some((own) => path === own || path.startsWith(`${own}/`));
  // Nor dot segments, encoded or not: a browser resolves them, and they lead to another tenant. No destination has a `%` in its path.
  // Printable ASCII only: no backslash, tab, line end or letter that a browser would normalise into another address.
  const plain = /^\/[\x21-\x5b\x5d-\x7e]*$/.test(place) && !place.includes('#') && !/\.\.|\/\/|%/.test(path);
  if (!known || !plain || place.length > LONGEST)
    throw new Problem(problems.return_invalid, { facts: { place: place.slice(0, 200) } });
  return place;
}
