import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Tenant } from '#tenants/index.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import type { Connection } from '#upstream/index.ts';
import { createRefusalBudget } from '../refusal-budget.ts';
import { type TakeNeeds, takeConsent } from './ask-consent.ts';

const connectionId = 'idp_entra' as ConnectionId;
const directoryId = '11111111-2222-4333-8444-555555555555';

/** A provider whose link anybody may open, and answer in its name, as often as they like. */
function openNeeds(): { needs: TakeNeeds; audited: () => number; reported: () => number } {
  const world = createTestWorld();
  let [audited, reported] = [0, 0];
  const expiresAt = new Date(world.now().getTime() + 1000);
  const attempt = { connectionId, purpose: 'sign-in', clientId: 'app', directoryId, browserHash: '', expiresAt } as const;
  const needs = {
    world,
    budget: createRefusalBudget(),
    connections: { findBySlug: async () => ({ id: connectionId }) as Connection },
    consents: { take: async () => attempt, report: async () => void (reported += 1) },
    audit: { append: async () => void (audited += 1) },
    transact: <Result>(work: () => Promise<Result>) => work(),
  } as unknown as TakeNeeds;
  return { needs, audited: () => audited, reported: () => reported };
}

describe('What a browser reports of a consent', () => {
  it('fills the audit log no further than refusals do, however often somebody makes it up', async () => {
    const { needs, audited, reported } = openNeeds();
    const tenant = { id: 'tnt_acme' as TenantId } as Tenant;
    const fields = { state: 's', admin_consent: 'True', tenant: directoryId };
    for (let time = 0; time < 150; time++) await takeConsent(needs, { tenant, slug: 'entra', fields, browser: 'b' });
    assert.deepEqual([audited(), reported()], [120, 150], 'the last report is shown all the same');
  });
});
