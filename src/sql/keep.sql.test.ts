import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import type { Keeping, Kept } from './keep.ts';
import { openStore, type Store } from './store.ts';

interface Thing {
  name: string;
  value: string;
  more: { list: string[] };
}

const of: Keeping = { of: ['installation'], most: 10 };

/** Reads one row, and counts how often it had to. */
class Reader {
  reads = 0;
  readonly #store: Store;
  readonly #kept: Kept<Thing>;
  #meanwhile: () => Promise<void> = async () => {};

  constructor(store: Store, keeping: Keeping = of) {
    this.#store = store;
    this.#kept = store.keep<Thing>(keeping);
  }

  /** Happens once the row has been read, and before whoever asked has it. */
  meanwhile(work: () => Promise<void>): void {
    this.#meanwhile = work;
  }

  async valueOf(name: string): Promise<string | undefined> {
    return (await this.thing(name))?.value;
  }

  thing(name: string): Promise<Thing | undefined> {
    return this.#kept(name, async () => {
      this.reads++;
      const row = await this.#store.db().selectFrom('installation').selectAll().where('name', '=', name).executeTakeFirst();
      await this.#meanwhile();
      return row && { ...row, more: { list: ['one'] } };
    });
  }
}

describe('What is kept is what the store would answer', () => {
  let database: TestDatabase;
  let store: Store;
  let other: Store;
  let reader: Reader;
  const put = (on: Store, value: string, name = 'a') =>
    on
      .db()
      .insertInto('installation')
      .values({ name, value })
      .onConflict((there) => there.column('name').doUpdateSet({ value }))
      .execute();

  before(async () => {
    database = await openTestDatabase();
    store = openStore(database.url);
    other = openStore(database.url);
  });
  after(async () => {
    await store.close();
    await other.close();
    await database.drop();
  });
  beforeEach(async () => {
    await put(store, 'first');
    reader = new Reader(store);
    assert.equal(await reader.valueOf('a'), 'first');
  });

  it('is not read again while nobody commits, where the engine tells of commits; elsewhere each time', async () => {
    assert.equal(await reader.valueOf('a'), 'first');
    assert.equal(await reader.valueOf('a'), 'first');
    assert.equal(reader.reads, store.capabilities.tellsOfCommits ? 1 : 3);
  });

  it('stays through commits of ours to other tables', async () => {
    await store.transact(() => store.db().deleteFrom('spent').where('expires_at', '<', 0).execute());
    await store.db().deleteFrom('attempts').where('expires_at', '<', 0).execute();
    assert.equal(await reader.valueOf('a'), 'first');
    assert.equal(reader.reads, store.capabilities.tellsOfCommits ? 1 : 2);
  });

  for (const [title, by] of [
    ['a statement by itself', () => put(store, 'second')],
    ['a transaction', () => store.transact(() => put(store, 'second'))],
    ['a light transaction', () => store.transactLightly(() => put(store, 'second'))],
    ['another node', () => put(other, 'second')],
    ["another node's transaction", () => other.transact(() => put(other, 'second'))],
    [
      'a statement that does not begin with what it does',
      () =>
        sql`with it as (select 'a' as name) update installation set value = 'second' where name in (select name from it)`.execute(
          store.db(),
        ),
    ],
  ] as const) {
    it(`a change by ${title} is seen by the next one who asks`, async () => {
      await by();
      assert.equal(await reader.valueOf('a'), 'second');
      assert.equal(await reader.valueOf('a'), 'second');
    });
  }

  it('what is gone is gone, and that there is nothing is not kept', async () => {
    await other.db().deleteFrom('installation').where('name', '=', 'a').execute();
    assert.equal(await reader.valueOf('a'), undefined);
    await other.db().insertInto('installation').values({ name: 'a', value: 'again' }).execute();
    assert.equal(await reader.valueOf('a'), 'again');
    assert.equal(await reader.valueOf('nobody'), undefined);
    const { reads } = reader;
    assert.equal(await reader.valueOf('nobody'), undefined);
    assert.equal(reader.reads, reads + 1);
  });

  it('a transaction sees its own change, nobody else does before it is committed, and nobody after it was rolled back', async () => {
    await assert.rejects(
      store.transact(async () => {
        await put(store, 'never');
        assert.equal(await reader.valueOf('a'), 'never');
        assert.equal(await new Reader(other).valueOf('a'), 'first');
        throw new Error('changed my mind');
      }),
      /changed my mind/,
    );
    assert.equal(await reader.valueOf('a'), 'first');
    assert.equal(await reader.valueOf('a'), 'first');
  });

  it('what a transaction reads that changes nothing of it may be kept', async () => {
    await put(other, 'second');
    await store.transact(async () => {
      await store.db().deleteFrom('spent').where('expires_at', '<', 0).execute();
      assert.equal(await reader.valueOf('a'), 'second');
    });
    const { reads } = reader;
    assert.equal(await reader.valueOf('a'), 'second');
    assert.equal(reader.reads, store.capabilities.tellsOfCommits ? reads : reads + 1);
  });

  for (const [title, by] of [
    ['by this process', () => put(store, 'second')],
    ['by another node', () => put(other, 'second')],
  ] as const) {
    it(`a commit ${title} between reading and keeping is not missed`, async () => {
      const late = new Reader(store);
      let isDone = false;
      late.meanwhile(async () => {
        if (!isDone) await by();
        isDone = true;
      });
      assert.equal(await late.valueOf('a'), 'first');
      assert.equal(await late.valueOf('a'), 'second');
    });
  }

  it('keeps no more than it may: the one read the longest ago goes', async () => {
    for (const name of ['b', 'c']) await put(store, name, name);
    const small = new Reader(store, { ...of, most: 2 });
    for (const name of ['a', 'b', 'c']) await small.valueOf(name);
    const { reads } = small;
    await small.valueOf('c');
    await small.valueOf('b');
    assert.equal(small.reads, store.capabilities.tellsOfCommits ? reads : reads + 2);
    await small.valueOf('a');
    assert.equal(small.reads, store.capabilities.tellsOfCommits ? reads + 1 : reads + 3);
  });

  it('what one who asks does to it reaches nobody else: what is shared cannot be changed, elsewhere each has its own', async () => {
    const mine = await reader.thing('a');
    assert.ok(mine);
    const isRefused = (change: () => unknown): boolean => {
      try {
        change();
        return false;
      } catch (error) {
        assert.ok(error instanceof TypeError);
        return true;
      }
    };
    const changes = [() => (mine.value = 'mine'), () => mine.more.list.push('mine')];
    const isShared = store.capabilities.tellsOfCommits;
    assert.deepEqual(changes.map(isRefused), [isShared, isShared]);
    assert.deepEqual(await reader.thing('a'), { name: 'a', value: 'first', more: { list: ['one'] } });
  });
});
