import { after, before, beforeEach } from 'node:test';
import type { ApplicationId, TenantId, UserId } from '#kernel/ids.ts';
import { openStore, type Store } from '#sql/store.ts';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { insertTenants } from '#test/tenant/index.ts';
import { createArtifactStore } from './artifacts.sql.ts';
import type { Artifact, ArtifactStore } from './artifacts.ts';
import { newGrantId } from './grants.ts';

export const acme = 'tnt_acme' as TenantId;
export const globex = 'tnt_globex' as TenantId;
export const alice = 'usr_alice' as UserId;
export const now = new Date('2026-11-22T10:00:00Z');
const world = {
  now: () => now,
  randomBytes: (length: number) => new Uint8Array(length).fill(7),
  fetch: () => Promise.reject(new Error('no network')),
};
export const grantOf = (id: string) =>
  newGrantId({ applicationId: id as ApplicationId, basis: 'registered', userId: alice }, world);

let database: TestDatabase;
export let store: Store;
export let otherNode: Store;
export let artifacts: ArtifactStore;

export const artifact = (given: Partial<Artifact> = {}): Artifact => ({
  payload: { scope: 'openid' },
  grantId: grantOf('app_crm'),
  sessionUid: 'ses_1',
  accountId: alice,
  expiresAt: new Date(now.getTime() + 60_000),
  ...given,
});

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    database = await openTestDatabase();
    store = openStore(database.url);
    otherNode = database.engine === 'postgres' ? openStore(database.url) : store;
    await insertTenants(store, [acme, globex]);
  });
  after(async () => {
    await store.close();
    if (otherNode !== store) await otherNode.close();
    await database.drop();
  });
  beforeEach(async () => {
    await store.db().deleteFrom('oidc_artifacts').execute();
    artifacts = createArtifactStore({ store });
  });
}
