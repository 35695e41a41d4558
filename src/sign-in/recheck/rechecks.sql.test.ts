import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createUserStore } from '#directory/users.sql.ts';
import type { ConnectionId, UserId } from '#kernel/ids.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createRecheckStore } from './rechecks.sql.ts';
import type { RecheckKey, RecheckStore } from './rechecks.ts';

let given: TestTenants;
let rechecks: RecheckStore;
before(async () => {
  given = await openTestTenants();
  rechecks = createRecheckStore(given);
  const users = createUserStore(given);
  const at = given.world.now();
  const person = { email: null, emailVerified: false, userId: null, userPrincipalName: null, profile: { custom: {} } };
  const provider = { kind: 'oidc', enabled: 1, revision: 1, document: '{}', sealed_secrets: null };
  const times = { created_at: at.getTime(), updated_at: at.getTime() };
  for (const tenant of [given.acme, given.globex])
    for (const id of ['idp_1', 'idp_2'])
      await given.store
        .db()
        .insertInto('connections')
        .values({ tenant_id: tenant, id, slug: id, name: id, ...provider, ...times })
        .execute();
  for (const tenant of [given.acme, given.globex])
    for (const id of ['usr_ana', 'usr_ben'] as UserId[])
      await users.insert(tenant, { ...person, id, status: 'active', createdAt: at, updatedAt: at, lastSignInAt: null });
});
after(() => given.close());
beforeEach(async () => {
  await given.store.db().deleteFrom('rechecks').execute();
});

const ana: RecheckKey = { userId: 'usr_ana' as UserId, connectionId: 'idp_1' as ConnectionId };
const HOUR = 3_600_000;
const claim = (key = ana, tenant = given.acme): Promise<boolean> => {
  const now = given.world.now();
  return rechecks.claim(tenant, key, { now, before: new Date(now.getTime() - HOUR) });
};

describe('When somebody was last asked about', () => {
  it('one of many asks, and nobody else for an hour', async () => {
    const first = await Promise.all(Array.from({ length: 8 }, () => claim()));
    assert.equal(first.filter((isTurn) => isTurn).length, 1);
    given.world.pass(3599);
    assert.equal(await claim(), false);
    given.world.pass(1);
    const again = await Promise.all(Array.from({ length: 8 }, () => claim()));
    assert.equal(again.filter((isTurn) => isTurn).length, 1);
  });

  it('is of that tenant, person and provider alone', async () => {
    assert.equal(await claim(), true);
    const others: (() => Promise<boolean>)[] = [
      () => claim({ ...ana, userId: 'usr_ben' as UserId }),
      () => claim({ ...ana, connectionId: 'idp_2' as ConnectionId }),
      () => claim(ana, given.globex),
    ];
    for (const other of others) assert.equal(await other(), true);
    await rechecks.setChecked(given.acme, ana, new Date(given.world.now().getTime() - HOUR));
    for (const other of others) assert.equal(await other(), false);
    assert.equal(await claim(), true);
  });
});
