import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import * as first from './migrations/0001-first.ts';
import * as logout from './migrations/0012-logout.ts';
import * as revocationIds from './migrations/0015-revocation-ids.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Engine } from './store.ts';

describe('Migration 0015 of a database with refresh tokens that wait to be given back', () => {
  let database: TestDatabase;
  let engine: Engine;
  before(async () => {
    database = await openTestDatabase();
    engine = database.engine === 'postgres' ? openPostgres(database.url) : openSqlite(':memory:');
  });
  after(async () => {
    await engine.kysely.destroy();
    await database.drop();
  });

  const row = (link: string, at: number): string => `('t', 'c.1', '${link}', 'c', 'i', 's', 'sealed', ${at}, ${at}, 2)`;
  const columns = 'tenant_id, client_id, link_id, connection_id, issuer, subject, sealed_token, created_at, not_before, attempts';

  it('keeps each; takes what a node of the release before writes, and two of one link in one millisecond; goes with the tenant', async () => {
    await engine.kysely.transaction().execute(async (transaction) => {
      const db = transaction as unknown as Kysely<unknown>;
      const run = (text: string) => sql.raw(text).execute(db);
      const rows = async () => (await sql<object>`select * from revocations order by link_id, created_at`.execute(db)).rows;
      if (database.engine === 'postgres') {
        // Tables of a release long ago, beside those of today.
        await run('create schema before');
        await run('set local search_path to before');
      }
      await first.up(db, engine.capabilities);
      await logout.up(db, engine.capabilities);
      await run(`insert into tenants values ('t', 'acme', 'Acme', 'default', 'active', '{}', 1, 1)`);
      await run(`insert into revocation_clients values ('t', 'c.1', 'sealed', 1)`);
      await run(`insert into revocations (${columns}) values ${row('l1', 5)}, ${row('l2', 5)}, ${row('l1', 6)}`);
      const kept = await rows();
      await revocationIds.up(db);
      assert.deepEqual(
        await rows(),
        kept.map((each) => Object.assign(Object.create(Object.getPrototypeOf(each)), each, { id: '' })),
      );
      await run(`insert into revocations (${columns}) values ${row('l3', 5)}`);
      for (const id of ['one', 'two'])
        await run(`insert into revocations (${columns}, id) values ${row('l3', 5).replace(/\)$/, `, '${id}')`)}`);
      assert.equal((await rows()).length, 6);
      await run(`delete from tenants where id = 't'`);
      assert.deepEqual(await rows(), []);
    });
  });
});
