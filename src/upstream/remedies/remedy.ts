import type { Fact, TraceLine } from '#kernel/trace.ts';
import type { KnownProvider } from './known-provider.ts';

/** What to do about a refusal, for an administrator who knows their own provider and not this product. */
export interface Remedy {
  /** Where the change is made: in these settings, at the provider, between the two servers, or by the person. */
  readonly where: 'here' | 'provider' | 'network' | 'person';
  /** JSON pointer into the identity provider's document. */
  readonly pointer?: string;
  /** Begins with what to change and where, with the values in question. */
  readonly whatToDo: string;
}

/** What is known of a refusal: the line of the trace that refused, those before it, and the provider. */
export interface RefusalFacts {
  readonly code: string;
  readonly expected?: Fact | undefined;
  readonly received?: Fact | undefined;
  readonly detail?: string | undefined;
  readonly lines: readonly TraceLine[];
  /** Null where nobody knows which provider it was. */
  readonly provider: KnownProvider | null;
}

export type RemedyTable = Readonly<Record<string, (facts: RefusalFacts) => Remedy>>;

type Words = string | ((facts: RefusalFacts) => string);
const wordsOf = (words: Words, facts: RefusalFacts): string => (typeof words === 'string' ? words : words(facts));

export const here =
  (pointer: string, words: Words) =>
  (facts: RefusalFacts): Remedy => ({ where: 'here', pointer, whatToDo: wordsOf(words, facts) });
export const provider =
  (words: Words, pointer?: string) =>
  (facts: RefusalFacts): Remedy => ({
    where: 'provider',
    ...(pointer === undefined ? {} : { pointer }),
    whatToDo: wordsOf(words, facts),
  });
export const network =
  (words: Words, pointer?: string) =>
  (facts: RefusalFacts): Remedy => ({
    where: 'network',
    ...(pointer === undefined ? {} : { pointer }),
    whatToDo: wordsOf(words, facts),
  });
export const onPerson =
  (words: Words) =>
  (facts: RefusalFacts): Remedy => ({ where: 'person', whatToDo: wordsOf(words, facts) });

/** Longest value that a sentence quotes. */
const LONGEST = 300;

/** A value as a sentence quotes it; foreign text without control characters. */
export function shown(fact: Fact | undefined): string {
  if (fact === undefined || fact === null || fact === '') return 'nothing';
  const text = typeof fact === 'string' ? fact : JSON.stringify(fact);
  const plain = text.replace(/[\p{C}\u2028\u2029]+/gu, ' ').trim();
  return `“${plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain}”`;
}

/** A code or number as a sentence names it, bare. */
export function named(fact: Fact | undefined): string {
  return typeof fact === 'string' || typeof fact === 'number'
    ? String(fact)
        .replace(/\p{C}+/gu, ' ')
        .slice(0, LONGEST)
    : 'unknown';
}

/** A detail in brackets, to be put behind a sentence's words; empty where there is none. */
export function inBrackets(detail: string | undefined): string {
  const plain = (detail ?? '')
    .replace(/[\p{C}\u2028\u2029]+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
  return plain === '' ? '' : ` (${plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain})`;
}

/** A member of a fact that is an object; undefined for everything else. */
export function memberOf(fact: Fact | undefined, name: string): Fact | undefined {
  if (typeof fact !== 'object' || fact === null || Array.isArray(fact) || !Object.hasOwn(fact, name)) return undefined;
  return (fact as Readonly<Record<string, Fact>>)[name];
}

/** How two texts differ where they differ by little, to be put behind them; empty where they have nothing in common. */
export function differenceOf(expected: Fact | undefined, received: Fact | undefined): string {
  if (typeof expected !== 'string' || typeof received !== 'string' || expected === received) return '';
  if (received === `${expected}/`) return ' It differs only in a slash too many at the end.';
  if (`${received}/` === expected) return ' It differs only in the slash that is missing at the end.';
  if (expected.toLowerCase() === received.toLowerCase()) return ' It differs only in capital and small letters.';
  if (expected.trim() === received.trim()) return ' It differs only in white space.';
  if (expected.replace(/^http:/, 'https:') === received.replace(/^http:/, 'https:')) return ' It differs only in http and https.';
  return '';
}
