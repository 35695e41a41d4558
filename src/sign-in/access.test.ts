import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccessGate, AccessRule, ConnectionPolicy } from '#upstream/index.ts';
import { decideAccess } from './access.ts';

const policy = (access: unknown, claims: ConnectionPolicy['claims'] = { groups: 'groups', custom: {} }): ConnectionPolicy => ({
  users: { create: true, update: true, defaultGroups: [], defaultRoles: [], pendingActivation: false },
  claims,
  access: access as AccessGate,
  groupMappings: [{ external: '8b1c', label: 'Engineers (Entra)', group: 'Engineering' }],
  groupSync: 'sync',
  assignedGroups: [],
  roleMappings: [],
  roleSync: 'all',
  authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email', matchAttributes: {} },
  branding: {},
});
const claims = {
  department: ' R&D ',
  level: 3,
  employee: true,
  groups: ['8b1c', 'Sales', 'all-of-acme'],
  tags: ['one', 'two'],
  none: [],
  object: { a: 1 },
};
const decided = (rules: readonly unknown[], match = 'any', overage: string[] = []): string =>
  decideAccess(policy({ mode: 'rules', match, rules }), { claims, overage: overage.map((claim) => ({ claim, code: null })) })
    .decision;
const equals = (claim: string, ...values: string[]): AccessRule => ({ claim, operator: 'equals', values });

describe('A rule fits', () => {
  const rows: { name: string; rule: AccessRule; is: boolean }[] = [
    { name: 'equal, space around it aside', rule: equals('department', 'R&D'), is: true },
    { name: 'any of the wanted values', rule: equals('department', 'Sales', 'R&D'), is: true },
    { name: 'case counts', rule: equals('department', 'r&d'), is: false },
    {
      name: 'unless it is said that it does not',
      rule: { ...equals('department', 'r&d'), ignoreCase: true },
      is: true,
    },
    {
      name: 'a Kelvin sign is no k, in either case',
      rule: { ...equals('kelvin', 'k'), ignoreCase: true },
      is: false,
    },
    { name: 'any value of a list', rule: equals('tags', 'two'), is: true },
    { name: 'equal is not contained', rule: equals('groups', 'acme'), is: false },
    { name: 'contained', rule: { claim: 'groups', operator: 'contains', values: ['of-acme'] }, is: true },
    { name: 'a number by its digits', rule: equals('level', '3'), is: true },
    { name: 'a truth by its word', rule: equals('employee', 'true'), is: true },
    { name: 'a pattern of the whole value', rule: { claim: 'groups', operator: 'matches', values: ['all-.*'] }, is: true },
    { name: 'not of a part of it', rule: { claim: 'groups', operator: 'matches', values: ['acme'] }, is: false },
    { name: 'a claim that came', rule: { claim: 'level', operator: 'exists' }, is: true },
    { name: 'not one that came empty', rule: { claim: 'none', operator: 'exists' }, is: false },
    { name: 'nor one that holds no text', rule: { claim: 'object', operator: 'exists' }, is: false },
    { name: 'nor one that did not come', rule: { claim: 'gone', operator: 'exists' }, is: false },
    { name: 'nothing is equal to a claim that did not come', rule: equals('gone', 'undefined', 'null', ''), is: false },
    { name: 'nothing is contained in it', rule: { claim: 'gone', operator: 'contains', values: [''] }, is: false },
    {
      name: 'what a rule makes of the claims',
      rule: { claim: { claim: 'department', steps: [{ trim: true }, { lowerCase: true }] }, operator: 'equals', values: ['r&d'] },
      is: true,
    },
    {
      name: 'never a default',
      rule: { claim: { claim: 'gone', default: 'yes' }, operator: 'equals', values: ['yes'] },
      is: false,
    },
    { name: 'a group as the provider names it', rule: { group: '8b1c' }, is: true },
    { name: 'by its label', rule: { group: 'Engineers (Entra)' }, is: true },
    { name: 'by the group here that it is mapped to', rule: { group: 'engineering' }, is: true },
    { name: 'a value that nobody mapped', rule: { group: 'Sales' }, is: true },
    { name: 'in its own case', rule: { group: 'SALES' }, is: false },
    { name: 'a group that did not come', rule: { group: 'Board' }, is: false },
  ];
  for (const { name, rule, is } of rows) {
    it(name, () => {
      const identity = { claims: { ...claims, kelvin: '\u212a' }, overage: [] };
      const { decision } = decideAccess(policy({ mode: 'rules', match: 'any', rules: [rule] }), identity);
      assert.equal(decision, is ? 'allowed' : 'refused');
    });
  }
  it('a group only by the provider’s word, not by what the mapping of groups puts in its place', () => {
    const groups = { claim: 'gone', default: ['Staff'] };
    const given = policy({ mode: 'rules', match: 'any', rules: [{ group: 'Staff' }] }, { groups, custom: {} });
    assert.equal(decideAccess(given, { claims, overage: [] }).decision, 'refused');
  });
  it('a group for nobody where no claim is read as groups', () => {
    const given = policy({ mode: 'rules', match: 'any', rules: [{ group: '8b1c' }] }, { custom: {} });
    assert.equal(decideAccess(given, { claims, overage: [] }).decision, 'refused');
  });
});

describe('Any or all', () => {
  const [yes, no, unsure] = [equals('level', '3'), equals('level', '4'), { group: 'Sales' }];
  const rows: { match: string; rules: unknown[]; is: string }[] = [
    { match: 'any', rules: [no, yes], is: 'allowed' },
    { match: 'any', rules: [no, no], is: 'refused' },
    { match: 'all', rules: [yes, yes], is: 'allowed' },
    { match: 'all', rules: [yes, no], is: 'refused' },
    { match: 'any', rules: [no, unsure], is: 'unknown' },
    { match: 'any', rules: [yes, unsure], is: 'allowed' },
    { match: 'all', rules: [yes, unsure], is: 'unknown' },
    { match: 'all', rules: [no, unsure], is: 'refused' },
  ];
  for (const { match, rules, is } of rows) {
    it(`${match} of ${rules.map((rule) => (rule === yes ? 'yes' : rule === no ? 'no' : 'incomplete')).join(', ')}: ${is}`, () =>
      assert.equal(decided(rules, match, ['groups']), is));
  }
});

describe('A gate never lets everybody in by accident', () => {
  const rows: { name: string; access: unknown }[] = [
    { name: 'rules without a rule, any', access: { mode: 'rules', match: 'any', rules: [] } },
    { name: 'rules without a rule, all', access: { mode: 'rules', match: 'all', rules: [] } },
    { name: 'a mode that nobody knows', access: { mode: 'some', match: 'any', rules: [{ claim: 'level', operator: 'exists' }] } },
    {
      name: 'an operator that nobody knows',
      access: { mode: 'rules', match: 'any', rules: [{ claim: 'level', operator: 'is-not', values: ['x'] }] },
    },
    {
      name: 'an operator that nobody knows, all',
      access: { mode: 'rules', match: 'all', rules: [{ claim: 'level', operator: 'toString' }] },
    },
    { name: 'no operator', access: { mode: 'rules', match: 'any', rules: [{ claim: 'level' }] } },
    { name: 'no values', access: { mode: 'rules', match: 'any', rules: [{ claim: 'level', operator: 'equals' }] } },
    {
      name: 'empty values',
      access: { mode: 'rules', match: 'any', rules: [{ claim: 'level', operator: 'matches', values: [] }] },
    },
    {
      name: 'a match that nobody knows counts as all',
      access: { mode: 'rules', match: 'none', rules: [equals('level', '3'), equals('level', '4')] },
    },
  ];
  for (const { name, access } of rows) {
    it(name, () => assert.equal(decideAccess(policy(access), { claims, overage: [] }).decision, 'refused'));
  }
  it('everyone is let in only where that is said, or nothing is', () => {
    for (const access of [undefined, { mode: 'everyone', match: 'any', rules: [] }])
      assert.equal(decideAccess(policy(access), { claims, overage: [] }).decision, 'allowed');
  });
  it('more than can be judged is unknown', () => {
    const many = { many: Array.from({ length: 10_000 }, () => 'a'.repeat(100)) };
    const rules = [{ claim: 'many', operator: 'matches', values: Array.from({ length: 50 }, (_, index) => `a{90}b${index}`) }];
    assert.equal(decideAccess(policy({ mode: 'rules', match: 'any', rules }), { claims: many, overage: [] }).decision, 'unknown');
  });
});
