import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeMapping } from './describe.ts';
import { evaluateMapping, evaluateText } from './evaluate.ts';
import type { ClaimMapping, MappingStep } from './mapping.ts';
import { Work } from './work.ts';

const claims = {
  mail: 'Ada.Lovelace@Acme.Example',
  given_name: 'Ada',
  family_name: 'Lovelace',
  empty: '',
  none: [],
  spaces: ['  ', ''],
  nothing: null,
  number: 4711,
  yes: true,
  object: { deep: { value: 'found' } },
  'object.deep.value': 'flat',
  list: ['one', 'two', 'one'],
  mixed: ['a', 7, false, null, { a: 1 }, ['b']],
  packed: 'a; b ;;c',
  json: '["x","y",1]',
  dn: ['CN=Engineering,OU=Groups,DC=acme', 'CN=Sales,OU=Groups,DC=acme', 'OU=Nothing'],
};

const source: { name: string; mapping: ClaimMapping; outcome: string; value?: unknown; from?: string }[] = [
  { name: 'a plain name takes the claim as it came', mapping: 'number', outcome: 'value', value: 4711 },
  { name: 'the exact name goes before the path', mapping: 'object.deep.value', outcome: 'value', value: 'flat' },
  {
    name: 'a claim in an object is the same as its plain name',
    mapping: { claim: 'list' },
    outcome: 'value',
    value: ['one', 'two', 'one'],
  },
  { name: 'a claim that did not come', mapping: { claim: 'gone' }, outcome: 'missing' },
  { name: 'null is as good as not there', mapping: 'nothing', outcome: 'missing' },
  { name: 'an empty text', mapping: 'empty', outcome: 'empty' },
  { name: 'an empty list', mapping: 'none', outcome: 'empty' },
  { name: 'a list of nothing but space', mapping: { claim: 'spaces' }, outcome: 'empty' },
  {
    name: 'the first of several that has a value',
    mapping: { firstOf: ['gone', 'empty', 'mail', 'number'] },
    outcome: 'value',
    value: claims.mail,
    from: 'mail',
  },
  { name: 'the first of several, all empty', mapping: { firstOf: ['gone', 'empty'] }, outcome: 'empty', from: 'empty' },
  { name: 'the first of several, none there', mapping: { firstOf: ['gone', 'away'] }, outcome: 'missing', from: 'gone or away' },
  {
    name: 'parts joined',
    mapping: { join: [{ claim: 'given_name' }, { text: ' ' }, { claim: 'family_name' }] },
    outcome: 'value',
    value: 'Ada Lovelace',
    from: 'given_name + family_name',
  },
  { name: 'a part that did not come', mapping: { join: [{ claim: 'gone' }, { text: '@acme.example' }] }, outcome: 'missing' },
  { name: 'a part that came empty', mapping: { join: [{ claim: 'empty' }, { text: 'x' }] }, outcome: 'empty' },
  {
    name: 'an optional part is left out',
    mapping: { join: [{ claim: 'given_name' }, { claim: 'gone', optional: true }] },
    outcome: 'value',
    value: 'Ada',
  },
  {
    name: 'fixed text alone is no value',
    mapping: { join: [{ text: 'x' }, { claim: 'gone', optional: true }] },
    outcome: 'missing',
  },
  { name: 'a joined list gives its first value', mapping: { join: [{ claim: 'list' }] }, outcome: 'value', value: 'one' },
  { name: 'a default where nothing came', mapping: { claim: 'gone', default: 'x' }, outcome: 'default', value: 'x' },
  {
    name: 'a default where it came empty',
    mapping: { claim: 'none', default: ['a', 'b'] },
    outcome: 'default',
    value: ['a', 'b'],
  },
  {
    name: 'a default where steps leave nothing',
    mapping: { claim: 'mail', steps: [{ match: '^x' }], default: 'y' },
    outcome: 'default',
    value: 'y',
  },
  { name: 'no default where there is a value', mapping: { claim: 'mail', default: 'x' }, outcome: 'value', value: claims.mail },
  ...['__proto__', 'constructor', 'toString', 'object.__proto__', 'list.length'].map((name) => ({
    name: `nothing is called ${name}`,
    mapping: { claim: name },
    outcome: 'missing',
  })),
];

describe('A mapping reads', () => {
  for (const { name, mapping, outcome, value, from } of source) {
    it(name, () => {
      const mapped = evaluateMapping(mapping, claims);
      assert.deepEqual({ outcome: mapped.outcome, value: mapped.value }, { outcome, value });
      if (from !== undefined) assert.equal(mapped.from, from);
    });
  }
  it('an incomplete list as incomplete, whatever the default, and whatever stands beside it', () => {
    const overage = [{ claim: 'list', code: null }];
    for (const mapping of [
      'list',
      { claim: 'list', default: 'x' },
      { firstOf: ['gone', 'list', 'mail'] },
      { join: [{ claim: 'mail' }, { claim: 'list', optional: true }] },
    ]) {
      const { outcome, value } = evaluateMapping(mapping, claims, { overage });
      assert.deepEqual({ outcome, value }, { outcome: 'overage', value: undefined }, JSON.stringify(mapping));
    }
    assert.equal(evaluateMapping({ firstOf: ['mail', 'list'] }, claims, { overage }).outcome, 'value');
  });
  it('one text where one is wanted: the first, and no default that is not text', () => {
    assert.equal(evaluateText({ claim: 'list' }, claims), 'one');
    assert.equal(evaluateText({ claim: 'object' }, claims), undefined);
    assert.equal(evaluateText({ claim: 'gone', default: ['a', 'b'] }, claims), 'a');
  });
});

const upn = { match: '^([^@]+)@(?P<host>.+)$' };
const steps: { name: string; claim: string; steps: MappingStep[]; is: unknown }[] = [
  { name: 'split: parts without space around them, none empty', claim: 'packed', steps: [{ split: ';' }], is: ['a', 'b', 'c'] },
  { name: 'join', claim: 'list', steps: [{ join: ', ' }], is: 'one, two, one' },
  { name: 'lower case', claim: 'mail', steps: [{ lowerCase: true }], is: 'ada.lovelace@acme.example' },
  { name: 'upper case', claim: 'list', steps: [{ upperCase: true }], is: ['ONE', 'TWO', 'ONE'] },
  { name: 'JSON in a text', claim: 'json', steps: [{ parseJson: true }], is: ['x', 'y', '1'] },
  { name: 'text that is no JSON stays', claim: 'mail', steps: [{ parseJson: true }], is: claims.mail },
  { name: 'only texts, numbers and truths are values', claim: 'mixed', steps: [{ trim: true }], is: ['a', '7', 'false'] },
  { name: 'the first', claim: 'list', steps: [{ first: true }], is: 'one' },
  { name: 'each once', claim: 'list', steps: [{ unique: true }], is: ['one', 'two'] },
  {
    name: 'a group of a pattern, by number',
    claim: 'dn',
    steps: [{ match: '^CN=([^,]+)', take: 1 }],
    is: ['Engineering', 'Sales'],
  },
  { name: 'a group of a pattern, by name', claim: 'mail', steps: [{ ...upn, take: 'host' }], is: 'Acme.Example' },
  { name: 'the whole match', claim: 'mail', steps: [{ match: '@.*', take: 0 }], is: '@Acme.Example' },
  { name: 'only those that match', claim: 'dn', steps: [{ match: 'OU=Groups' }], is: [claims.dn[0], claims.dn[1]] },
  { name: 'in either case', claim: 'dn', steps: [{ match: 'ou=groups', ignoreCase: true }], is: [claims.dn[0], claims.dn[1]] },
  {
    name: 'a template in the place of every match',
    claim: 'mail',
    steps: [{ match: '([A-Z])', with: '<$1$$>' }],
    is: '<A$>da.<L$>ovelace@<A$>cme.<E$>xample',
  },
  { name: 'a template with a name', claim: 'mail', steps: [{ ...upn, with: '${host}/$1' }], is: 'Acme.Example/Ada.Lovelace' },
  { name: 'an empty match between all letters ends', claim: 'given_name', steps: [{ match: 'x*', with: '-' }], is: '-A-d-a-' },
  {
    name: 'a text replaced wherever it is, no pattern',
    claim: 'mail',
    steps: [{ replace: '.', with: '_' }],
    is: 'Ada_Lovelace@Acme_Example',
  },
  { name: 'a prefix', claim: 'dn', steps: [{ removePrefix: 'CN=' }, { first: true }], is: 'Engineering,OU=Groups,DC=acme' },
  { name: 'a suffix', claim: 'mail', steps: [{ removeSuffix: '.Example' }], is: 'Ada.Lovelace@Acme' },
  { name: 'values translated, others kept', claim: 'list', steps: [{ values: { one: '1' } }], is: ['1', 'two', '1'] },
  { name: 'values translated, others dropped', claim: 'list', steps: [{ values: { two: '2' }, otherwise: 'drop' }], is: ['2'] },
  {
    name: 'no value is called constructor',
    claim: 'list',
    steps: [{ values: {} }, { values: { one: 'constructor' } }, { values: { two: 'x' } }],
    is: ['constructor', 'x', 'constructor'],
  },
  { name: 'one after the other', claim: 'packed', steps: [{ split: ';' }, { upperCase: true }, { join: '' }], is: 'ABC' },
];

describe('A step', () => {
  for (const { name, claim, steps: given, is } of steps) {
    it(name, () => assert.deepEqual(evaluateMapping({ claim, steps: given }, claims).value, is));
  }
  it('is told with what was before and after, when somebody asks', () => {
    const mapping = { claim: 'packed', steps: [{ split: ';' }, { first: true } as const] };
    assert.deepEqual(evaluateMapping(mapping, claims).steps, []);
    assert.deepEqual(evaluateMapping(mapping, claims, { account: 'wanted' }).steps, [
      { step: 'split at ";"', before: ['a; b ;;c'], after: ['a', 'b', 'c'] },
      { step: 'the first', before: ['a', 'b', 'c'], after: ['a'] },
    ]);
  });
});

describe('A mapping is bounded: what is too much is an incomplete list, never a shorter one', () => {
  const big = 'a'.repeat(100_000);
  const rows: { name: string; value: unknown; steps: MappingStep[] }[] = [
    { name: 'more values than are read', value: Array.from({ length: 10_001 }, () => 'a'), steps: [{ trim: true }] },
    { name: 'a split into too many', value: 'a;'.repeat(10_001), steps: [{ split: ';' }] },
    { name: 'a text replaced by a longer one, over and over', value: big, steps: [{ replace: 'a', with: 'b'.repeat(256) }] },
    {
      name: 'a template that doubles',
      value: Array.from({ length: 100 }, () => 'a'.repeat(1000)),
      steps: Array.from({ length: 20 }, () => ({ match: '.+', with: '$0$0$0$0' })),
    },
    {
      name: 'a JSON text of too many values',
      value: JSON.stringify(Array.from({ length: 10_001 }, () => 1)),
      steps: [{ parseJson: true }],
    },
    { name: 'a text beyond all measure', value: 'a'.repeat(1_000_001), steps: [{ lowerCase: true }] },
    {
      name: 'values that become longer than all may be',
      value: Array.from({ length: 10_000 }, () => 'a'),
      steps: [{ values: { a: 'b'.repeat(1024) } }, { trim: true }],
    },
    {
      name: 'joined by a long text',
      value: Array.from({ length: 10_000 }, () => 'a'.repeat(90)),
      steps: [{ join: 'x'.repeat(64) }],
    },
  ];
  for (const { name, value, steps: given } of rows) {
    it(name, () => {
      const { outcome, value: made } = evaluateMapping({ claim: 'big', steps: given, default: 'x' }, { big: value });
      assert.equal(outcome, 'overage');
      assert.ok(made === undefined);
    });
  }
  it('the work of one sign-in is counted over all its mappings', () => {
    const work = new Work(1000);
    const mapping = { claim: 'mail', steps: [{ lowerCase: true } as const] };
    const outcomes = Array.from({ length: 30 }, () => evaluateMapping(mapping, claims, { work }).outcome);
    assert.equal(outcomes[0], 'value');
    assert.equal(outcomes.at(-1), 'overage');
  });
});

describe('A mapping in words', () => {
  const rows: [ClaimMapping, string][] = [
    ['email', 'email'],
    [{ firstOf: ['a', 'b'], steps: [{ lowerCase: true }], default: 'x' }, 'the first of a, b; lower case; else "x"'],
    [{ join: [{ claim: 'a' }, { text: '-' }, { claim: 'b', optional: true }] }, 'a + "-" + b (if it came)'],
    [
      {
        claim: 'a',
        steps: [
          { match: '(x)', take: 1 },
          { values: { a: 'b' }, otherwise: 'drop' },
        ],
      },
      'a; group 1 of /(x)/; 1 values translated, others dropped',
    ],
  ];
  for (const [mapping, words] of rows) it(words, () => assert.equal(describeMapping(mapping), words));
});
