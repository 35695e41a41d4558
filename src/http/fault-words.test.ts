import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { wordsOfFault } from './fault-words.ts';

describe('A fault of the input', () => {
  const said = (schema: z.ZodType, value: unknown): string | undefined =>
    schema.safeParse(value, { error: (issue) => wordsOfFault(issue) }).error?.issues[0]?.message;
  const rows: [string, z.ZodType, unknown, string][] = [
    ['a field that is missing', z.object({ a: z.string() }), {}, 'is required'],
    ['an empty text', z.string().min(1), '', 'is required'],
    ['another kind of value', z.string(), 5, 'must be text'],
    ['a number that is too large', z.int().max(60), 61, 'must be at most 60'],
    ['a number that is too small', z.int().min(5), 4, 'must be at least 5'],
    ['a text that is too long', z.string().max(3), 'four', 'must have at most 3 characters'],
    ['a list that is too long', z.array(z.int()).max(1), [1, 2], 'must have at most 1 entries'],
    ['a choice that there is not', z.enum(['all', 'first']), 'last', 'must be one of all, first'],
    ['an address of mail', z.email(), 'ada', 'must be an e-mail address'],
    ['a field that nobody knows', z.strictObject({}), { a: 1 }, 'is not a field'],
    ['what a schema words itself', z.string().refine(() => false, { error: 'must be ours' }), 'x', 'must be ours'],
  ];
  for (const [what, schema, value, words] of rows)
    it(`${what}: in words that fit beside a field`, () => assert.equal(said(schema, value), words));
});
