import { z } from 'zod';

/** What a kind of value is called where it is missing or something else came. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a date',
};
const FORMATS: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address',
  url: 'must be an address, as https://example.com',
  datetime: 'must be a time, as 2026-11-22T21:45:00Z',
  date: 'must be a date, as 2026-11-22',
  regex: 'is not of the form that is needed here',
};
const COUNTED: Readonly<Record<string, string>> = {
  string: ' characters',
  array: ' entries',
  set: ' entries',
  object: ' members',
};

type Issue = Parameters<NonNullable<z.core.$ZodErrorMap>>[0];

/** Faults of input that a schema does not word itself, as people read them beside a field. */
export function wordsOfFault(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) === 1
        ? 'is required'
        : `must ${verbOf(issue.origin)} at least ${issue.minimum}${COUNTED[issue.origin] ?? ''}`;
    case 'too_big':
      return `must ${verbOf(issue.origin)} at most ${issue.maximum}${COUNTED[issue.origin] ?? ''}`;
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `must be one of ${issue.values.join(', ')}`;
    case 'invalid_format':
      return FORMATS[issue.format];
    case 'unrecognized_keys':
      return 'is not a field';
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return undefined;
  }
}

const verbOf = (origin: string): string => (Object.hasOwn(COUNTED, origin) ? 'have' : 'be');

/** For every schema of this process. */
export const wordFaults = (): void => void z.config({ customError: (issue) => wordsOfFault(issue) });
