import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { openStore, type Store } from './store.ts';

/** On SQLite the gateway itself waits for the disk; here the disk is held. The other engine does it in its server. */
describe('What is acknowledged is on disk', () => {
  let database: TestDatabase;
  let store: Store;
  let held: (() => void)[] = [];
  const put = (name: string) => store.db().insertInto('installation').values({ name, value: 'x' }).execute();

  before(async () => {
    database = await openTestDatabase();
    mock.method(fs, 'fdatasync', (_file: number, done: (error: Error | null) => void) => held.push(() => done(null)));
    syncBuiltinESMExports();
    store = openStore(database.url);
  });
  afterEach(() => {
    for (const release of held) release();
    held = [];
  });
  after(async () => {
    await store.close();
    mock.restoreAll();
    syncBuiltinESMExports();
    await database.drop();
  });

  const turns = async (count: number) => {
    for (let each = 0; each < count; each++) await new Promise((resolve) => setImmediate(resolve));
  };
  const isPending = async (work: Promise<unknown>) => {
    let isDone = false;
    void work.then(() => (isDone = true));
    await turns(20);
    return !isDone;
  };

  it('a transaction, and a statement by itself, wait for the disk; others go on meanwhile and see what was committed', async (t) => {
    if (database.engine !== 'sqlite') return t.skip('the server waits for the disk');
    const written = store.transact(() => put('durable'));
    assert.equal(await isPending(written), true);
    const found = await store.db().selectFrom('installation').select('name').where('name', '=', 'durable').execute();
    assert.equal(found.length, 1);
    const alone = put('alone');
    assert.equal(await isPending(alone), true);
    while (held.length > 0) {
      held.splice(0).forEach((release) => release());
      await turns(5);
    }
    await Promise.all([written, alone]);
  });

  it('a light one, a reader, and one that was rolled back do not', async (t) => {
    if (database.engine !== 'sqlite') return t.skip('the server waits for the disk');
    await store.transactLightly(() => put('light'));
    await assert.rejects(
      store.transact(async () => {
        await put('undone');
        throw new Error('changed my mind');
      }),
      /changed my mind/,
    );
    await store.db().selectFrom('installation').selectAll().execute();
    assert.equal(held.length, 0);
  });
});
