import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import type { ConnectionId } from '#kernel/ids.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import type { FigureBook } from '#upstream/index.ts';
import { createSignInLog } from '../sign-ins.sql.ts';
import type { SignIn } from '../sign-ins.ts';
import { createFigureBook } from './provider-figures.sql.ts';

let given: TestTenants;
let figures: FigureBook;
const okta = 'idp_okta' as ConnectionId;
const entra = 'idp_entra' as ConnectionId;
before(async () => {
  given = await openTestTenants();
  figures = createFigureBook(given);
});
beforeEach(() => given.store.db().deleteFrom('sign_ins').execute());
after(() => given.close());

let count = 0;
/** A sign-in that ended so many hours ago. */
async function ended(hoursAgo: number, change: Partial<SignIn> & { skewSeconds?: number } = {}): Promise<string> {
  const { skewSeconds, ...rest } = change;
  const at = new Date(given.world.now().getTime() - hoursAgo * 3_600_000);
  const reference = `AAAA-BBBB-${String(count++).padStart(4, '0')}`;
  const received = skewSeconds === undefined ? undefined : Math.round(at.getTime() / 1000) + skewSeconds;
  const signIn: SignIn = {
    reference,
    startedAt: at,
    endedAt: at,
    outcome: 'signed-in',
    purpose: 'sign-in',
    connectionId: okta,
    userId: null,
    applicationId: null,
    person: null,
    code: null,
    lines: received === undefined ? [] : [{ step: 'oidc.time_iat', verdict: 'passed', received, at: 0 }],
    suppressed: 0,
    ...rest,
  };
  await createSignInLog(given).write(given.acme, signIn);
  return reference;
}
const refused = (code: string) => ({ outcome: 'refused', code }) as const;
const read = (id: ConnectionId = okta) => figures.read(given.acme, id, given.world.now());

describe('The figures of a provider', () => {
  it('count the ends of a day and of seven, by code', async () => {
    for (const hours of [1, 2, 23, 25, 167, 169]) await ended(hours);
    for (const hours of [1, 30, 30]) await ended(hours, refused('saml.audience_mismatch'));
    await ended(3, refused('admission.no_account'));
    const { last24h, last7d, byCode } = await read();
    assert.deepEqual(
      [last24h, last7d],
      [
        { succeeded: 3, refused: 2 },
        { succeeded: 5, refused: 4 },
      ],
    );
    assert.deepEqual(
      byCode.map(({ code, count: all, recent }) => [code, all, recent]),
      [
        ['saml.audience_mismatch', 3, 1],
        ['admission.no_account', 1, 1],
      ],
    );
  });

  it('say when somebody last got in, however long ago, and who was last refused', async () => {
    await ended(500);
    const reference = await ended(400, refused('saml.expired'));
    const { lastSuccessAt, lastRefusal, last7d } = await read();
    assert.equal(lastSuccessAt?.getTime(), given.world.now().getTime() - 500 * 3_600_000);
    assert.deepEqual(
      [lastRefusal?.reference, lastRefusal?.code, last7d],
      [reference, 'saml.expired', { succeeded: 0, refused: 0 }],
    );
  });

  it('show the provider’s clock, newest first, by refusals as well', async () => {
    await ended(3, { skewSeconds: -2 });
    await ended(2);
    await ended(1, { ...refused('oidc.token_not_yet_valid'), skewSeconds: 600 });
    await ended(200, { skewSeconds: 30 });
    assert.deepEqual(
      (await read()).skews.map(({ seconds }) => seconds),
      [600, -2],
    );
  });

  it('are those of this provider in this tenant', async () => {
    await ended(1, { connectionId: entra, skewSeconds: 5 });
    assert.deepEqual(await read(), {
      last24h: { succeeded: 0, refused: 0 },
      last7d: { succeeded: 0, refused: 0 },
      byCode: [],
      lastSuccessAt: null,
      lastRefusal: null,
      skews: [],
    });
    assert.equal((await read(entra)).last7d.succeeded, 1);
    assert.equal((await figures.read(given.globex, entra, given.world.now())).last7d.succeeded, 0);
  });

  it('do not count tests', async () => {
    await ended(1, { purpose: 'verify', outcome: 'verified', skewSeconds: 600 });
    await ended(1, { purpose: 'verify', ...refused('saml.expired') });
    const { last7d, byCode, skews, lastRefusal } = await read();
    assert.deepEqual([last7d, byCode, skews, lastRefusal], [{ succeeded: 0, refused: 0 }, [], [], null]);
  });

  it('are counted in an index alone, without reading the traces', () =>
    given.store.transact(async () => {
      const db = given.store.db();
      const isPostgres = given.store.capabilities.rowLocks;
      // So few rows as here PostgreSQL would read through; told not to, it shows what it can do without the table.
      if (isPostgres) await sql`set local enable_seqscan = off`.execute(db);
      const { rows } = await sql<Record<string, string>>`${sql.raw(isPostgres ? 'explain' : 'explain query plan')}
        select outcome, code, count(*) from sign_ins
        where tenant_id = 'a' and connection_id = 'b' and purpose = 'sign-in' and outcome in ('signed-in', 'refused') and started_at >= 1
        group by outcome, code`.execute(db);
      const plan = rows.flatMap(Object.values).join('\n');
      assert.match(plan, /(?:USING COVERING INDEX|Index Only Scan using) sign_ins_by_connection/);
    }));
});
