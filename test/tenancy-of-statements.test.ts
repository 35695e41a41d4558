import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { openStore, type Store } from '#sql/store.ts';

/** A query as it stands in a file: from the table that it names to its end, with what is done to it under a name of its own. */
interface Query {
  place: string;
  table: string;
  kind: keyof typeof NAMES;
  text: string;
}

const namesTenant = ({ kind, text }: Query): boolean => NAMES[kind].test(text);

/** Queries that name no tenant, told by what stands in them, and why they need not. */
const EXEMPT: readonly [path: string, holds: string, why: string][] = [
  ['src/upstream/health/figures-for-metrics.sql.ts', "where('ended_at', '>='", 'metrics are those of the whole gateway'],
  [
    'src/upstream/health/figures-for-metrics.sql.ts',
    "selectFrom('connection_refreshes as r')",
    'metrics are those of the whole gateway',
  ],
  ['src/upstream/health/refresh-book.sql.ts', "leftJoin('connection_refreshes as r'", 'what is due in all tenants'],
  ['src/upstream/keys/key-calendar.sql.ts', "where('planned_at', '<='", 'the plans of all tenants are followed'],
  ['src/sign-in/attempts.sql.ts', "where('expires_at', '<'", 'what is over goes, whoever’s it was'],
  ['src/sign-in/password/setup-links.sql.ts', "where('expires_at', '<'", 'what is over goes'],
  ['src/sign-in/password/tries.sql.ts', "where('ends_at', '<'", 'what is over goes'],
  ['src/sign-in/logout/departures.sql.ts', "where('expires_at', '<'", 'what is over goes'],
  ['src/sign-in/consent/consents.sql.ts', "where('expires_at', '<'", 'what is over goes'],
  ['src/mail/outbox.sql.ts', "where('created_at', '<'", 'what is over goes, by tenant and id'],
  ['src/mail/outbox.sql.ts', "where('state', '=', 'waiting')", 'the next mail of all tenants is sent; metrics count them'],
  ['src/sign-in/logout/revocations.sql.ts', "where('not_before', '<='", 'the next one of all tenants is tried'],
  ['src/sign-in/logout/revocations.sql.ts', "as('waiting')", 'metrics are those of the whole gateway'],
  [
    'src/sign-in/password/passwords.sql.ts',
    "selectFrom('role_members')",
    'is joined by the tenant of the outer query, beside it',
  ],
  ['src/openid-provider/artifacts.sql.ts', 'row.and(key)', 'the key has the tenant in it: its type asks for it'],
  ['src/openid-provider/artifacts.sql.ts', "where('expires_at', '<'", 'what is over goes'],
  [
    'src/openid-provider/artifacts.sql.ts',
    "refTuple('tenant_id', 'kind', 'id_hash')",
    'those that were found to be over, by their whole key',
  ],
];

/** A join is of the tenant of what it joins; everything else says which. */
const NAMES = { join: /onRef\(\s*'\w+\.tenant_id'/, query: /where(?:Ref)?\(\s*'(?:\w+\.)?tenant_id'/ };

/** With the name of a table, or with what holds one. */
const BEGINS = /\b(?:selectFrom|updateTable|deleteFrom|innerJoin|leftJoin)\(\s*(?:'(\w+)(?: as \w+)?'|\w+\))/g;

/** Where the expression that goes on at this place ends: at a bracket that closes what it did not open, or between statements. */
function endOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if ('([{'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth -= 1;
    if (depth < 0 || (depth === 0 && (sign === ';' || sign === ','))) return at;
  }
  return text.length;
}

/** What is done under the name that an expression was given, in the rest of the block. */
function followed(text: string, from: number, to: number): string {
  const statement = text.slice(Math.max(...[';', '{', '}'].map((sign) => text.lastIndexOf(sign, from - 1))) + 1, from);
  const name = /^\s*(?:\/\/.*\s*)*(?:const|let) (\w+) =/.exec(statement)?.[1];
  if (name === undefined) return '';
  const uses = [...text.slice(to, blockEnd(text, to)).matchAll(new RegExp(`(?<![\\w.])${name}\\b`, 'g'))];
  return uses
    .map(({ index }) => {
      const [at, end] = [to + index, endOf(text, to + index)];
      return `${text.slice(at, end)}\n${followed(text, at, end)}`;
    })
    .join('\n');
}

function blockEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && --depth < 0) return at;
  }
  return text.length;
}

function queriesIn(path: string, text: string): Query[] {
  return [...text.matchAll(BEGINS)].map((match) => {
    const end = endOf(text, match.index);
    const place = `${path}:${text.slice(0, match.index).split('\n').length + (match[0].startsWith('\n') ? 1 : 0)}`;
    return {
      place,
      table: match[1] ?? 'whichever',
      kind: match[0].includes('Join') ? 'join' : 'query',
      text: text.slice(match.index, end) + followed(text, match.index, end),
    };
  });
}

describe('Every query of what belongs to a tenant', () => {
  let store: Store;
  let owned: ReadonlySet<string>;
  let queries: readonly Query[];
  before(async () => {
    store = openStore(':memory:');
    await store.migrate();
    const tables = sql<{ name: string; sql: string }>`select name, sql from sqlite_master where type = 'table'`;
    const { rows } = await tables.execute(store.db());
    owned = new Set(rows.filter((row) => /\btenant_id\b/.test(row.sql)).map(({ name }) => name));
    const files = globSync('src/**/*.sql.ts').sort();
    queries = files
      .flatMap((path) => queriesIn(path, readFileSync(path, 'utf8')))
      .filter(({ table }) => owned.has(table) || table === 'whichever');
  });
  after(() => store.close());

  it('is found', () => {
    for (const name of ['users', 'connections', 'sessions', 'attempts', 'oidc_artifacts', 'audit_events'])
      assert.ok(owned.has(name), name);
    assert.ok(queries.length > 120, String(queries.length));
  });

  it('names the tenant, or is one of those that need not', () => {
    const without = queries.filter((query) => !namesTenant(query));
    const unexplained = without.filter(
      ({ place, text }) => !EXEMPT.some(([path, holds]) => place.startsWith(`${path}:`) && text.includes(holds)),
    );
    assert.deepEqual(
      unexplained.map(({ place, table }) => `${place} ${table}`),
      [],
    );
  });

  it('no exemption stands for nothing', () => {
    const without = queries.filter((query) => !namesTenant(query));
    const idle = EXEMPT.filter(
      ([path, holds]) => !without.some(({ place, text }) => place.startsWith(`${path}:`) && text.includes(holds)),
    );
    assert.deepEqual(idle, []);
  });

  it('one that does not is told', () => {
    const planted = "const find = statement((db, { id }) => db.selectFrom('users').select('id').where('id', '=', id));";
    const found = queriesIn('src/planted.sql.ts', planted);
    assert.deepEqual(
      found.map((query) => [query.table, namesTenant(query)]),
      [['users', false]],
    );
  });
});
