import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Report } from './verification.ts';
import { visibleTo } from './visible.ts';

const report: Report = {
  summary: { code: null, title: 'Passed', whatToDo: 'Nothing', where: 'here' },
  steps: [
    { step: 'oidc.issuer', verdict: 'passed', at: 0 },
    { step: 'admission.link', verdict: 'noted', received: { user: 'usr_alice', subject: '0001' }, at: 1 },
    {
      step: 'admission.match',
      verdict: 'noted',
      expected: 'email = claim email',
      received: { value: 'alice@acme.example', found: 'usr_alice', emailTrusted: true },
      at: 2,
    },
    { step: 'admission.last_administrator', verdict: 'noted', expected: 'Full Administrator', received: 'kept', at: 3 },
  ],
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
  warnings: [
    { code: 'email_not_verified', detail: 'alice.private@acme.example is not vouched for' },
    { code: 'claim_missing', detail: 'phone' },
  ],
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
    assert.doesNotMatch(JSON.stringify(shown), /usr_alice|alice\.private|Full Administrator/);
    assert.deepEqual(
      shown.steps.map(({ step, received }) => [step, received]),
      [
        ['oidc.issuer', undefined],
        ['admission.link', { subject: '0001' }],
        ['admission.match', { value: 'alice@acme.example', emailTrusted: true }],
        ['admission.last_administrator', undefined],
      ],
    );
    assert.deepEqual(
      shown.warnings.map(({ code }) => code),
      ['claim_missing'],
    );
  });
});
