import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openStore } from '#sql/store.ts';
import { openTestDatabase } from './index.ts';

describe('A test database', () => {
  test("is migrated, is empty, and is nobody else's", async () => {
    const one = await openTestDatabase();
    const other = await openTestDatabase();
    after(() => Promise.all([one.drop(), other.drop()]));
    assert.notEqual(one.url, other.url);
    const stores = [openStore(one.url), openStore(other.url)] as const;
    const row = {
      id: 'tnt_1',
      name: 'acme',
      display_name: 'Acme',
      region: 'na',
      status: 'active',
      settings: '{}',
      created_at: 0,
      updated_at: 0,
    } as const;
    await stores[0].db().insertInto('tenants').values(row).execute();
    assert.equal((await stores[0].db().selectFrom('tenants').select('id').execute()).length, 1);
    assert.equal((await stores[1].db().selectFrom('tenants').select('id').execute()).length, 0);
    await Promise.all(stores.map((store) => store.close()));
  });
});
