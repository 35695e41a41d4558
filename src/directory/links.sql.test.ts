import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ConnectionId, newId, type UserId } from '#kernel/ids.ts';
import { isProblem } from '#kernel/problem.ts';
import { acme, given, groups, person, roles, setUp, tie, users } from './users-stored.fixture.ts';

setUp();

describe('A link', () => {
  test('finds its user by connection, issuer and subject, all three', async () => {
    const ana = person();
    await users.insert(acme, ana);
    await users.link(acme, tie(ana.id));
    assert.deepEqual(await users.findByLink(acme, tie(ana.id)), ana);
    assert.equal(await users.findByLink(acme, tie(ana.id, { connectionId: 'idp_2' as ConnectionId })), undefined);
    assert.equal(await users.findByLink(acme, tie(ana.id, { issuer: 'https://idp.acme.example/' })), undefined);
    assert.equal(await users.findByLink(acme, tie(ana.id, { subject: 'Ana' })), undefined);
    assert.equal(await users.findByLink(acme, tie(ana.id, { subject: 'ana\u0000' })), undefined);
  });

  test('is kept once, with the time of its last use', async () => {
    const ana = person();
    await users.insert(acme, ana);
    const first = tie(ana.id);
    await users.link(acme, first);
    given.world.pass(60);
    await users.link(acme, tie(ana.id));
    assert.deepEqual(await users.listLinks(acme, ana.id), [{ ...first, lastUsedAt: given.world.now() }]);
  });

  test('of another user is refused, and the whole transaction falls', async () => {
    const ana = person();
    await users.insert(acme, ana);
    await users.link(acme, tie(ana.id));
    const ben = person();
    await assert.rejects(
      given.store.transact(async () => {
        await users.insert(acme, ben);
        await users.link(acme, tie(ben.id));
      }),
      (error) => isProblem(error, 'directory.link_taken'),
    );
    assert.equal(await users.find(acme, ben.id), undefined);
    assert.equal((await users.findByLink(acme, tie(ana.id)))?.id, ana.id);
  });

  test('of a user who is gone is taken over', async () => {
    const ana = person();
    await users.insert(acme, ana);
    await users.link(acme, tie('usr_gone' as UserId));
    assert.equal(await users.findByLink(acme, tie(ana.id)), undefined);
    await users.link(acme, tie(ana.id));
    assert.equal((await users.findByLink(acme, tie(ana.id)))?.id, ana.id);
  });

  test('keeps the refresh token sealed, until another one comes', async () => {
    const ana = person();
    await users.insert(acme, ana);
    await users.link(acme, tie(ana.id, { refreshToken: 'first-refresh-token' }));
    await users.link(acme, tie(ana.id));
    assert.equal(await users.findRefreshToken(acme, tie(ana.id)), 'first-refresh-token');
    await users.link(acme, tie(ana.id, { refreshToken: 'second-refresh-token' }));
    assert.equal(await users.findRefreshToken(acme, tie(ana.id)), 'second-refresh-token');
    const [row] = await given.store.db().selectFrom('links').selectAll().execute();
    assert.match(row?.sealed_refresh_token ?? '', /^v1\./);
    assert.doesNotMatch(JSON.stringify(row), /refresh-token/);
    await given.store.db().updateTable('links').set({ subject: 'ben' }).execute();
    await assert.rejects(
      users.findRefreshToken(acme, tie(ana.id, { subject: 'ben' })),
      'a sealed token moved to another row does not open',
    );
  });

  test('50 first sign-ins of one subject at once end in one user', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        given.store.transact(async () => {
          const known = await users.findByLink(acme, tie('usr_' as UserId));
          if (known) return known.id;
          const created = person({ email: 'ana@acme.example' });
          if ((await users.insert(acme, created)) === 'taken') return 'taken';
          await users.link(acme, tie(created.id));
          return created.id;
        }),
      ),
    );
    assert.deepEqual(
      outcomes.filter(({ status }) => status === 'rejected'),
      [],
    );
    assert.equal((await users.list(acme, { limit: 100 })).length, 1);
  });

  test('50 first sign-ins of one subject without an e-mail address end in one user too', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        given.store.transact(async () => {
          if (await users.findByLink(acme, tie('usr_' as UserId))) return;
          const created = person();
          await users.insert(acme, created);
          await users.link(acme, tie(created.id));
        }),
      ),
    );
    for (const outcome of outcomes)
      assert.ok(outcome.status === 'fulfilled' || isProblem(outcome.reason, 'directory.link_taken'));
    assert.equal((await users.list(acme, { limit: 100 })).length, 1);
  });
});

describe('A person', () => {
  test('has the names of groups and roles, each once, sorted, in one statement', async () => {
    const ana = person({ email: 'ana@acme.example' });
    await users.insert(acme, ana);
    const [sales, engineering] = [newId<never>('grp', given.world), newId<never>('grp', given.world)];
    await groups.insert(acme, { id: sales, name: 'Sales', description: '' });
    await groups.insert(acme, { id: engineering, name: 'Engineering', description: '' });
    const auditor = newId<never>('rol', given.world);
    await roles.insert(acme, { id: auditor, name: 'Auditor', description: '', builtIn: true, permissions: [] });
    await groups.setMemberships(acme, ana.id, 'manual', [sales, engineering], 'add');
    await groups.setMemberships(acme, ana.id, 'idp:idp_1', [sales], 'add');
    await roles.setMemberships(acme, ana.id, 'idp:idp_1', [auditor], 'add');
    await users.insert(acme, person());
    assert.deepEqual(await users.findPerson(acme, ana.id), { user: ana, groups: ['Engineering', 'Sales'], roles: ['Auditor'] });
  });

  test('without memberships has empty lists; an unknown id is nobody', async () => {
    const ana = person();
    await users.insert(acme, ana);
    assert.deepEqual(await users.findPerson(acme, ana.id), { user: ana, groups: [], roles: [] });
    assert.equal(await users.findPerson(acme, 'usr_nobody' as UserId), undefined);
  });
});
