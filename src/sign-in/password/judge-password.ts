import { COMMON_WORDS } from './common-words.ts';

/** @see NIST SP 800-63B §5.1.1.2: long rather than composed; the account administers everything and has no second factor yet */
export const LEAST_CHARACTERS = 12;
/** Beyond it nothing is won, and somebody has pasted a document. */
export const MOST_CHARACTERS = 256;
/** So many different characters must be left when everything is taken out that a guesser would try first. */
const LEAST_LEFT = 5;
/** A shorter word is in too many others. */
const SHORTEST_WORD = 3;

export type PasswordFault = 'too_short' | 'too_long' | 'unprintable' | 'too_common';

/**
 * Why a new password is refused, if so. No rule asks for digits or signs; what is refused is what is guessed first: common words, the
 * names that stand around it, rows of keys.
 *
 * @param names the address and name of the person, the tenant's: words that a guesser knows
 */
export function judgePassword(password: string, names: readonly string[]): PasswordFault | undefined {
  const normal = password.normalize('NFKC');
  const length = Array.from(normal).length;
  if (length < LEAST_CHARACTERS) return 'too_short';
  if (length > MOST_CHARACTERS) return 'too_long';
  if (/\p{Cc}/u.test(normal) || !normal.isWellFormed()) return 'unprintable';
  return countLeft(normal, names) < LEAST_LEFT ? 'too_common' : undefined;
}

function countLeft(password: string, names: readonly string[]): number {
  const known = names
    .flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= SHORTEST_WORD);
  // Longest first: `administrator` goes as a whole, not as `admin` with a rest.
  const words = [...new Set([...known, ...COMMON_WORDS])].sort((one, other) => other.length - one.length);
  let rest = password.toLowerCase();
  for (const word of words) rest = rest.replaceAll(word, ' ');
  return new Set(withoutRows(rest).replace(/\s/g, '')).size;
}

/** Without rows of three and more: `aaa`, `123`, `cba`. */
function withoutRows(text: string): string {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const inRow = codes.map(() => false);
  for (let at = 2; at < codes.length; at += 1) {
    const [first = 0, second = 0, third = 0] = codes.slice(at - 2, at + 1);
    if (Math.abs(second - first) <= 1 && third - second === second - first) inRow.fill(true, at - 2, at + 1);
  }
  return codes.map((code, at) => (inRow[at] ? ' ' : String.fromCodePoint(code))).join('');
}
