import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { isUniqueViolation } from './capabilities.ts';
import { openStore, type Store } from './store.ts';

describe('Store', () => {
  let database: TestDatabase;
  let store: Store;
  const put = (name: string, value = 'x') => store.db().insertInto('installation').values({ name, value }).execute();
  const names = async (like: string): Promise<string[]> =>
    (await store.db().selectFrom('installation').select('name').where('name', 'like', like).orderBy('name').execute()).map(
      ({ name }) => name,
    );

  before(async () => {
    database = await openTestDatabase();
    store = openStore(database.url);
  });
  after(async () => {
    await store.close();
    await database.drop();
  });

  for (const how of ['transact', 'transactLightly'] as const) {
    it(`${how}: keeps all of it or nothing`, async () => {
      await store[how](async () => {
        await put(`${how}-kept-1`);
        await put(`${how}-kept-2`);
      });
      await assert.rejects(
        store[how](async () => {
          await put(`${how}-lost`);
          throw new Error('changed my mind');
        }),
        /changed my mind/,
      );
      assert.deepEqual(await names(`${how}-%`), [`${how}-kept-1`, `${how}-kept-2`]);
    });
  }

  it('a call inside a transaction sees its writes, one outside does not wait for it for ever', async () => {
    await store.transact(async () => {
      await put('inside');
      assert.deepEqual(await names('inside'), ['inside']);
    });
    assert.deepEqual(await names('inside'), ['inside']);
  });

  it('a transaction inside a transaction is the outer one', async () => {
    await assert.rejects(
      store.transact(async () => {
        await store.transact(() => put('nested'));
        throw new Error('outer');
      }),
      /outer/,
    );
    assert.deepEqual(await names('nested'), []);
  });

  it('many transactions at once each end', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        (at % 2 ? store.transact : store.transactLightly)(() => put(`many-${String(at).padStart(2, '0')}`)),
      ),
    );
    assert.equal((await names('many-%')).length, 40);
  });

  it('tells a taken key from other failures', async () => {
    await put('taken');
    await assert.rejects(put('taken'), (error) => isUniqueViolation(error));
    assert.equal(isUniqueViolation(new Error('something else')), false);
  });

  it('several nodes that start at once end with one schema, and a second migration changes nothing', async () => {
    const nodes = Array.from({ length: 4 }, () => openStore(database.url));
    await Promise.all(nodes.map((node) => node.migrate()));
    await nodes[0]?.ping();
    await Promise.all(nodes.map((node) => node.close()));
    assert.deepEqual(await names('taken'), ['taken']);
  });
});

describe('migrations from nothing', () => {
  it('are safe with several nodes starting at once on an empty SQLite file', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const folder = mkdtempSync('/tmp/sallyport-migrate-');
    try {
      const nodes = Array.from({ length: 3 }, () => openStore(`${folder}/new.db`));
      await Promise.all(nodes.map((node) => node.migrate()));
      await Promise.all(nodes.map((node) => node.ping()));
      await Promise.all(nodes.map((node) => node.close()));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
