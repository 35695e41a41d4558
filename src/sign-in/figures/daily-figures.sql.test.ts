import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { CompiledQuery, sql } from 'kysely';
import type { ConnectionId } from '#kernel/ids.ts';
import { type Statement, Statements } from '#sql/statement.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createSignInLog } from '../sign-ins.sql.ts';
import type { SignIn } from '../sign-ins.ts';
import { countRefused, countRefusedThere, countSucceeded, countSucceededThere, createDailyFigures } from './daily-figures.sql.ts';
import type { DailyFigureBook } from './daily-figures.ts';
import { daysUntil } from './days.ts';

const okta = 'idp_okta' as ConnectionId;
const now = new Date('2026-11-22T12:00:00Z');
const days = daysUntil(now, { count: 3, timeZone: 'UTC' });

let given: TestTenants;
let figures: DailyFigureBook;
before(async () => {
  given = await openTestTenants();
});
beforeEach(async () => {
  await given.store.db().deleteFrom('sign_ins').execute();
  figures = createDailyFigures(given);
});
after(() => given.close());

let count = 0;
async function began(at: string, change: Partial<SignIn> = {}): Promise<void> {
  const startedAt = new Date(at);
  await createSignInLog(given).write(given.acme, {
    reference: `AAAA-BBBB-${String(count++).padStart(4, '0')}`,
    startedAt,
    endedAt: startedAt,
    outcome: 'signed-in',
    purpose: 'sign-in',
    connectionId: okta,
    userId: null,
    applicationId: null,
    person: null,
    code: null,
    lines: [],
    suppressed: 0,
    ...change,
  });
}
const refused = (code: string) => ({ outcome: 'refused', code }) as const;
const read = async (connectionId?: ConnectionId, tenant = given.acme) =>
  (await figures.read(tenant, { days, connectionId, now })).map((day) => [day.succeeded, Object.fromEntries(day.refused)]);

describe('The figures of days', () => {
  it('count each sign-in on the day that it began, and refusals by their code', async () => {
    for (const at of ['2026-11-19T23:59:59.999Z', '2026-11-20T00:00:00Z', '2026-11-20T23:59:59.999Z', '2026-11-22T11:00:00Z']) {
      await began(at);
      await began(at, refused('saml.expired'));
    }
    await began('2026-11-22T10:00:00Z', refused('admission.no_account'));
    assert.deepEqual(await read(), [
      [2, { 'saml.expired': 2 }],
      [0, {}],
      [1, { 'saml.expired': 1, 'admission.no_account': 1 }],
    ]);
  });

  it('are of one provider, of all, or of none', async () => {
    await began('2026-11-22T10:00:00Z');
    await began('2026-11-22T10:00:00Z', { connectionId: 'idp_entra' });
    await began('2026-11-22T10:00:00Z', { connectionId: null, ...refused('sign_in.attempt_unknown') });
    assert.deepEqual((await read())[2], [2, { 'sign_in.attempt_unknown': 1 }]);
    assert.deepEqual((await read(okta))[2], [1, {}]);
  });

  it('are those of this tenant, without tests', async () => {
    await began('2026-11-22T10:00:00Z');
    await began('2026-11-22T10:00:00Z', { purpose: 'verify', outcome: 'verified' });
    await began('2026-11-22T10:00:00Z', { purpose: 'verify', ...refused('saml.expired') });
    assert.deepEqual((await read())[2], [1, {}]);
    assert.deepEqual((await read(undefined, given.globex))[2], [0, {}]);
  });

  it('are counted once of a day that is over, and anew while sign-ins may come to it', async () => {
    await read();
    await began('2026-11-20T10:00:00Z');
    await began('2026-11-22T10:00:00Z');
    const [first, , last] = await read();
    assert.deepEqual(
      [first, last],
      [
        [0, {}],
        [1, {}],
      ],
    );
    // Eleven seconds ago it was yesterday: who began then may be on the way still.
    const early = { days: daysUntil(now, { count: 3, timeZone: 'Etc/GMT-12' }), now: new Date('2026-11-22T12:00:11Z') };
    await figures.read(given.acme, early);
    await began('2026-11-22T11:59:00Z');
    assert.equal((await figures.read(given.acme, early))[1]?.succeeded, 2);
  });
});

describe('Counting the days of many sign-ins', () => {
  const day = days[1];
  const span = { tenant: '', from: day?.from.getTime() ?? 0, until: day?.until.getTime() ?? 0 };
  /** PostgreSQL, which plans by what is there: in a table of a few rows it would use no index. */
  const isPostgres = (): boolean => given.store.capabilities.rowLocks;
  beforeEach(async () => {
    const first = span.until - 28 * 86_400_000;
    await sql`with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000)
      insert into sign_ins (tenant_id, reference, purpose, suppressed, started_at, ended_at, outcome, connection_id, code, trace)
      select ${given.acme}, 'R' || i, 'sign-in', 0, ${sql.lit(first)} + cast(800000 as bigint) * i, 0,
        case when i % 10 = 0 then 'refused' else 'signed-in' end, 'idp_' || (i % 5), case when i % 10 = 0 then 'saml.expired' end,
        ${'long '.repeat(300)} from n`.execute(given.store.db());
    if (isPostgres()) await sql`vacuum analyze sign_ins`.execute(given.store.db());
  });

  const rows: [string, Statement<never, unknown>, object, string][] = [
    ['successes', countSucceeded, span, 'sign_ins_by_day'],
    ['refusals', countRefused, span, 'sign_ins_by_day'],
    ['successes of a provider', countSucceededThere, { ...span, id: 'idp_1' }, 'sign_ins_by_connection'],
    ['refusals of a provider', countRefusedThere, { ...span, id: 'idp_1' }, 'sign_ins_by_connection'],
  ];
  for (const [what, statement, values, index] of rows)
    it(`reads an index alone, and no trace: ${what}`, async () => {
      const db = given.store.db();
      const { sql: text, parameters } = new Statements(db, given.store.capabilities).bind(statement, {
        ...values,
        tenant: given.acme,
      } as never);
      const explain = CompiledQuery.raw(`${isPostgres() ? 'explain' : 'explain query plan'} ${text}`, [...parameters]);
      const plan = (await db.executeQuery<Record<string, string>>(explain)).rows.flatMap(Object.values).join('\n');
      // PostgreSQL can skip through the providers of the other index, where they are few.
      const expected = isPostgres() ? 'Index Only Scan using sign_ins_by_' : `USING COVERING INDEX ${index} `;
      assert.ok(plan.includes(expected), plan);
    });
});
