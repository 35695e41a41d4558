import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { faultsOf } from '#directory/index.ts';
import { accessGate, groupFilter, whenMissing } from './gate.schema.ts';
import { mapping, verifiedMapping } from './mapping.schema.ts';

const schemas = { mapping, verifiedMapping, accessGate, groupFilter, whenMissing };
type Row = { what: keyof typeof schemas; given: unknown; faults: string[] };

const step = (one: unknown): unknown => ({ claim: 'a', steps: [one] });
const rule = (one: unknown): unknown => ({ mode: 'rules', rules: [one] });

const refused: Row[] = [
  { what: 'mapping', given: '', faults: ['too_small at '] },
  { what: 'mapping', given: 7, faults: ['invalid_type at '] },
  { what: 'mapping', given: ['a'], faults: ['invalid_type at '] },
  { what: 'mapping', given: {}, faults: ['source_ambiguous at '] },
  { what: 'mapping', given: { claim: 'a', firstOf: ['b'] }, faults: ['source_ambiguous at '] },
  { what: 'mapping', given: { claim: 'a', code: 'return 1' }, faults: ['unknown_field at /code'] },
  { what: 'mapping', given: { firstOf: [] }, faults: ['too_small at /firstOf'] },
  { what: 'mapping', given: { join: [{ text: 'ceo@acme.example' }] }, faults: ['claim_required at /join'] },
  { what: 'mapping', given: { join: [{ claim: 'a', text: 'b' }] }, faults: ['part_ambiguous at /join/0'] },
  {
    what: 'mapping',
    given: { join: [{ claim: 'a' }, { text: 'b', optional: true }] },
    faults: ['not_of_this_part at /join/1/optional'],
  },
  { what: 'mapping', given: { claim: 'a', steps: Array(21).fill({ trim: true }) }, faults: ['too_big at /steps'] },
  { what: 'mapping', given: { claim: 'a', default: 'x'.repeat(1025) }, faults: ['too_big at /default'] },
  { what: 'mapping', given: step({}), faults: ['step_ambiguous at /steps/0'] },
  { what: 'mapping', given: step({ trim: false }), faults: ['invalid_value at /steps/0/trim'] },
  { what: 'mapping', given: step({ split: ';', join: ',' }), faults: ['step_ambiguous at /steps/0'] },
  { what: 'mapping', given: step({ split: '' }), faults: ['too_small at /steps/0/split'] },
  { what: 'mapping', given: step({ eval: '1' }), faults: ['unknown_field at /steps/0/eval', 'step_ambiguous at /steps/0'] },
  { what: 'mapping', given: step({ trim: true, take: 1 }), faults: ['not_of_this_step at /steps/0/take'] },
  { what: 'mapping', given: step({ replace: 'a' }), faults: ['required at /steps/0/with'] },
  { what: 'mapping', given: step({ match: '(a' }), faults: ['pattern_invalid at /steps/0/match'] },
  { what: 'mapping', given: step({ match: '(?=a)' }), faults: ['pattern_invalid at /steps/0/match'] },
  { what: 'mapping', given: step({ match: '(a)\\1' }), faults: ['pattern_invalid at /steps/0/match'] },
  { what: 'mapping', given: step({ match: '((a{30}){30})' }), faults: ['pattern_too_large at /steps/0/match'] },
  { what: 'mapping', given: step({ match: 'a'.repeat(257) }), faults: ['too_big at /steps/0/match'] },
  { what: 'mapping', given: step({ match: '(a)', take: 2 }), faults: ['group_unknown at /steps/0/take'] },
  { what: 'mapping', given: step({ match: '(a)', take: 'x' }), faults: ['group_unknown at /steps/0/take'] },
  { what: 'mapping', given: step({ match: '(a)', with: '$2' }), faults: ['group_unknown at /steps/0/with'] },
  { what: 'mapping', given: step({ match: '(a)', take: 1, with: '$1' }), faults: ['not_of_this_step at /steps/0/with'] },
  { what: 'verifiedMapping', given: { claim: 'a', default: 'ceo@acme.example' }, faults: ['not_verified at /default'] },
  { what: 'accessGate', given: { mode: 'rules' }, faults: ['required at /rules'] },
  { what: 'accessGate', given: { mode: 'rules', rules: [] }, faults: ['required at /rules'] },
  { what: 'accessGate', given: { mode: 'nobody' }, faults: ['invalid_value at /mode'] },
  { what: 'accessGate', given: { mode: 'everyone', match: 'none' }, faults: ['invalid_value at /match'] },
  { what: 'accessGate', given: rule({}), faults: ['rule_ambiguous at /rules/0'] },
  { what: 'accessGate', given: rule({ claim: 'a', group: 'b' }), faults: ['rule_ambiguous at /rules/0'] },
  { what: 'accessGate', given: rule({ group: 'b', operator: 'equals' }), faults: ['not_of_this_rule at /rules/0/operator'] },
  { what: 'accessGate', given: rule({ claim: 'a' }), faults: ['required at /rules/0/operator'] },
  {
    what: 'accessGate',
    given: rule({ claim: 'a', operator: 'is', values: ['x'] }),
    faults: ['invalid_value at /rules/0/operator'],
  },
  { what: 'accessGate', given: rule({ claim: 'a', operator: 'equals' }), faults: ['required at /rules/0/values'] },
  { what: 'accessGate', given: rule({ claim: 'a', operator: 'equals', values: [] }), faults: ['required at /rules/0/values'] },
  {
    what: 'accessGate',
    given: rule({ claim: 'a', operator: 'contains', values: ['x', ' '] }),
    faults: ['too_small at /rules/0/values/1'],
  },
  {
    what: 'accessGate',
    given: rule({ claim: 'a', operator: 'exists', values: ['x'] }),
    faults: ['not_of_this_rule at /rules/0/values'],
  },
  {
    what: 'accessGate',
    given: rule({ claim: 'a', operator: 'matches', values: ['ok', '('] }),
    faults: ['pattern_invalid at /rules/0/values/1'],
  },
  {
    what: 'accessGate',
    given: rule({ claim: { claim: 'a', default: 'yes' }, operator: 'equals', values: ['yes'] }),
    faults: ['not_verified at /rules/0/claim/default'],
  },
  { what: 'groupFilter', given: { include: ['a', { matches: '(' }] }, faults: ['pattern_invalid at /include/1/matches'] },
  { what: 'groupFilter', given: { exclude: [7] }, faults: ['invalid_type at /exclude/0'] },
  {
    what: 'groupFilter',
    given: { exclude: [{ contains: 'a' }] },
    faults: ['required at /exclude/0/matches', 'unknown_field at /exclude/0/contains'],
  },
  { what: 'whenMissing', given: { groups: 'drop' }, faults: ['invalid_value at /groups'] },
];

describe('A document is refused with its faults and where they are', () => {
  for (const { what, given, faults } of refused) {
    it(`${what} ${JSON.stringify(given).slice(0, 100)}`, () => {
      const { error } = schemas[what].safeParse(given, { reportInput: true });
      assert.ok(error, 'refused');
      assert.deepEqual(
        faultsOf(error as z.ZodError).map(({ code, pointer }) => `${code} at ${pointer}`),
        faults,
      );
    });
  }
});

describe('A document is taken', () => {
  const taken: Omit<Row, 'faults'>[] = [
    { what: 'mapping', given: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress' },
    { what: 'mapping', given: { firstOf: ['mail', 'upn'], steps: [{ lowerCase: true }], default: 'x' } },
    { what: 'mapping', given: { join: [{ claim: 'a' }, { text: ' ' }, { claim: 'b', optional: true }] } },
    { what: 'mapping', given: step({ match: '^CN=(?P<name>[^,]+)', take: 'name', ignoreCase: true }) },
    { what: 'mapping', given: step({ values: { a: 'b' }, otherwise: 'drop' }) },
    {
      what: 'accessGate',
      given: { mode: 'rules', match: 'all', rules: [{ group: 'Staff' }, { claim: 'a', operator: 'exists' }] },
    },
    { what: 'groupFilter', given: { include: ['a', { matches: 'eng-.*' }], exclude: [] } },
  ];
  for (const { what, given } of taken) {
    it(`${what} ${JSON.stringify(given).slice(0, 100)}`, () => assert.deepEqual(schemas[what].parse(given), given));
  }
  it('and every form has a place in the description of the API', () => {
    const described = JSON.stringify(z.toJSONSchema(z.object(schemas), { io: 'input' }));
    for (const word of ['firstOf', 'parseJson', 'removePrefix', 'operator', 'ignoreCase', 'whenMissing', 'include'])
      assert.ok(described.includes(word), word);
  });
});
