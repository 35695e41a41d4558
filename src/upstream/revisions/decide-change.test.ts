import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ChangeFacts, decideChange, endsAttempts, staysVerified } from './decide-change.ts';
import type { Difference } from './differences.ts';
import type { FieldClass } from './fields.ts';

const difference = (kind: FieldClass, sensitive: boolean): Difference => ({
  pointer: '/x',
  before: null,
  after: null,
  secret: false,
  because: 'a test says so',
  class: kind,
  sensitive,
});
const trust = difference('trust', true);
const sensitive = difference('sensitive', true);
const added = difference('sensitive', false);
const plain = difference('plain', false);
const label = difference('label', false);
const on = difference('switch', true);
const off = difference('switch', false);
const at = new Date('2026-11-23T09:00:00Z');
const passed = { verification: 'ver_1', passed: true, at };
const failed = { verification: 'ver_2', passed: false, at };

type Case = [name: string, outcome: string, facts: Partial<Omit<ChangeFacts, 'before' | 'after'>>];
const table = (before: boolean, after: boolean, cases: Case[]) => {
  for (const [name, outcome, facts] of cases) {
    test(`${name}: ${outcome}`, () => {
      const given = { before: { enabled: before }, after: { enabled: after }, differences: [], verification: null, ...facts };
      assert.equal(decideChange(given), outcome);
    });
  }
};

describe('A change of a provider that is on', () => {
  table(true, true, [
    ['of nothing', 'unchanged', {}],
    ['of nothing, with an override', 'unchanged', { override: 'why' }],
    ['of whom we ask', 'staged', { differences: [plain, trust] }],
    ['of a sensitive field', 'staged', { differences: [sensitive] }],
    [
      'of a sensitive field, although Verify passed on the one before',
      'staged',
      { differences: [sensitive], verification: passed },
    ],
    ['that turns a part of it on', 'staged', { differences: [on] }],
    ['that only adds', 'live', { differences: [added] }],
    ['of a plain field', 'live', { differences: [plain] }],
    ['of a name', 'live', { differences: [label] }],
    ['that turns a part of it off', 'live', { differences: [off] }],
    ['of a sensitive field, with an override', 'live', { differences: [sensitive], override: 'why' }],
    ['that is only offered', 'staged', { differences: [plain], wish: 'stage' }],
  ]);
});

describe('Switching off', () => {
  table(true, false, [
    ['is at once', 'draft', { differences: [off] }],
    ['is at once, whatever else changes', 'draft', { differences: [off, trust] }],
  ]);
});

describe('A change of a provider that is off', () => {
  table(false, false, [
    ['of whom we ask', 'draft', { differences: [trust] }],
    ['of a name', 'draft', { differences: [label] }],
    ['of nothing', 'unchanged', {}],
  ]);
});

describe('Switching on', () => {
  table(false, true, [
    ['what Verify passed on', 'live', { differences: [on], verification: passed }],
    ['what Verify passed on, under another name', 'live', { differences: [on, label], verification: passed }],
    ['what nobody verified', 'not-verified', { differences: [on] }],
    ['what Verify failed on', 'not-verified', { differences: [on], verification: failed }],
    ['with a change that Verify has not seen', 'not-verified', { differences: [on, plain], verification: passed }],
    ['with another issuer than Verify has seen', 'not-verified', { differences: [on, trust], verification: passed }],
    ['what nobody verified, with an override', 'live', { differences: [on, trust], override: 'why' }],
  ]);
});

describe('What Verify found', () => {
  for (const [name, differences, holds] of [
    ['holds under another name, on or off', [label, on, off], true],
    ['holds no more for a plain change', [plain], false],
    ['holds no more for an added certificate', [added], false],
    ['holds no more for another issuer', [label, trust], false],
  ] as const) {
    test(name, () => assert.equal(staysVerified(differences), holds));
  }
});

describe('Sign-ins that are under way', () => {
  const gate = (enabled: boolean, authentication = true) =>
    ({ enabled, authentication: { enabled: authentication } }) as Parameters<typeof endsAttempts>[0]['before'];
  for (const [name, change, ends] of [
    ['end when somebody else is asked', { before: gate(true), after: gate(true), differences: [trust] }, true],
    ['end when it is switched off', { before: gate(true), after: gate(false), differences: [off] }, true],
    [
      'end when it is taken out of user authentication',
      { before: gate(true), after: gate(true, false), differences: [off] },
      true,
    ],
    [
      'go on when a certificate is added or taken away',
      { before: gate(true), after: gate(true), differences: [added, sensitive] },
      false,
    ],
    ['go on when it is renamed', { before: gate(true), after: gate(true), differences: [label, plain] }, false],
  ] as const) {
    test(name, () => assert.equal(endsAttempts(change), ends));
  }
});
