import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ConnectionId, newId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createGroupsSeen } from './groups-seen.sql.ts';
import { RecentGroups } from './recent-groups.ts';
import { MOST_SEEN } from './seen.ts';

const DAY = 24 * 60 * 60;
let given: TestTenants;
let id: ConnectionId;

before(async () => {
  given = await openTestTenants();
});
beforeEach(async () => {
  id = newId<ConnectionId>('idp', given.world);
  await insertConnection(id);
});
after(() => given.close());

async function insertConnection(connection: string): Promise<void> {
  const row = {
    tenant_id: given.acme,
    id: connection,
    slug: connection.slice(4, 20).toLowerCase(),
    kind: 'oidc',
    name: 'x',
    enabled: 1,
  };
  await given.store
    .db()
    .insertInto('connections')
    .values({ ...row, revision: 1, trust_revision: 1, document: '{}', sealed_secrets: null, created_at: 0, updated_at: 0 })
    .execute();
}

/** The store, and how many transactions of it there were. */
function counted(): { store: Store; transactions: () => number } {
  let transactions = 0;
  const store: Store = Object.create(given.store, {
    transactLightly: {
      value: (work: () => Promise<unknown>) => {
        transactions += 1;
        return given.store.transactLightly(work);
      },
    },
  });
  return { store, transactions: () => transactions };
}

const many = (length: number, prefix = 'g'): string[] => Array.from({ length }, (_, index) => `${prefix}${index}`);

describe('Groups that were seen', () => {
  it('are listed by value with when they came first and last, and how often', async () => {
    const seen = createGroupsSeen(given);
    const firstSeenAt = given.world.now();
    seen.note(given.acme, id, ['b', 'a', 'B']);
    seen.note(given.acme, id, ['a']);
    assert.deepEqual(await seen.list(given.acme, id), [
      { external: 'B', firstSeenAt, lastSeenAt: firstSeenAt, times: 1 },
      { external: 'a', firstSeenAt, lastSeenAt: firstSeenAt, times: 2 },
      { external: 'b', firstSeenAt, lastSeenAt: firstSeenAt, times: 1 },
    ]);
  });
  it('cost no statement once they are known, and are brought up to date once a day', async () => {
    const { store, transactions } = counted();
    const seen = createGroupsSeen({ ...given, store });
    seen.note(given.acme, id, ['a']);
    await seen.flush();
    assert.equal(transactions(), 1);
    for (let times = 0; times < 5; times++) seen.note(given.acme, id, ['a']);
    await seen.flush();
    assert.equal(transactions(), 1, 'nothing to write');
    const firstSeenAt = given.world.now();
    given.world.pass(DAY);
    seen.note(given.acme, id, ['a']);
    assert.deepEqual(await seen.list(given.acme, id), [{ external: 'a', firstSeenAt, lastSeenAt: given.world.now(), times: 7 }]);
  });
  it('of many connections are written together, a few transactions for all of them', async () => {
    const { store, transactions } = counted();
    const seen = createGroupsSeen({ ...given, store });
    const connections = Array.from({ length: 40 }, () => newId<ConnectionId>('idp', given.world));
    for (const connection of connections) await insertConnection(connection);
    for (const connection of connections) seen.note(given.acme, connection, many(25));
    await seen.flush();
    assert.equal(transactions(), 2);
    for (const connection of connections) assert.equal((await seen.list(given.acme, connection)).length, 25);
  });
  it('are kept to the letter', async () => {
    const values = ['__proto__', '10', '9', 'a"b', "a'b", 'a\\b', 'Ä\u2028', 'cn=x,ou=y', '$.key', ' '];
    const seen = createGroupsSeen(given);
    seen.note(given.acme, id, values);
    seen.note(given.acme, id, ['9']);
    const kept = (await seen.list(given.acme, id)).map(({ external, times }) => [external, times]);
    assert.deepEqual(
      kept,
      values.toSorted().map((value) => [value, value === '9' ? 2 : 1]),
    );
  });
  it('are added up by several nodes', async () => {
    const nodes = [createGroupsSeen(given), createGroupsSeen(given)];
    for (const node of nodes) node.note(given.acme, id, ['a', 'b']);
    await Promise.all(nodes.map((node) => node.flush()));
    assert.deepEqual(
      (await createGroupsSeen(given).list(given.acme, id)).map(({ external, times }) => [external, times]),
      [
        ['a', 2],
        ['b', 2],
      ],
    );
  });
  it('are ten thousand a connection at most: those that were not seen for the longest are forgotten', async () => {
    const seen = createGroupsSeen(given);
    seen.note(given.acme, id, ['old', 'older']);
    await seen.flush();
    given.world.pass(60);
    seen.note(given.acme, id, many(MOST_SEEN - 1));
    const kept = (await seen.list(given.acme, id)).map(({ external }) => external);
    assert.equal(kept.length, MOST_SEEN);
    assert.ok(!kept.includes('old'), 'the first of two that are as old');
    seen.note(given.acme, id, many(MOST_SEEN + 500, 'x'));
    assert.equal((await seen.list(given.acme, id)).length, MOST_SEEN);
  });
  it('are one connection’s, are gone with it, and come back from nowhere', async () => {
    const seen = createGroupsSeen(given);
    seen.note(given.acme, id, ['a']);
    await seen.flush();
    assert.deepEqual(await seen.list(given.globex, id), []);
    await given.store.db().deleteFrom('connections').where('id', '=', id).execute();
    assert.deepEqual(await seen.list(given.acme, id), []);
    seen.note(given.acme, id, ['b']);
    assert.deepEqual(await seen.list(given.acme, id), []);
  });
  it('that no database can keep are left out', async () => {
    const seen = createGroupsSeen(given);
    seen.note(given.acme, id, ['a\u0000b', '\ud800', 'fine']);
    assert.deepEqual(
      (await seen.list(given.acme, id)).map(({ external }) => external),
      ['fine'],
    );
  });
});

describe('What a process remembers', () => {
  it('is the names alone, not the messages that they were cut out of', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const recent = new RecentGroups();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 40; at++) {
      const message = `${'x'.repeat(1_000_000)} department-${at} `.toUpperCase();
      const place = { tenant: given.acme, connection: `idp_${at}` as ConnectionId };
      recent.note(place, [message.slice(1_000_001, -1)], 0);
    }
    collect();
    assert.ok(process.memoryUsage().heapUsed - before < 10_000_000, 'while they wait');
    for (const batch of recent.take()) recent.wrote(batch, 0);
    collect();
    assert.ok(process.memoryUsage().heapUsed - before < 10_000_000, 'while they are known');
    assert.equal(recent.take().length, 0);
  });
  it('is bounded: the connection that was written longest ago is forgotten, and written again', () => {
    const recent = new RecentGroups(10);
    const tenant = given.acme;
    const [one, other] = ['idp_one', 'idp_other'] as ConnectionId[];
    assert.ok(one && other);
    const write = () => recent.take().map((batch) => (recent.wrote(batch, 0), [batch.connection, batch.times.size]));
    recent.note({ tenant, connection: one }, many(6), 0);
    assert.deepEqual(write(), [[one, 6]]);
    recent.note({ tenant, connection: one }, many(6), 0);
    assert.deepEqual(write(), [], 'known');
    recent.note({ tenant, connection: other }, many(6), 0);
    assert.deepEqual(write(), [[other, 6]]);
    recent.note({ tenant, connection: one }, many(6), 0);
    assert.deepEqual(write(), [[one, 6]], 'forgotten meanwhile');
  });
  it('waits with no more than is kept of one connection', () => {
    const recent = new RecentGroups();
    recent.note({ tenant: given.acme, connection: id }, many(MOST_SEEN + 7), 0);
    assert.deepEqual(
      recent.take().map(({ times }) => times.size),
      [MOST_SEEN],
    );
  });
});
