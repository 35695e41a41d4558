import { type Kysely, sql } from 'kysely';

/** Their rows have 0.7 to 1.7 kB, and are found by a random key. */
const LARGE = ['attempts', 'sessions', 'oidc_artifacts'] as const;

/**
 * Takes large rows out of the trees of their keys, where an engine has put them there. Four of them fill a page, so that nearly every
 * insert had to share out three pages anew; beside their keys they are appended one after the other.
 *
 * @see https://www.sqlite.org/withoutrowid.html §4: rows beyond a twentieth of a page gain nothing by it
 */
export async function up(db: Kysely<unknown>, { keyedTables }: { keyedTables: string }): Promise<void> {
  if (keyedTables === '') return;
  for (const table of LARGE) await takeApart(db, table, keyedTables.trim());
}

/** By the text that made the table, so that columns which were added since come along. */
async function takeApart(db: Kysely<unknown>, table: string, ending: string): Promise<void> {
  const { rows } = await sql<{ type: string; text: string }>`select type, sql as text from sqlite_schema
    where tbl_name = ${table} and sql is not null order by type desc`.execute(db);
  const [made, ...indexes] = rows;
  if (made?.type !== 'table' || !made.text.toLowerCase().endsWith(ending)) return;
  const columns = made.text.slice(made.text.indexOf('('), -ending.length);
  const steps = [
    `create table ${table}_apart ${columns}`,
    `insert into ${table}_apart select * from ${table}`,
    `drop table ${table}`,
    `alter table ${table}_apart rename to ${table}`,
    ...indexes.map(({ text }) => text),
  ];
  for (const step of steps) await sql.raw(step).execute(db);
}
