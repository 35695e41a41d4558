import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { type Given, statement } from './statement.ts';
import { openStore, type Store } from './store.ts';

type Row = { name: string; value: string };

let builds = 0;
const insert = statement((db, row: Given<Row>) => db.insertInto('installation').values(row));
const find = statement((db, { name }: Given<{ name: string }>) => {
  builds++;
  return db.selectFrom('installation').select(['name', 'value']).where('name', '=', name);
});
const findAmong = statement((db, { names, least }: Given<{ names: string[]; least: string }>) => {
  builds++;
  return db.selectFrom('installation').select('name').where('name', 'in', names).where('value', '>=', least).orderBy('name');
});
const rename = statement(
  (_, { from, to }: Given<{ from: string; to: string }>) => sql`update installation set value = ${to} where value = ${from}`,
);
const everything = statement((db, { name }: Given<{ name: string }>) =>
  db
    .selectFrom('installation')
    .innerJoin('migrations', (join) => join.onTrue())
    .selectAll('installation')
    .select('migrations.name as migration')
    .where('installation.name', '=', name),
);

describe('A statement', () => {
  let database: TestDatabase;
  let store: Store;

  before(async () => {
    database = await openTestDatabase();
    store = openStore(database.url);
  });
  beforeEach(async () => {
    await store.db().deleteFrom('installation').execute();
    for (const name of ['a', 'b', 'c']) await store.change(insert, { name, value: '1' });
    builds = 0;
  });
  after(async () => {
    await store.close();
    await database.drop();
  });

  it('is bound anew each time, and built once a store', async () => {
    const fresh = openStore(database.url);
    const found = await Promise.all(['a', 'b', 'c', 'd'].map((name) => fresh.first(find, { name })));
    await fresh.close();
    assert.deepEqual(
      found.map((row) => row?.name),
      ['a', 'b', 'c', undefined],
    );
    assert.equal(builds, 1);
  });

  it('takes its values by their names, in whatever order they come', async () => {
    assert.equal(await store.change(rename, { to: '2', from: '1' }), 3);
    assert.equal(await store.change(rename, { from: '2', to: '3' }), 3);
    assert.deepEqual(await store.first(find, { name: 'a' }), { name: 'a', value: '3' });
  });

  it('counts what it changed', async () => {
    assert.equal(await store.change(rename, { from: 'no such', to: 'x' }), 0);
    assert.equal(await store.change(insert, { name: 'd', value: '7' }), 1);
    assert.equal(await store.change(rename, { from: '7', to: '8' }), 1);
  });

  it('finds exactly what a list names, however long, and is built for few lengths', async () => {
    const names = Array.from({ length: 70 }, (_, at) => `n${String(at).padStart(2, '0')}`);
    for (const name of names) await store.change(insert, { name, value: '5' });
    const fresh = openStore(database.url);
    for (let length = 1; length <= names.length; length++) {
      const some = names.slice(0, length);
      const rows = await fresh.all(findAmong, { names: some, least: '5' });
      assert.deepEqual(
        rows.map(({ name }) => name),
        some,
      );
    }
    await fresh.close();
    assert.equal(builds, 6, '4, 8, 16, 32, 64, 128');
    assert.deepEqual(await store.all(findAmong, { names: ['a', 'n00'], least: '6' }), []);
  });

  it('is not run with an empty list, nor without one of its values', async () => {
    await assert.rejects(store.all(findAmong, { names: [], least: '0' }), /empty list/);
    await store.first(find, { name: 'a' });
    await assert.rejects(store.first(find, {} as { name: string }), /not given its name/);
    await assert.rejects(store.first(find, { name: undefined as unknown as string }), /not given its name/);
  });

  it('goes on when a newer node adds a column', async () => {
    const before = await store.first(everything, { name: 'a' });
    const newer = openStore(database.url);
    await sql`alter table installation add column note text not null default 'n'`.execute(newer.db());
    try {
      const later = await store.first(everything, { name: 'a' });
      assert.deepEqual(later, { ...before, note: 'n' });
    } finally {
      await sql`alter table installation drop column note`.execute(newer.db());
      await newer.close();
    }
    assert.deepEqual(await store.first(everything, { name: 'a' }), before);
  });
});

describe('A statement and transactions', () => {
  let database: TestDatabase;
  let store: Store;
  const value = async (name: string) => (await store.first(find, { name }))?.value;

  before(async () => {
    database = await openTestDatabase();
    store = openStore(database.url);
  });
  beforeEach(async () => {
    await store.db().deleteFrom('installation').execute();
    await store.change(insert, { name: 'a', value: '1' });
  });
  after(async () => {
    await store.close();
    await database.drop();
  });

  for (const how of ['transact', 'transactLightly'] as const) {
    it(`joins the running one (${how}), beside what is built as it is asked`, async () => {
      await assert.rejects(
        store[how](async () => {
          await store.change(rename, { from: '1', to: '2' });
          assert.equal(await value('a'), '2');
          await store.db().updateTable('installation').set({ value: '3' }).execute();
          assert.equal(await value('a'), '3');
          throw new Error('undone');
        }),
        /undone/,
      );
      assert.equal(await value('a'), '1');
    });
  }

  it('is never in one that it does not belong to', async () => {
    let go = (): void => {};
    const released = new Promise<void>((resolve) => {
      go = resolve;
    });
    let begun = (): void => {};
    const writing = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const undone = assert.rejects(
      store.transact(async () => {
        await store.change(rename, { from: '1', to: 'unseen' });
        begun();
        await released;
        throw new Error('undone');
      }),
      /undone/,
    );
    await writing;
    const outside = [value('a'), store.change(insert, { name: 'b', value: 'kept' })] as const;
    go();
    await undone;
    assert.equal(await outside[0], '1');
    assert.equal(await outside[1], 1);
    assert.equal(await value('b'), 'kept');
  });

  it('is refused when its transaction has ended: it must not run in the next one', async () => {
    let late: Promise<unknown> = Promise.resolve();
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    await store.transact(async () => {
      late = ended.then(() => store.change(rename, { from: '1', to: 'late' }));
      late.catch(() => {});
    });
    await store.transact(async () => {
      end();
      await assert.rejects(late, /has ended/);
    });
    assert.equal(await value('a'), '1');
  });
});
