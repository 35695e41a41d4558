import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import { checkUserinfoSubject } from './userinfo-subject.ts';

const trace = () => createTrace({ now: () => new Date('2026-11-23T09:00:00Z') });

describe('Userinfo speaks of the person of the ID token (OpenID Connect Core §5.3.2)', () => {
  it('the valid control: the same sub', () => {
    assert.doesNotThrow(() => checkUserinfoSubject({ subject: 'alice', claims: { sub: 'alice' }, trace: trace() }));
  });
  const rows: [string, unknown, Record<string, unknown>][] = [
    ['somebody else', 'alice', { sub: 'mallory' }],
    ['nobody', 'alice', {}],
    ['nobody, where nobody was named', undefined, {}],
    ['null twice', null, { sub: null }],
    ['the same number twice', 7, { sub: 7 }],
  ];
  for (const [name, subject, claims] of rows) {
    it(`${name}: oidc.userinfo_subject_mismatch`, () => {
      assert.throws(
        () => checkUserinfoSubject({ subject, claims, trace: trace() }),
        (error) => isProblem(error, 'oidc.userinfo_subject_mismatch'),
      );
    });
  }
});
