import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { evaluateMapping } from './evaluate.ts';
import { mapping } from './mapping.schema.ts';
import { LONGEST_VALUE, type MappingRule, type MappingStep } from './mapping.ts';
import { faultOfPattern } from './pattern.ts';
import { TooMuch, Work } from './work.ts';

const text = fc.string({ maxLength: 20 });
const step: fc.Arbitrary<MappingStep> = fc.oneof(
  fc.record({ split: fc.string({ minLength: 1, maxLength: 3 }) }),
  fc.record({ join: text }),
  ...(['lowerCase', 'upperCase', 'trim', 'parseJson', 'first', 'unique'] as const).map((verb) =>
    fc.constant({ [verb]: true } as unknown as MappingStep),
  ),
  fc.record({ match: fc.constantFrom('a+', '(.)', '^x|y$', '[^@]*', ''), with: fc.constantFrom('', '$0', '$0$0', 'z') }),
  fc.record({ match: fc.constantFrom('a', '(.)(.)'), take: fc.constantFrom(0) }),
  fc.record({ replace: fc.string({ minLength: 1, maxLength: 2 }), with: text }),
  fc.record({ removePrefix: fc.string({ minLength: 1, maxLength: 2 }) }),
  fc.record({ values: fc.dictionary(text, text), otherwise: fc.constantFrom('keep' as const, 'drop' as const) }),
);
const claim = fc.constantFrom('a', 'b', 'c');
const rule: fc.Arbitrary<MappingRule> = fc
  .tuple(
    fc.oneof(
      fc.record({ claim }),
      fc.record({ firstOf: fc.array(claim, { minLength: 1, maxLength: 3 }) }),
      fc.record({ join: fc.array(fc.oneof(fc.record({ claim }), fc.record({ text })), { minLength: 1, maxLength: 4 }) }),
    ),
    fc.record({ steps: fc.array(step, { maxLength: 6 }), default: text }, { requiredKeys: [] }),
  )
  .map(([source, rest]) => ({ ...source, ...rest }));

describe('Whatever the rule and the claims', () => {
  it('a mapping never fails, has a value exactly when it says so, and changes no claim', () => {
    fc.assert(
      fc.property(rule, fc.dictionary(claim, fc.jsonValue()), (given, claims) => {
        const before = JSON.stringify(claims);
        const { outcome, value } = evaluateMapping(given, claims, { account: 'wanted' });
        assert.equal(value !== undefined, outcome === 'value' || outcome === 'default');
        assert.equal(JSON.stringify(claims), before);
      }),
      { numRuns: 500 },
    );
  });
  it('an incomplete list that is read first is never completed by a default or by another claim', () => {
    fc.assert(
      fc.property(rule, (given) => {
        const overage = ['a', 'b', 'c'].map((name) => ({ claim: name, code: null }));
        const reads = given.join === undefined || given.join.some((part) => 'claim' in part);
        const { outcome } = evaluateMapping(given, { a: 'x', b: ['y'], c: '' }, { overage });
        assert.equal(outcome === 'overage', reads);
      }),
    );
  });
  it('what the schema takes is stored as it was given, and means the same when it is read again', () => {
    fc.assert(
      fc.property(rule, (given) => {
        const read = mapping.safeParse(given);
        fc.pre(read.success);
        assert.deepEqual(mapping.parse(JSON.parse(JSON.stringify(read.data))), read.data);
      }),
    );
  });
});

/** Patterns that take a backtracking engine years. */
const EVIL = [
  '(a+)+$',
  '(a|aa)+$',
  '(a|a?)+$',
  '(.*a){12}$',
  '(.*)*b',
  '([a-z]+)*\\d',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '(x+x+)+y',
];

describe('Patterns are matched in linear time', () => {
  for (const pattern of EVIL) {
    it(`${pattern} on 100,000 characters ends`, () => {
      assert.equal(faultOfPattern(pattern), undefined);
      const long = 'a'.repeat(100_000);
      for (const how of [{}, { take: 0 }, { with: '' }]) {
        const values = { long, pieces: Array.from({ length: 100 }, () => long.slice(0, 1000)) };
        for (const name of ['long', 'pieces']) {
          const { outcome } = evaluateMapping({ claim: name, steps: [{ match: pattern, ...how }] }, values);
          assert.ok(['value', 'empty', 'overage'].includes(outcome));
        }
      }
    });
  }
  it('the work that a pattern may do is counted before it is done: instructions times characters', () => {
    const spent: number[] = [];
    class Counting extends Work {
      override spend(steps: number): void {
        spent.push(steps);
        super.spend(steps);
      }
    }
    const steps = [{ match: '(a|aa)+$', with: 'x' }];
    for (const length of [1000, 2000]) {
      spent.length = 0;
      evaluateMapping({ claim: 'a', steps }, { a: `${'a'.repeat(length)}b` }, { work: new Counting() });
      const all = spent.reduce((sum, one) => sum + one, 0);
      assert.ok(all < 20 * length, `${all} for ${length}`);
    }
    assert.throws(() => new Work(10).spend(11), TooMuch);
  });
  it('a search that starts anew at every letter runs out of work, not of time', () => {
    const { outcome } = evaluateMapping({ claim: 'a', steps: [{ match: '(.*b|a)', with: '' }] }, { a: 'a'.repeat(8000) });
    assert.equal(outcome, 'overage');
  });
  it('a value longer than any attribute may be is not searched', () => {
    const { value } = evaluateMapping({ claim: 'a', steps: [{ match: 'a' }] }, { a: ['a'.repeat(10_000), 'a'] });
    assert.deepEqual(value, ['a']);
    assert.ok(10_000 > LONGEST_VALUE);
  });
});
