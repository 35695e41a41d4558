import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import { createRefusalBudget } from './refusal-budget.ts';

const ACME = 'tnt_acme' as TenantId;
const BETA = 'tnt_beta' as TenantId;
const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds));

describe('Refusals that belong to no sign-in', () => {
  it('are all kept up to 120 a minute, then one in a hundred with the number of those left out', () => {
    const budget = createRefusalBudget();
    const taken = Array.from({ length: 450 }, () => budget.take(ACME, at(1)));
    assert.ok(taken.slice(0, 120).every((one) => one.kind === 'keep' && one.suppressed === 0));
    const kept = taken.slice(120).flatMap((one) => (one.kind === 'keep' ? [one.suppressed] : []));
    assert.deepEqual(kept, [79, 99, 99]);
    assert.deepEqual(budget.take(ACME, at(61)), { kind: 'keep', suppressed: 50 }, 'the next minute tells the rest');
    assert.deepEqual(budget.take(ACME, at(61)), { kind: 'keep', suppressed: 0 });
  });

  it('of one tenant cost another nothing', () => {
    const budget = createRefusalBudget();
    for (let count = 0; count < 500; count++) budget.take(ACME, at(1));
    assert.deepEqual(budget.take(BETA, at(1)), { kind: 'keep', suppressed: 0 });
  });
});
