import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { isProblem, Problem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { World } from '#kernel/world.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Budgeted } from '../refusal-budget.ts';
import type { SignInLog } from '../sign-ins.ts';
import { problems } from './problems.ts';
import { type RecordLogoutNeeds, recordLogoutRefusal } from './record-logout.ts';

const world: World = { now: () => new Date(0), randomBytes: (n) => new Uint8Array(n), fetch: () => Promise.reject(new Error()) };
const progress = { tenant: { name: 'acme' } as Tenant, startedAt: new Date(0), reference: 'ref', earlierLines: [] };
const looking = () => ({ ...progress, trace: createTrace(world), person: 'ana' });

let written: unknown[];
const needs = (budgeted: Budgeted): RecordLogoutNeeds =>
  ({
    signIns: { write: async (_tenant, { person, code }) => void written.push([person, code]) } as Partial<SignInLog> as SignInLog,
    audit: {
      append: async (_tenant: unknown, { code, after }: { code?: string; after?: unknown }) => void written.push([code, after]),
    },
    transact: (work: () => Promise<unknown>) => work(),
    budget: { take: () => budgeted },
    world,
  }) as unknown as RecordLogoutNeeds;

beforeEach(() => {
  written = [];
});

describe('A refusal at an address that anybody can send to', () => {
  const refusal = new Problem(problems.demand_replayed);
  it('is written down with whom it names, and what was left out before it; its page speaks of a sign-out', async () => {
    const told = await recordLogoutRefusal(needs({ kind: 'keep', suppressed: 3 }), looking(), refusal);
    const { code } = problems.demand_replayed;
    assert.deepEqual(written, [
      ['ana', code],
      [code, { suppressed: 3 }],
    ]);
    assert.ok(isProblem(told, code));
    assert.deepEqual([told.facts?.['during'], told.facts?.['reference']], ['logout', 'ref']);
  });
  it('is left out beyond the budget, and refused all the same', async () => {
    assert.equal(await recordLogoutRefusal(needs({ kind: 'leave out' }), looking(), refusal), refusal);
    assert.deepEqual(written, []);
  });
  it('a mistake of ours stays one', async () => {
    const mistake = new TypeError('a mistake');
    assert.equal(await recordLogoutRefusal(needs({ kind: 'keep', suppressed: 0 }), looking(), mistake), mistake);
    assert.equal(written.length, 2);
  });
});
