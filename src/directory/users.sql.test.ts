import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type ConnectionId, newId, type TenantId, type UserId } from '#kernel/ids.ts';
import { isProblem } from '#kernel/problem.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createGroupStore } from './groups.sql.ts';
import { createRoleStore } from './roles.sql.ts';
import type { GroupDirectory, Link, RoleDirectory, User, UserDirectory } from './user.ts';
import { createUserStore } from './users.sql.ts';

let given: TestTenants;
let users: UserDirectory;
let groups: GroupDirectory;
let roles: RoleDirectory;
let acme: TenantId;

before(async () => {
  given = await openTestTenants();
  users = createUserStore(given);
  groups = createGroupStore(given);
  roles = createRoleStore(given);
  acme = given.acme;
});
beforeEach(async () => {
  for (const table of ['users', 'links', 'groups', 'roles', 'group_members', 'role_members'] as const)
    await given.store.db().deleteFrom(table).execute();
});
after(() => given.close());

function person(change: Partial<User> = {}): User {
  const now = given.world.now();
  return {
    id: newId<UserId>('usr', given.world),
    email: null,
    emailVerified: false,
    userId: null,
    userPrincipalName: null,
    profile: { custom: {} },
    status: 'active',
    createdAt: now,
    updatedAt: now,
    lastSignInAt: null,
    ...change,
  };
}

function tie(userId: UserId, change: Partial<Link & { refreshToken: string }> = {}): Link & { refreshToken?: string } {
  const now = given.world.now();
  return {
    id: newId('lnk', given.world),
    userId,
    connectionId: 'idp_1' as ConnectionId,
    issuer: 'https://idp.acme.example',
    subject: 'ana',
    createdAt: now,
    lastUsedAt: now,
    ...change,
  };
}

describe('A user', () => {
  test('is found again exactly as inserted', async () => {
    const ana = person({
      email: 'Ana@Acme.example',
      emailVerified: true,
      userId: '4711',
      userPrincipalName: 'ana@acme.example',
      status: 'invited',
      profile: { phone: '+49 30 1', firstName: 'Ana', custom: { costCentre: 'R&D "1"', numbers: [1, 2] } },
      lastSignInAt: given.world.now(),
    });
    assert.equal(await users.insert(acme, ana), 'inserted');
    assert.deepEqual(await users.find(acme, ana.id), ana);
    assert.deepEqual(await users.list(acme, { limit: 10 }), [ana]);
  });

  test('belongs to one tenant: no other finds, changes, lists or removes them', async () => {
    const ana = person({ email: 'ana@acme.example', userId: '4711' });
    await users.insert(acme, ana);
    await users.link(acme, tie(ana.id));
    const { globex } = given;
    assert.equal(await users.find(globex, ana.id), undefined);
    assert.equal(await users.findByAttribute(globex, 'email', 'ana@acme.example'), undefined);
    assert.equal(await users.findByLink(globex, tie(ana.id)), undefined);
    assert.equal(await users.findPerson(globex, ana.id), undefined);
    assert.equal(await users.update(globex, { ...ana, status: 'disabled' }), 'gone');
    assert.deepEqual(await users.list(globex, { limit: 10 }), []);
    assert.equal(await users.remove(globex, ana.id), false);
    assert.deepEqual(await users.find(acme, ana.id), ana);
    assert.equal(
      await users.insert(globex, { ...ana, id: newId('usr', given.world) }),
      'inserted',
      'the same person may be in both',
    );
  });

  test('is noted to have signed in, and is otherwise as before; not one whom an administrator has shut out, nor another tenant’s', async () => {
    const ana = person({ email: 'ana@acme.example' });
    await users.insert(acme, ana);
    const at = new Date(given.world.now().getTime() + 60_000);
    assert.equal(await users.noteSignIn(acme, ana.id, at), 'updated');
    assert.deepEqual(await users.find(acme, ana.id), { ...ana, lastSignInAt: at });
    assert.equal(await users.noteSignIn(given.globex, ana.id, at), 'gone');
    await users.setStatus(acme, ana.id, { status: 'disabled', updatedAt: at });
    assert.equal(await users.noteSignIn(acme, ana.id, new Date(at.getTime() + 1)), 'gone');
    assert.deepEqual((await users.find(acme, ana.id))?.lastSignInAt, at);
  });

  test('has an e-mail address that is unique in the tenant and found without regard to case', async () => {
    const ana = person({ email: 'Zoë.Ana@ACME.example' });
    await users.insert(acme, ana);
    assert.equal(await users.insert(acme, person({ email: 'zoë.ana@acme.EXAMPLE' })), 'taken');
    assert.equal(
      await users.insert(acme, person({ email: 'zoe\u0308.ana@acme.example' })),
      'taken',
      'composed and decomposed are one',
    );
    assert.equal((await users.findByAttribute(acme, 'email', 'ZOË.ana@acme.example'))?.id, ana.id);
    assert.equal((await users.list(acme, { limit: 5, email: 'zoË.ana@acme.example' }))[0]?.id, ana.id);
  });

  test('is not found by an address that only folding makes equal: Kelvin sign for k', async () => {
    await users.insert(acme, person({ email: 'mike@acme.example' }));
    assert.ok(await users.findByAttribute(acme, 'email', 'MIKE@acme.example'));
    assert.equal(await users.findByAttribute(acme, 'email', 'mi\u212ae@acme.example'), undefined);
    assert.equal(await users.insert(acme, person({ email: 'mi\u212ae@acme.example' })), 'inserted');
  });

  for (const attribute of ['userId', 'userPrincipalName'] as const) {
    test(`is found by ${attribute} exactly, case and all; it is unique`, async () => {
      const ana = person({ [attribute]: 'A-1' });
      await users.insert(acme, ana);
      assert.equal((await users.findByAttribute(acme, attribute, 'A-1'))?.id, ana.id);
      assert.equal(await users.findByAttribute(acme, attribute, 'a-1'), undefined);
      assert.equal(await users.insert(acme, person({ [attribute]: 'A-1' })), 'taken');
    });
  }

  for (const attribute of ['phone', 'mobile', 'firstName', 'lastName', 'locale', 'securityId'] as const) {
    test(`is found by ${attribute} of the profile, exactly`, async () => {
      const ana = person({ profile: { [attribute]: '50%_"x\\', custom: {} } });
      await users.insert(acme, ana);
      await users.insert(acme, person({ profile: { [attribute]: '50%_"X\\', custom: {} } }));
      await users.insert(acme, person({ profile: { custom: { [attribute]: '50%_"x\\' } } }));
      assert.equal((await users.findByAttribute(acme, attribute, '50%_"x\\'))?.id, ana.id);
      assert.equal(await users.findByAttribute(acme, attribute, '50%'), undefined);
      assert.equal(await users.findByAttribute(acme, attribute, '%'), undefined);
    });
  }

  test('is not guessed when two have the same attribute', async () => {
    await users.insert(acme, person({ profile: { phone: '1', custom: {} } }));
    await users.insert(acme, person({ profile: { phone: '1', custom: {} } }));
    await assert.rejects(users.findByAttribute(acme, 'phone', '1'), (error) => isProblem(error, 'directory.attribute_ambiguous'));
  });

  test('is not found by nothing, and text that no engine keeps finds nobody and is refused', async () => {
    await users.insert(acme, person());
    assert.equal(await users.findByAttribute(acme, 'email', ''), undefined);
    assert.equal(await users.findByAttribute(acme, 'userId', 'a\u0000b'), undefined);
    assert.equal(await users.find(acme, 'usr_\u0000' as UserId), undefined);
    await assert.rejects(users.insert(acme, person({ userId: 'a\u0000b' })), (error) =>
      isProblem(error, 'directory.text_unstorable'),
    );
  });

  test('is changed, but not into somebody else, and the running transaction goes on', async () => {
    const ana = person({ email: 'ana@acme.example', userId: '1', userPrincipalName: 'ana' });
    const ben = person({ email: 'ben@acme.example', userId: '2', userPrincipalName: 'ben' });
    await users.insert(acme, ana);
    await users.insert(acme, ben);
    assert.equal(await users.update(acme, { ...ana, email: 'ANA@acme.example', status: 'invited' }), 'updated');
    await given.store.transact(async () => {
      assert.equal(await users.update(acme, { ...ana, email: 'Ben@acme.example' }), 'taken');
      assert.equal(await users.update(acme, { ...ana, userId: '2' }), 'taken');
      assert.equal(await users.update(acme, { ...ana, userPrincipalName: 'ben' }), 'taken');
      assert.equal(await users.insert(acme, person({ email: 'ben@acme.example' })), 'taken');
      assert.equal(await users.update(acme, { ...ana, email: 'ana2@acme.example' }), 'updated');
    });
    assert.equal((await users.find(acme, ana.id))?.email, 'ana2@acme.example');
    assert.equal(await users.update(acme, person()), 'gone');
  });

  test('is removed with links and memberships', async () => {
    const ana = person();
    await users.insert(acme, ana);
    await users.link(acme, tie(ana.id));
    const group = { id: newId<never>('grp', given.world), name: 'Engineering', description: '' };
    await groups.insert(acme, group);
    await groups.setMemberships(acme, ana.id, 'manual', [group.id], 'add');
    assert.equal(await users.remove(acme, ana.id), true);
    assert.equal(await users.remove(acme, ana.id), false);
    for (const table of ['links', 'group_members'] as const) {
      assert.deepEqual(await given.store.db().selectFrom(table).selectAll().execute(), []);
    }
  });

  test('is listed in pages, each once', async () => {
    for (let index = 0; index < 7; index++) await users.insert(acme, person());
    const first = await users.list(acme, { limit: 4 });
    const second = await users.list(acme, { limit: 4, after: first.at(-1)?.id });
    assert.equal(first.length, 4);
    assert.equal(second.length, 3);
    assert.equal(new Set([...first, ...second].map(({ id }) => id)).size, 7);
  });
});

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
