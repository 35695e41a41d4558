import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Kysely, sql } from 'kysely';
import * as first from './migrations/0001-first.ts';
import * as largeRowsApart from './migrations/0009-large-rows-apart.ts';
import { openSqlite } from './sqlite.ts';
import type { Engine } from './store.ts';

const TABLES = ['attempts', 'sessions', 'oidc_artifacts'];

/** SQLite alone: the other engine keeps its rows apart from their keys in any case. */
describe('Migration 0009 of an SQLite file with sign-ins under way', () => {
  let folder: string;
  let engine: Engine;
  let db: Kysely<unknown>;
  const texts = async (type: string): Promise<string[]> =>
    (
      await sql<{
        text: string;
      }>`select sql as text from sqlite_schema where type = ${type} and sql is not null order by name`.execute(db)
    ).rows.map(({ text }) => text);
  const rowsOf = async (table: string): Promise<unknown[]> =>
    (await sql`select * from ${sql.table(table)} order by 1, 2`.execute(db)).rows;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-migration-'));
    engine = openSqlite(join(folder, 'one.sqlite'));
    db = engine.kysely as unknown as Kysely<unknown>;
    await first.up(db, engine.capabilities);
    for (const statement of [
      `insert into tenants values ('t', 'acme', 'Acme', 'default', 'active', '{}', 1, 1)`,
      // A later release has added a column.
      `alter table attempts add column purpose text not null default 'sign-in'`,
      `insert into attempts values ('t', 'h1', 'c', 1, 'b', '/', '${'s'.repeat(3000)}', 1, 2, null, 'verify')`,
      `insert into attempts values ('t', 'h2', 'c', 1, 'b', '/', 'sealed', 1, 2, 3, 'sign-in')`,
      `insert into sessions values ('t', 'i', 'uid', 'u', 'c', 1, '[]', null, '[]', 1, 1, 2, 3, null, '{}')`,
      `insert into oidc_artifacts values ('t', 'AccessToken', 'a', '{}', 'g', 'uid', 'u', 9, null)`,
    ])
      await sql.raw(statement).execute(db);
  });
  after(async () => {
    await engine.kysely.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps every row, column, key and index, and takes the rows out of the tree of their key', async () => {
    const rows = await Promise.all(TABLES.map(rowsOf));
    const indexes = await texts('index');
    const keyed = (await texts('table')).filter((text) => text.endsWith('without rowid')).length;
    await db.transaction().execute((transaction) => largeRowsApart.up(transaction, engine.capabilities));
    assert.deepEqual(await Promise.all(TABLES.map(rowsOf)), rows);
    assert.deepEqual(await texts('index'), indexes);
    assert.equal((await texts('table')).filter((text) => text.endsWith('without rowid')).length, keyed - TABLES.length);
    await assert.rejects(sql`insert into attempts select * from attempts`.execute(db), /UNIQUE/);
  });

  it('done twice it changes nothing', async () => {
    const before = await texts('table');
    await db.transaction().execute((transaction) => largeRowsApart.up(transaction, engine.capabilities));
    assert.deepEqual(await texts('table'), before);
  });

  it('the rows still go with their tenant', async () => {
    await sql`delete from tenants where id = 't'`.execute(db);
    assert.deepEqual(await Promise.all(TABLES.map(rowsOf)), [[], [], []]);
  });
});
