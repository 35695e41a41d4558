import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { openStore, type Store } from './store.ts';

/** PostgreSQL waits for the disk in its server, as whoever runs it has set it: nothing of ours may say that it need not. */
describe('What is acknowledged is as durable as the server makes it', () => {
  let database: TestDatabase;
  let store: Store;
  before(async () => {
    database = await openTestDatabase();
    store = openStore(database.url);
  });
  after(async () => {
    await store.close();
    await database.drop();
  });

  /** Where the value in force came from; `session`, `client`, `user` or `database` would be us. */
  const sourceOf = async (setting: string): Promise<string | undefined> => {
    const asked = sql<{ source: string }>`select source from pg_settings where name = ${setting}`;
    return (await asked.execute(store.db())).rows[0]?.source;
  };

  for (const setting of ['synchronous_commit', 'commit_delay']) {
    it(`${setting} is the server's own in a transaction, in a light one, and in a statement by itself`, async () => {
      const found = [
        await store.transact(() => sourceOf(setting)),
        await store.transactLightly(() => sourceOf(setting)),
        await sourceOf(setting),
      ];
      for (const source of found) assert.ok(['default', 'configuration file', 'command line'].includes(source ?? ''), source);
    });
  }

  it('a transaction has been committed when it is acknowledged, a light one too: another node sees what it wrote', async () => {
    const other = openStore(database.url);
    const put = (name: string) => store.db().insertInto('installation').values({ name, value: 'x' }).execute();
    try {
      await store.transact(() => put('durable'));
      await store.transactLightly(() => put('light'));
      const rows = await other.db().selectFrom('installation').select('name').where('name', 'in', ['durable', 'light']).execute();
      assert.deepEqual(rows.map(({ name }) => name).sort(), ['durable', 'light']);
    } finally {
      await other.close();
    }
  });
});
