import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createSignInLog } from './sign-ins.sql.ts';
import type { SignIn, SignInLog, SignInPage } from './sign-ins.ts';

const DAY = 24 * 60 * 60 * 1000;
let tenants: TestTenants;
let log: SignInLog;
let noon: number;

const signIn = (reference: string, minutes: number, given: Partial<SignIn> = {}): SignIn => ({
  reference,
  purpose: 'sign-in',
  suppressed: 0,
  startedAt: new Date(noon + minutes * 60_000),
  endedAt: new Date(noon + minutes * 60_000 + 900),
  outcome: 'signed-in',
  connectionId: 'idp_entra',
  userId: 'usr_alice',
  applicationId: 'app_one',
  person: 'Alice.Archer@acme.example',
  code: null,
  lines: [{ step: 'sign_in.start', verdict: 'noted', at: 0 }],
  ...given,
});

before(async () => {
  tenants = await openTestTenants();
  log = createSignInLog(tenants);
  noon = tenants.world.now().getTime();
  const refused = { outcome: 'refused', userId: null } as const;
  await log.write(tenants.acme, signIn('AAAA-0000-0001', 1));
  await log.write(
    tenants.acme,
    signIn('AAAA-0000-0002', 2, { ...refused, code: 'saml.expired', connectionId: 'idp_okta', suppressed: 7 }),
  );
  await log.write(
    tenants.acme,
    signIn('BBBB-0000-0003', 3, { ...refused, code: 'admission.no_account', person: '100%_sure@acme.example' }),
  );
  await log.write(tenants.acme, signIn('BBBB-0000-0004', 4, { outcome: 'verified', purpose: 'verify', userId: null }));
  await log.write(tenants.globex, signIn('AAAA-0000-0005', 5));
});
after(() => tenants.close());

const found = async (page: Partial<SignInPage>): Promise<string[]> =>
  (await log.list(tenants.acme, { limit: 10, ...page })).map(({ reference }) => reference.slice(-1));

describe('The log of sign-ins finds', () => {
  const rows: [name: string, page: () => Partial<SignInPage>, references: string[]][] = [
    ['real sign-ins, newest first, and no tests', () => ({}), ['3', '2', '1']],
    ['tests alone when asked for', () => ({ purpose: 'verify' }), ['4']],
    ['both when asked for', () => ({ purpose: 'all' }), ['4', '3', '2', '1']],
    ['by a part of the person, without regard to case', () => ({ person: 'aRCHer@' }), ['2', '1']],
    ['letters that mean something to the database as letters', () => ({ person: '%_s' }), ['3']],
    ['nobody by a pattern', () => ({ person: '_lice' }), []],
    ['by a part of the reference', () => ({ reference: 'bbbb' }), ['3']],
    ['by outcome', () => ({ outcome: 'refused' }), ['3', '2']],
    ['by problem code', () => ({ code: 'saml.expired' }), ['2']],
    ['by provider', () => ({ connectionId: 'idp_okta' }), ['2']],
    ['by user', () => ({ userId: 'usr_alice' }), ['1']],
    ['by application', () => ({ applicationId: 'app_other' }), []],
    ['from a time on', () => ({ from: new Date(noon + 2 * 60_000) }), ['3', '2']],
    ['until a time', () => ({ until: new Date(noon + 2 * 60_000) }), ['1']],
    ['everything that is asked at once', () => ({ outcome: 'refused', person: 'alice' }), ['2']],
    ['the next page', () => ({ before: { startedAt: new Date(noon + 3 * 60_000), reference: 'BBBB-0000-0003' } }), ['2', '1']],
    ['no more than asked for', () => ({ limit: 1 }), ['3']],
  ];
  for (const [name, page, references] of rows) it(name, async () => assert.deepEqual(await found(page()), references));
});

describe('The log of sign-ins', () => {
  it('gives back what was written, its lines only one by one', async () => {
    const written = signIn('CCCC-0000-0006', 6, {
      suppressed: 3,
      lines: [
        { step: 'saml.audience', verdict: 'refused', expected: 'a', received: ['b'], code: 'saml.audience_mismatch', at: 4 },
      ],
    });
    await log.write(tenants.acme, written);
    assert.deepEqual(await log.find(tenants.acme, 'CCCC-0000-0006'), written);
    const [first] = await log.list(tenants.acme, { limit: 1 });
    assert.ok(first && !('lines' in first));
    assert.equal(await log.find(tenants.globex, 'CCCC-0000-0006'), undefined, 'another tenant sees nothing');
  });

  it('does not let one sign-in with thousands of values fill the disk', async () => {
    const received = Array.from({ length: 5000 }, (_, at) => `group-${at}-${'x'.repeat(60)}`);
    await log.write(
      tenants.acme,
      signIn('DDDD-0000-0007', 7, { lines: [{ step: 'admission.claims', verdict: 'noted', received, at: 0 }] }),
    );
    const row = await tenants.store
      .db()
      .selectFrom('sign_ins')
      .select('trace')
      .where('reference', '=', 'DDDD-0000-0007')
      .executeTakeFirstOrThrow();
    assert.ok(row.trace.length < 10_000, `${row.trace.length} characters`);
    assert.match(row.trace, /4950 more/);
  });

  it('forgets what is older than thirty days, or than the tenant says', async () => {
    await log.write(tenants.globex, signIn('EEEE-0000-0008', -10 * 24 * 60));
    await tenants.store
      .db()
      .updateTable('tenants')
      .set({ settings: '{"traceDays":7}' })
      .where('id', '=', tenants.globex)
      .execute();
    assert.equal(await log.removeOld(new Date(noon), 100), 1);
    assert.equal(await log.find(tenants.globex, 'EEEE-0000-0008'), undefined);
    assert.ok(await log.find(tenants.acme, 'AAAA-0000-0001'));
    assert.ok((await log.removeOld(new Date(noon + 31 * DAY), 100)) >= 5);
    assert.equal(await log.find(tenants.acme, 'AAAA-0000-0001'), undefined);
  });

  it('forgets for each of several hundred tenants, no more than asked at once', async () => {
    const ids = Array.from({ length: 450 }, (_, at) => `tnt_${String(at).padStart(3, '0')}` as TenantId);
    const row = await tenants.store
      .db()
      .selectFrom('tenants')
      .selectAll()
      .where('id', '=', tenants.acme)
      .executeTakeFirstOrThrow();
    await tenants.store.transact(async () => {
      for (const id of ids)
        await tenants.store
          .db()
          .insertInto('tenants')
          .values({ ...row, id, name: id })
          .execute();
      for (const id of [ids[0], ids[199], ids[200], ids[449]] as TenantId[]) {
        await log.write(id, signIn('FFFF-0000-0010', -31 * 24 * 60));
        await log.write(id, signIn('FFFF-0000-0011', -29 * 24 * 60));
      }
    });
    assert.equal(await log.removeOld(new Date(noon), 3), 3);
    assert.equal(await log.removeOld(new Date(noon), 3), 1);
    assert.equal(await log.removeOld(new Date(noon), 3), 0);
    assert.deepEqual([await log.find(ids[449] as TenantId, 'FFFF-0000-0010')], [undefined]);
    assert.ok(await log.find(ids[449] as TenantId, 'FFFF-0000-0011'));
  });
});
