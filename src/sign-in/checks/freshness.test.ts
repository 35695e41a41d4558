import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { UpstreamIdentity } from '#upstream/index.ts';
import type { Attempt } from '../attempts.ts';
import { checkFreshness } from './freshness.ts';

const NOW = new Date('2026-11-23T09:00:00Z');

/** @param askedSeconds what the application asked; @param ageSeconds how long ago the person authenticated */
function judge(askedSeconds: number | null, ageSeconds: number | null): string {
  const attempt = { kept: { maxAgeSeconds: askedSeconds } } as unknown as Attempt;
  const authenticatedAt = ageSeconds === null ? null : new Date(NOW.getTime() - ageSeconds * 1000);
  try {
    checkFreshness(attempt, { authenticatedAt } as UpstreamIdentity, { trace: createTrace({ now: () => NOW }), now: NOW });
    return 'taken';
  } catch (error) {
    assert.ok(isProblem(error));
    return error.code;
  }
}

describe('max_age holds for every protocol (OpenID Connect Core §3.1.2.1)', () => {
  const rows: [name: string, asked: number | null, age: number | null, outcome: string][] = [
    ['nothing was asked', null, 86_400, 'taken'],
    ['the provider does not say when', 300, null, 'taken'],
    ['within what was asked', 300, 299, 'taken'],
    ['within it and the difference of the clocks', 300, 480, 'taken'],
    ['a second later', 300, 481, 'sign_in.not_fresh'],
    ['anew was asked, and long ago it was', 0, 3600, 'sign_in.not_fresh'],
  ];
  for (const [name, asked, age, outcome] of rows) it(`${name}: ${outcome}`, () => assert.equal(judge(asked, age), outcome));
});
