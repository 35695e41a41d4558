import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ConnectionId } from '#kernel/ids.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createDepartureStore } from './departures.sql.ts';
import type { Departure, DepartureStore } from './departures.ts';

let given: TestTenants;
let departures: DepartureStore;
before(async () => {
  given = await openTestTenants();
  departures = createDepartureStore(given);
});
after(() => given.close());
beforeEach(async () => {
  await given.store.db().deleteFrom('departures').execute();
});

const connectionId = 'idp_1' as ConnectionId;
const HANDLE = 'the-handle-in-the-address';
const kept = { target: 'https://app.example/bye?state=secret', remember: { id: '_1' } };
const inSeconds = (seconds: number): Date => new Date(given.world.now().getTime() + seconds * 1000);
const save = (handle = HANDLE, seconds = 600, tenant = given.acme): Promise<void> =>
  departures.save(tenant, handle, { connectionId, browserHash: 'browser', expiresAt: inSeconds(seconds), kept });
const by = () => ({ browserHash: 'browser', connectionId, now: given.world.now() });
const rows = () => given.store.db().selectFrom('departures').selectAll().execute();

describe('A browser that was sent to its provider to sign out', () => {
  it('comes back with what was kept of it, once', async () => {
    await save();
    const taken = await Promise.all(Array.from({ length: 8 }, () => departures.take(given.acme, HANDLE, by())));
    assert.deepEqual(
      taken.filter((one) => one !== undefined),
      [kept],
    );
    assert.deepEqual(await rows(), []);
  });

  it('comes back as itself, from that provider, in that tenant, in time, or not at all', async () => {
    await save();
    const others: Promise<Departure['kept'] | undefined>[] = [
      departures.take(given.acme, HANDLE, { ...by(), browserHash: 'another' }),
      departures.take(given.acme, HANDLE, { ...by(), connectionId: 'idp_2' as ConnectionId }),
      departures.take(given.globex, HANDLE, by()),
      departures.take(given.acme, `${HANDLE}x`, by()),
      departures.take(given.acme, HANDLE, { ...by(), now: inSeconds(600) }),
    ];
    assert.deepEqual(await Promise.all(others), Array(5).fill(undefined));
    assert.deepEqual(await departures.take(given.acme, HANDLE, by()), kept, 'and none of them has taken anything');
  });

  it('is kept so that a copy of the table leads nobody anywhere', async () => {
    await save();
    const text = JSON.stringify(await rows());
    assert.ok(!text.includes(HANDLE) && !text.includes('secret'));
    await save('another');
    const [one, other] = await rows();
    assert.ok(one && other);
    await given.store.db().updateTable('departures').set({ sealed_kept: other.sealed_kept }).execute();
    const [sealedElsewhere] = [one, other].filter(({ sealed_kept: sealed }) => sealed !== other.sealed_kept);
    assert.ok(sealedElsewhere);
    await assert.rejects(
      Promise.all([HANDLE, 'another'].map((handle) => departures.take(given.acme, handle, by()))),
      'what was sealed for one is nothing at another',
    );
  });

  it('is forgotten when its time is over, at most so many at once', async () => {
    for (const [handle, seconds] of [
      ['a', 10],
      ['b', 10],
      ['c', 10],
      ['d', 11],
    ] as const)
      await save(handle, seconds);
    assert.equal(await departures.removeExpired(inSeconds(10), 2), 0);
    assert.deepEqual([await departures.removeExpired(inSeconds(11), 2), (await rows()).length], [2, 2]);
    assert.deepEqual([await departures.removeExpired(inSeconds(11), 2), (await rows()).length], [1, 1]);
    assert.deepEqual([await departures.removeExpired(inSeconds(11), 2), (await rows()).length], [0, 1]);
  });
});
