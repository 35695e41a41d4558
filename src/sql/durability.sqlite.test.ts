import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import { openStore, type Store } from './store.ts';

/** On SQLite the gateway itself waits for the disk; here the disk is held. */
describe('What is acknowledged is on disk', () => {
  let folder: string;
  let store: Store;
  let held: (() => void)[] = [];
  const put = (name: string) => store.db().insertInto('installation').values({ name, value: 'x' }).execute();

  before(async () => {
    folder = fs.mkdtempSync(join(tmpdir(), 'sallyport-durability-'));
    const file = join(folder, 'sallyport.db');
    const empty = openStore(file);
    await empty.migrate();
    await empty.close();
    mock.method(fs, 'fdatasync', (_file: number, done: (error: Error | null) => void) => held.push(() => done(null)));
    syncBuiltinESMExports();
    store = openStore(file);
  });
  afterEach(() => {
    for (const release of held) release();
    held = [];
  });
  after(async () => {
    await store.close();
    mock.restoreAll();
    syncBuiltinESMExports();
    fs.rmSync(folder, { recursive: true, force: true });
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

  it('a transaction, and a statement by itself, wait for the disk; others go on meanwhile and see what was committed', async () => {
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

  it('a light one, a reader, and one that was rolled back do not', async () => {
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
