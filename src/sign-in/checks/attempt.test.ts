import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { Connection } from '#upstream/index.ts';
import type { Attempt } from '../attempts.ts';
import { checkBindings, checkStillBound, checkTaken } from './attempt.ts';

const NOW = new Date('2026-11-23T09:00:00Z');
const attempt = { connectionId: 'idp_okta', connectionRevision: 3, expiresAt: new Date(NOW.getTime() + 1) } as Attempt;
const connection = {
  id: 'idp_okta',
  enabled: true,
  trustRevision: 3,
  policy: { authentication: { enabled: true } },
} as Connection;
const off = { policy: { authentication: { enabled: false } } };

/** @returns what is refused, and by which line of the trace */
function judge(work: (trace: ReturnType<typeof createTrace>) => void): [code: string, step: string | undefined] | 'taken' {
  const trace = createTrace({ now: () => NOW });
  try {
    work(trace);
    return 'taken';
  } catch (error) {
    assert.ok(isProblem(error));
    return [error.code, trace.lines.find(({ verdict }) => verdict === 'refused')?.step];
  }
}

describe('An attempt and its provider are as they were (RFC 9700 §4.4.2, §4.7)', () => {
  const bound = (of: object, by: object) =>
    judge((trace) => checkBindings({ ...attempt, ...of }, { ...connection, ...by }, { trace, now: NOW }));
  it('the valid control', () => {
    assert.equal(bound({}, {}), 'taken');
    assert.equal(bound({ connectionRevision: 4 }, {}), 'taken');
  });
  const rows: [string, object, object, [string, string]][] = [
    ['its time is over', { expiresAt: NOW }, {}, ['sign_in.attempt_expired', 'sign_in.age']],
    ['another provider answers', {}, { id: 'idp_entra' }, ['sign_in.other_connection', 'sign_in.connection']],
    ['the provider was switched off', {}, { enabled: false }, ['sign_in.connection_disabled', 'sign_in.enabled']],
    ['nobody signs in through it', {}, off, ['sign_in.connection_disabled', 'sign_in.enabled']],
    ['whom we trust was changed', { connectionRevision: 2 }, {}, ['sign_in.connection_changed', 'sign_in.revision']],
  ];
  for (const [name, of, by, refused] of rows) it(`${name}: ${refused[0]}`, () => assert.deepEqual(bound(of, by), refused));
});

describe('What held when the answer was judged holds as the session opens', () => {
  const held = (change: object | undefined, isTenantActive = true) =>
    judge((trace) =>
      checkStillBound(
        attempt,
        change === undefined ? undefined : { connection: { ...connection, ...change }, isTenantActive },
        trace,
      ),
    );
  it('the valid control', () => assert.equal(held({}), 'taken'));
  it('the provider is there, on, and the same; the tenant is not suspended', () => {
    assert.deepEqual(
      [held(undefined), held({}, false), held({ enabled: false }), held(off), held({ trustRevision: 4 })].map(([code]) => code),
      [
        'sign_in.connection_unknown',
        'tenants.suspended',
        'sign_in.connection_disabled',
        'sign_in.connection_disabled',
        'sign_in.connection_changed',
      ],
    );
  });
});

describe('An attempt is taken once, by the browser that began it', () => {
  const rows = [
    ['unknown', 'sign_in.attempt_unknown'],
    ['taken-before', 'sign_in.attempt_taken'],
    ['other-browser', 'sign_in.other_browser'],
  ] as const;
  for (const [kind, code] of rows)
    it(`${kind}: ${code}, and the trace says so`, () =>
      assert.deepEqual(
        judge((trace) => void checkTaken({ kind, reference: 'AAAA-BBBB-CCCC' }, trace)),
        [code, 'sign_in.attempt'],
      ));
});
