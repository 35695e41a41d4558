import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ConnectionId } from '#kernel/ids.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import type { Report, Verification, VerificationStore } from './verification.ts';
import { createVerificationStore } from './verifications.sql.ts';

const ENTRA = 'idp_entra' as ConnectionId;
const OKTA = 'idp_okta' as ConnectionId;
const DAY = 24 * 60 * 60 * 1000;
let tenants: TestTenants;
let verifications: VerificationStore;
let now: Date;

const after15 = (): Date => new Date(now.getTime() + 900_000);
const made = (id: string, given: Partial<Verification> = {}): Verification => ({
  id,
  connectionId: ENTRA,
  revision: 3,
  applicationId: null,
  reference: 'AAAA-BBBB-CCCC',
  state: 'waiting',
  startedBy: { kind: 'user', id: 'usr_admin' },
  startedAt: now,
  openedAt: null,
  expiresAt: after15(),
  endedAt: null,
  browserHash: null,
  begun: [],
  report: null,
  ...given,
});
const report: Report = {
  summary: { code: 'saml.expired', title: 'Expired', whatToDo: 'Set the clock', where: 'provider' },
  steps: [{ step: 'saml.validity', verdict: 'refused', code: 'saml.expired', at: 3 }],
  claims: { email: 'alice@acme.example' },
  mappings: [],
  person: null,
  groups: null,
  roles: null,
  tokens: null,
  warnings: [],
};

before(async () => {
  tenants = await openTestTenants();
  verifications = createVerificationStore(tenants);
  now = tenants.world.now();
});
after(() => tenants.close());

describe('The store of test sign-ins', () => {
  it('gives back what was put in, to its own tenant', async () => {
    const one = made('ver_one');
    await verifications.add(tenants.acme, one, 'hash-one');
    assert.deepEqual(await verifications.find(tenants.acme, 'ver_one'), one);
    assert.equal(await verifications.find(tenants.globex, 'ver_one'), undefined);
    assert.equal(await verifications.find(tenants.acme, "ver_'\0"), undefined);
  });

  it('lets a ticket be used once, in its time, at its own connection and tenant', async () => {
    await verifications.add(tenants.acme, made('ver_two'), 'hash-two');
    const by = { browserHash: 'browser', now, expiresAt: after15() };
    const here = { hash: 'hash-two', connectionId: ENTRA };
    assert.equal(await verifications.open(tenants.globex, here, by), undefined);
    assert.equal(await verifications.open(tenants.acme, { ...here, connectionId: OKTA }, by), undefined);
    assert.equal(await verifications.open(tenants.acme, { ...here, hash: 'hash-three' }, by), undefined);
    assert.equal(await verifications.open(tenants.acme, here, { ...by, now: after15() }), undefined);
    const opened = await verifications.open(tenants.acme, here, by);
    assert.deepEqual([opened?.id, opened?.browserHash, opened?.openedAt], ['ver_two', 'browser', now]);
    assert.equal(await verifications.open(tenants.acme, here, by), undefined);
  });

  it('gives a ticket to one of many who come at once', async () => {
    await verifications.add(tenants.acme, made('ver_raced'), 'hash-raced');
    const open = (browser: number) =>
      verifications.open(
        tenants.acme,
        { hash: 'hash-raced', connectionId: ENTRA },
        { browserHash: `b${browser}`, now, expiresAt: after15() },
      );
    const opened = await Promise.all(Array.from({ length: 20 }, (_, browser) => open(browser)));
    assert.equal(opened.filter(Boolean).length, 1);
  });

  it('is concluded once; until then it knows how far it came', async () => {
    await verifications.add(tenants.acme, made('ver_three'), 'hash-four');
    const begun = [{ step: 'verify.start', verdict: 'noted' as const, at: 0 }];
    await verifications.noteBegun(tenants.acme, 'ver_three', begun);
    const waiting = await verifications.find(tenants.acme, 'ver_three');
    assert.deepEqual([waiting?.begun, waiting?.report, waiting?.state], [begun, null, 'waiting']);
    const ended = { state: 'failed' as const, endedAt: now, person: 'alice', report };
    assert.equal(await verifications.conclude(tenants.globex, 'ver_three', ended), false);
    assert.equal(await verifications.conclude(tenants.acme, 'ver_three', ended), true);
    assert.equal(await verifications.conclude(tenants.acme, 'ver_three', { ...ended, state: 'passed' }), false);
    await verifications.noteBegun(tenants.acme, 'ver_three', begun);
    const over = await verifications.find(tenants.acme, 'ver_three');
    assert.deepEqual([over?.state, over?.report, over?.endedAt], ['failed', report, now]);
  });

  it('lists those of one connection, newest first, page by page', async () => {
    for (const minute of [1, 2, 3]) {
      const startedAt = new Date(now.getTime() + minute * 60_000);
      await verifications.add(tenants.acme, made(`ver_list_${minute}`, { connectionId: OKTA, startedAt }), `list-${minute}`);
    }
    const first = await verifications.list(tenants.acme, OKTA, { limit: 2 });
    assert.deepEqual(
      first.map(({ id }) => id),
      ['ver_list_3', 'ver_list_2'],
    );
    const last = first.at(-1);
    assert.ok(last);
    const next = await verifications.list(tenants.acme, OKTA, { limit: 2, before: last });
    assert.deepEqual(
      next.map(({ id }) => id),
      ['ver_list_1'],
    );
    assert.deepEqual(await verifications.list(tenants.globex, OKTA, { limit: 2 }), []);
  });

  it('forgets what is older than the tenant keeps traces', async () => {
    assert.equal(await verifications.removeOld(new Date(now.getTime() + 29 * DAY), 100), 0);
    assert.ok((await verifications.removeOld(new Date(now.getTime() + 31 * DAY), 100)) >= 6);
    assert.equal(await verifications.find(tenants.acme, 'ver_one'), undefined);
  });
});
