import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createUserStore } from '#directory/users.sql.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { openKeyring } from '#sql/keyring.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createRevocationStore } from './revocations.sql.ts';
import type { PendingRevocation, RevocationClient, RevocationStore } from './revocations.ts';

const acmeIdp = 'idp_acme' as ConnectionId;
/** Comes before the other one in each index: a statement that names no provider finds this one. */
const otherIdp = 'idp_aa' as ConnectionId;
const [ana, ben] = ['usr_ana', 'usr_ben'] as [UserId, UserId];
const LEASE = 120;

let given: TestTenants;
let acme: TenantId;
let users: ReturnType<typeof createUserStore>;
let revocations: RevocationStore;

before(async () => {
  given = await openTestTenants();
  acme = given.acme;
  users = createUserStore(given);
});
after(() => given.close());
beforeEach(async () => {
  for (const table of ['revocations', 'revocation_clients', 'links'] as const) await given.store.db().deleteFrom(table).execute();
  revocations = createRevocationStore(given);
});

interface Tied {
  tenant?: TenantId;
  connectionId?: ConnectionId;
  subject?: string;
}
function linkOf(userId: UserId, { connectionId = acmeIdp, subject = userId }: Tied = {}) {
  const now = given.world.now();
  const id = `lnk_${userId}_${connectionId}_${subject}`;
  return { id, userId, connectionId, issuer: 'https://idp.example', subject, createdAt: now, lastUsedAt: now };
}
/** Somebody signs in, and the provider gives a refresh token. */
const tie = (userId: UserId, refreshToken: string, tied: Tied = {}): Promise<void> =>
  users.link(tied.tenant ?? acme, { ...linkOf(userId, tied), refreshToken });
const heldBy = (userId: UserId, { tenant = acme, connectionId = acmeIdp, subject = userId }: Tied = {}) =>
  users.findRefreshToken(tenant, { connectionId, issuer: 'https://idp.example', subject });

const client = (revision = 1, connectionId = acmeIdp): RevocationClient => ({
  connectionId,
  revision,
  kind: 'oidc',
  prepared: { revision },
});
const claim = (): Promise<PendingRevocation | undefined> => revocations.claim(given.world.now(), LEASE);
async function claimAll(): Promise<PendingRevocation[]> {
  const all: PendingRevocation[] = [];
  for (let one = await claim(); one; one = await claim()) all.push(one);
  return all;
}
const tokenOf = ({ content }: PendingRevocation): string => (content.state === 'readable' ? content.token : content.state);
const tokens = async (): Promise<string[]> => (await claimAll()).map(tokenOf).sort();

describe('Refresh tokens that are taken away', () => {
  it('leave their links and wait, with what it takes to give them back', async () => {
    await tie(ana, 'token-of-ana');
    assert.equal(await revocations.take(acme, client(), { userId: ana }), 1);
    assert.equal(await heldBy(ana), undefined);
    const rows = await given.store.db().selectFrom('revocations').selectAll().execute();
    assert.ok(!JSON.stringify(rows).includes('token-of-ana'));
    const [one, ...more] = await claimAll();
    assert.deepEqual(more, []);
    assert.deepEqual(one?.content, { state: 'readable', kind: 'oidc', prepared: { revision: 1 }, token: 'token-of-ana' });
    assert.deepEqual([one?.tenant, one?.connectionId, one?.createdAt, one?.attempts], [acme, acmeIdp, given.world.now(), 1]);
  });

  it('are those of that tenant, provider and person alone', async () => {
    await tie(ana, 'hers');
    await tie(ana, 'her second account’s', { subject: 'ana-2' });
    await tie(ana, 'elsewhere', { connectionId: otherIdp });
    await tie(ana, 'in another tenant', { tenant: given.globex });
    await tie(ben, 'his');
    assert.equal(await revocations.take(acme, client(), { userId: ana }), 2);
    assert.deepEqual(await tokens(), ['hers', 'her second account’s'].sort());
    assert.deepEqual(
      [await heldBy(ben), await heldBy(ana, { connectionId: otherIdp }), await heldBy(ana, { tenant: given.globex })],
      ['his', 'elsewhere', 'in another tenant'],
    );
    assert.equal(await revocations.take(acme, client(), {}), 1);
    assert.deepEqual(await tokens(), ['his']);
    assert.equal(await heldBy(ana, { connectionId: otherIdp }), 'elsewhere');
  });

  it('none leave nothing behind', async () => {
    assert.equal(await revocations.take(acme, client(), { userId: ana }), 0);
    assert.deepEqual(await given.store.db().selectFrom('revocation_clients').selectAll().execute(), []);
  });

  it('are told apart, two of one link in the same millisecond', async () => {
    for (const token of ['first', 'second']) {
      await tie(ana, token);
      assert.equal(await revocations.take(acme, client(), { userId: ana }), 1, token);
    }
    const [one, two] = (await claimAll()) as [PendingRevocation, PendingRevocation];
    assert.deepEqual([tokenOf(one), tokenOf(two)].sort(), ['first', 'second']);
    assert.deepEqual([one.linkId, one.createdAt], [two.linkId, two.createdAt]);
    const later = new Date(given.world.now().getTime() + 1000);
    await revocations.putOff(two, later);
    await revocations.settle(one);
    assert.equal(await revocations.countWaiting(), 1, 'settled one by one');
    given.world.pass(2);
    assert.deepEqual(await tokens(), [tokenOf(two)], 'put off one by one');
  });

  it('are all taken, however many there are', async () => {
    const now = given.world.now().getTime();
    const row = (index: number) => ({
      tenant_id: acme,
      id: `lnk_many_${index}`,
      user_id: ana,
      connection_id: acmeIdp,
      issuer: 'i',
      subject: `${index}`,
      created_at: now,
      last_used_at: now,
      sealed_refresh_token: 'sealed',
    });
    for (const from of [0, 600])
      await given.store
        .db()
        .insertInto('links')
        .values(Array.from({ length: 600 }, (_, index) => row(from + index)))
        .execute();
    assert.equal(await revocations.take(acme, client(), {}), 1200);
    assert.equal(await revocations.countWaiting(), 1200);
    const left = given.store.db().selectFrom('links').select('id').where('sealed_refresh_token', 'is not', null);
    assert.deepEqual(await left.execute(), []);
  });
});

describe('A token that waits', () => {
  it('is taken by one of many, and by nobody else until the lease ends', async () => {
    for (const who of [ana, ben]) await tie(who, who);
    await revocations.take(acme, client(), {});
    const claimed = await Promise.all(Array.from({ length: 6 }, claim));
    const found = claimed.filter((one) => one !== undefined);
    assert.deepEqual(found.map(tokenOf).sort(), [ana, ben].sort());
    given.world.pass(LEASE - 1);
    assert.equal(await claim(), undefined);
    given.world.pass(1);
    assert.deepEqual(
      (await claimAll()).map(({ attempts }) => attempts),
      [2, 2],
    );
  });

  it('is put off alone, or with those of its provider that would be sooner', async () => {
    await tie(ana, 'a');
    await revocations.take(acme, client(1), {});
    await tie(ben, 'b');
    await revocations.take(acme, client(1), {});
    await tie(ana, 'c');
    await revocations.take(acme, client(2), {});
    await tie(ana, 'd', { tenant: given.globex });
    await revocations.take(given.globex, client(1), {});
    const at = (seconds: number): Date => new Date(given.world.now().getTime() + seconds * 1000);
    const all = await claimAll();
    const named = (token: string) => all.find((one) => tokenOf(one) === token) as PendingRevocation;
    await revocations.putOff(named('a'), at(500));
    for (const token of ['b', 'c', 'd']) await revocations.putOff(named(token), at(10));
    await revocations.putOffOthers(named('b'), at(100));
    const times = given.store.db().selectFrom('revocations').select(['link_id', 'tenant_id', 'client_id', 'not_before']);
    const secondsOf = async ({ tenant, linkId, clientId }: PendingRevocation): Promise<number> => {
      const row = times.where('link_id', '=', linkId).where('tenant_id', '=', tenant).where('client_id', '=', clientId);
      return ((await row.executeTakeFirstOrThrow()).not_before - given.world.now().getTime()) / 1000;
    };
    assert.deepEqual(await Promise.all(['a', 'b', 'c', 'd'].map((token) => secondsOf(named(token)))), [500, 100, 10, 10]);
  });

  it('of the release before is told and settled like any other', async () => {
    await tie(ana, 'old');
    await revocations.take(acme, client(), {});
    await given.store.db().updateTable('revocations').set({ id: '' }).execute();
    const one = await claim();
    assert.equal(one && tokenOf(one), 'old');
    if (one) await revocations.settle(one);
    assert.equal(await revocations.countWaiting(), 0);
  });

  it('says whether its account holds nothing by now, the same one, or another', async () => {
    const elsewhere = openKeyring(['another master key of a test, long enough']);
    const found = async (userId: UserId): Promise<string | undefined> => {
      await revocations.take(acme, client(), { userId });
      return (await claim())?.linkHolds;
    };
    await tie(ana, 'one');
    assert.equal(await found(ana), 'nothing');
    given.world.pass(LEASE);
    await tie(ana, 'one');
    assert.equal((await claim())?.linkHolds, 'the same');
    given.world.pass(LEASE);
    await tie(ana, 'two');
    assert.equal((await claim())?.linkHolds, 'another');
    given.world.pass(LEASE);
    await createUserStore({ ...given, keyring: elsewhere }).link(acme, { ...linkOf(ana), refreshToken: 'one' });
    assert.equal((await claim())?.linkHolds, 'another', 'one that cannot be unsealed might be any');
  });

  it('looks at that very account: of that tenant, provider, issuer and subject', async () => {
    await tie(ana, 'one');
    await revocations.take(acme, client(), {});
    await tie(ana, 'one', { tenant: given.globex });
    await tie(ana, 'one', { connectionId: otherIdp });
    await tie(ana, 'one', { subject: 'ana-2' });
    await users.link(acme, { ...linkOf(ana), id: 'lnk_issuer', issuer: 'https://other.example', refreshToken: 'one' });
    assert.equal((await claim())?.linkHolds, 'nothing');
    await revocations.take(given.globex, client(), {});
    await tie(ana, 'one');
    const theirs = (await claimAll()).filter(({ tenant }) => tenant === given.globex);
    assert.deepEqual(
      theirs.map(({ linkHolds }) => linkHolds),
      ['nothing'],
    );
  });

  it('is told before one that is due later', async () => {
    await tie(ana, 'later');
    await tie(ben, 'sooner');
    await revocations.take(acme, client(), {});
    const at = (seconds: number): Date => new Date(given.world.now().getTime() + seconds * 1000);
    for (const one of await claimAll()) await revocations.putOff(one, at(tokenOf(one) === 'later' ? 10 : 5));
    given.world.pass(10);
    assert.deepEqual((await claimAll()).map(tokenOf), ['sooner', 'later']);
  });

  it('may have come too late to be kept: with the name of its account, or, where that is gone, without', async () => {
    await tie(ana, 'early');
    const { id } = linkOf(ana);
    await revocations.take(acme, client(), {});
    await revocations.add(acme, client(), { link: linkOf(ana), token: 'late' });
    await revocations.add(acme, client(), { link: linkOf(ben), token: 'of nobody any more' });
    assert.ok(!JSON.stringify(await given.store.db().selectFrom('revocations').selectAll().execute()).includes('late'));
    const all = (await claimAll()).map((one) => [tokenOf(one), one.linkId, one.linkHolds]);
    assert.deepEqual(all.sort(), [
      ['early', id, 'nothing'],
      ['late', id, 'nothing'],
      ['of nobody any more', '', 'nothing'],
    ]);
  });

  it('that nobody can unseal is found, and said to be so', async () => {
    await tie(ana, 'lost');
    await revocations.take(acme, client(), {});
    const elsewhere = createRevocationStore({ ...given, keyring: openKeyring(['another master key of a test, long enough']) });
    const one = await elsewhere.claim(given.world.now(), LEASE);
    assert.equal(one?.content.state, 'unreadable');
    given.world.pass(LEASE);
    assert.deepEqual(await tokens(), ['lost'], 'a node that has the key reads it');
  });
});

describe('What it takes to tell a provider', () => {
  const clients = async (): Promise<number> =>
    (await given.store.db().selectFrom('revocation_clients').select('id').execute()).length;

  it('is kept as long as a token waits for it, and an hour; then it goes', async () => {
    await tie(ana, 'a');
    await revocations.take(acme, client(), {});
    given.world.pass(7200);
    assert.deepEqual([await revocations.removeIdle(given.world.now(), 10), await clients()], [0, 1]);
    await tie(ben, 'b');
    await revocations.take(acme, client(), {});
    for (const one of await claimAll()) await revocations.settle(one);
    given.world.pass(3600);
    assert.deepEqual([await revocations.removeIdle(given.world.now(), 10), await clients()], [0, 1], 'written anew an hour ago');
    given.world.pass(1);
    assert.deepEqual([await revocations.removeIdle(given.world.now(), 10), await clients()], [1, 0]);
  });

  it('goes at most so many at once', async () => {
    for (const revision of [1, 2, 3]) {
      await tie(ana, `${revision}`);
      await revocations.take(acme, client(revision), {});
    }
    for (const one of await claimAll()) await revocations.settle(one);
    given.world.pass(3601);
    assert.deepEqual([await revocations.removeIdle(given.world.now(), 2), await clients()], [2, 1]);
  });
});
