import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { type GroupId, newId } from '#kernel/ids.ts';
import { acme, given, groups, person, setUp, users } from './users-stored.fixture.ts';

setUp();

/** Rows that several transactions write are locked one after the other: in two orders, they would wait for each other in a circle. */
describe('Memberships are written in one order', () => {
  test('whatever order the groups were made in, are asked for in, or are found in', async () => {
    const user = person();
    await users.insert(acme, user);
    const ids = Array.from({ length: 600 }, () => newId<GroupId>('grp', given.world)).sort();
    await given.store.transact(async () => {
      for (const [index, id] of ids.toReversed().entries())
        await groups.insert(acme, { id, name: `Group ${index}`, description: '' });
    });
    const askedFor = [...ids.slice(300), ...ids.slice(0, 300).reverse()];
    await given.store.transact(async () => {
      // The rows are found as they lie in the table, in the order in which they were made.
      await sql`set local enable_indexscan = off`.execute(given.store.db());
      await sql`set local enable_bitmapscan = off`.execute(given.store.db());
      await groups.setMemberships(acme, user.id, 'idp:idp_1', askedFor, 'replace');
    });
    const written = sql<{ id: string }>`select group_id as id from group_members where user_id = ${user.id} order by ctid`;
    assert.deepEqual(
      (await written.execute(given.store.db())).rows.map(({ id }) => id),
      ids,
    );
  });
});
