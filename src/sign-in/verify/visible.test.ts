import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Report } from './verification.ts';
import { visibleTo } from './visible.ts';

const report: Report = {
  summary: { code: null, title: 'Passed', whatToDo: 'Nothing', where: 'here' },
  steps: [],
  claims: { email: 'alice@acme.example' },
  mappings: [],
  person: {
    outcome: 'known',
    user: { id: 'usr_alice', email: 'alice@acme.example', status: 'active' },
    code: null,
    why: 'linked',
    changes: [{ attribute: 'phone', before: '1', after: '2' }],
  },
  groups: {
    how: 'add',
    why: '',
    before: [{ name: 'Board', sources: ['manual'] }],
    added: [],
    removed: [],
    kept: [],
    unmapped: [],
  },
  roles: null,
  tokens: { application: { id: null, name: null, scopes: [] }, idToken: { groups: ['Board'] }, userinfo: {} },
  warnings: [],
};

describe('The report of a test sign-in', () => {
  it('is whole for operators and for whoever may read users', () => {
    assert.deepEqual(visibleTo({ kind: 'operator' }, report), report);
    assert.deepEqual(visibleTo({ kind: 'user', permissions: new Set(['users:read']) }, report), report);
  });

  it('does not tell who is here to whoever may only set providers up', () => {
    const shown = visibleTo({ kind: 'user', permissions: new Set(['identity-providers:write']) }, report);
    assert.deepEqual([shown.person?.outcome, shown.person?.user, shown.person?.changes], ['known', null, []]);
    assert.deepEqual([shown.groups, shown.roles, shown.tokens], [null, null, null]);
    assert.deepEqual(shown.claims, report.claims);
  });
});
