import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type GroupId, newId, type RoleId, type UserId } from '#kernel/ids.ts';
import { builtInRoles, permissions } from '#kernel/permission.ts';
import { isProblem } from '#kernel/problem.ts';
import { createBuiltInRoles } from './built-in-roles.ts';
import { createGroupStore } from './groups.sql.ts';
import type { Group, User } from './user.ts';
import { acme, given, groups, person, roles, setUp, users } from './users-stored.fixture.ts';

let ana: UserId;

setUp();
beforeEach(async () => {
  ana = await insertUser();
});

async function insertUser(change: Partial<User> = {}, tenant = acme): Promise<UserId> {
  const user = person(change);
  await users.insert(tenant, user);
  return user.id;
}

async function insertGroup(name: string, tenant = acme): Promise<Group> {
  const group = { id: newId<GroupId>('grp', given.world), name, description: '' };
  assert.equal(await groups.insert(tenant, group), 'inserted');
  return group;
}

const held = async (user = ana): Promise<string[]> =>
  (await groups.listMemberships(acme, user)).map(({ of, source }) => `${of.name} by ${source}`).sort();

describe('A group', () => {
  test('has a name that is unique in its tenant and found without regard to case', async () => {
    const group = await insertGroup('Engineering');
    assert.equal(await groups.insert(acme, { ...group, id: newId('grp', given.world), name: ' engineerinG' }), 'taken');
    assert.deepEqual(await groups.findByNames(acme, ['ENGINEERING', 'engineering', 'Nobody']), [group]);
    assert.deepEqual(await groups.findByNames(acme, []), []);
    // What a provider sends may hold a line end: one name with it is not two names, kept or not.
    assert.deepEqual(await groups.findByNames(acme, ['Research\nEngineering']), []);
    assert.deepEqual(await groups.findByNames(acme, ['Research', 'Engineering']), [group]);
    assert.deepEqual(await groups.findByNames(given.globex, ['Engineering']), []);
    await insertGroup('Engineering', given.globex);
  });

  test('is renamed, but not to another one’s name', async () => {
    const group = await insertGroup('Engineering');
    await insertGroup('Sales');
    assert.equal(await groups.update(acme, { ...group, name: 'sales' }), 'taken');
    assert.equal(await groups.update(acme, { ...group, name: 'ENGINEERING', description: 'those who build' }), 'updated');
    assert.deepEqual(await groups.find(acme, group.id), { ...group, name: 'ENGINEERING', description: 'those who build' });
    assert.equal(await groups.update(given.globex, group), 'gone');
  });

  test('takes its memberships along when it is removed', async () => {
    const group = await insertGroup('Engineering');
    await groups.setMemberships(acme, ana, 'manual', [group.id], 'add');
    assert.equal(await groups.remove(given.globex, group.id), false);
    assert.deepEqual(await held(), ['Engineering by manual']);
    assert.equal(await groups.remove(acme, group.id), true);
    assert.deepEqual(await given.store.db().selectFrom('group_members').selectAll().execute(), []);
  });

  test('is listed by name, in pages', async () => {
    for (const name of ['delta', 'Alpha', 'charlie', 'Bravo']) await insertGroup(name);
    const first = await groups.list(acme, { limit: 3 });
    assert.deepEqual(
      first.map(({ name }) => name),
      ['Alpha', 'Bravo', 'charlie'],
    );
    assert.deepEqual(
      (await groups.list(acme, { limit: 3, after: 'charlie' })).map(({ name }) => name),
      ['delta'],
    );
  });

  test('has no name that a line cannot show', async () => {
    for (const name of ['a\u0000b', 'a\u001fb', 'a\nb', ' ', '\ud800']) {
      const group = { id: newId<GroupId>('grp', given.world), name, description: '' };
      await assert.rejects(
        groups.insert(acme, group),
        (error) => isProblem(error, 'directory.text_unstorable'),
        JSON.stringify(name),
      );
    }
  });

  test('is found among hundreds by name', async () => {
    for (let index = 0; index < 20; index++) await insertGroup(`Group ${index}`);
    const wanted = Array.from({ length: 1200 }, (_, index) => `group ${index}`);
    assert.equal((await groups.findByNames(acme, wanted)).length, 20);
  });
});

describe('Memberships', () => {
  test('of one source are added and replaced; other sources are left alone', async () => {
    const [a, b, c] = [await insertGroup('A'), await insertGroup('B'), await insertGroup('C')];
    await groups.setMemberships(acme, ana, 'manual', [a.id], 'add');
    await groups.setMemberships(acme, ana, 'idp:idp_1', [a.id, b.id], 'replace');
    assert.deepEqual(await held(), ['A by idp:idp_1', 'A by manual', 'B by idp:idp_1']);
    await groups.setMemberships(acme, ana, 'idp:idp_1', [c.id], 'add');
    assert.deepEqual(await held(), ['A by idp:idp_1', 'A by manual', 'B by idp:idp_1', 'C by idp:idp_1']);
    await groups.setMemberships(acme, ana, 'idp:idp_1', [c.id], 'replace');
    assert.deepEqual(await held(), ['A by manual', 'C by idp:idp_1']);
    await groups.setMemberships(acme, ana, 'idp:idp_1', [], 'replace');
    assert.deepEqual(await held(), ['A by manual']);
  });

  test('are not written when nothing changed', async () => {
    const [a, b] = [await insertGroup('A'), await insertGroup('B')];
    await groups.setMemberships(acme, ana, 'manual', [a.id, b.id], 'replace');
    const rows = () => given.store.db().selectFrom('group_members').selectAll().orderBy('group_id').execute();
    const before = await rows();
    given.world.pass(60);
    const refusing = { ...given, store: { ...given.store, transact: () => Promise.reject(new Error('wrote')) } };
    await createGroupStore(refusing).setMemberships(acme, ana, 'manual', [b.id, a.id, a.id], 'replace');
    await createGroupStore(refusing).setMemberships(acme, ana, 'manual', [a.id], 'add');
    assert.deepEqual(await rows(), before);
    const unstored = await insertGroup('C');
    await assert.rejects(
      createGroupStore(refusing).setMemberships(acme, ana, 'manual', [unstored.id], 'add'),
      /wrote/,
      'the probe does notice a write',
    );
  });

  test('reach neither into another tenant nor to what does not exist', async () => {
    const [own, foreign] = [await insertGroup('A'), await insertGroup('B', given.globex)];
    await groups.setMemberships(acme, ana, 'manual', [own.id, foreign.id, 'grp_none' as GroupId], 'replace');
    await groups.setMemberships(given.globex, ana, 'manual', [foreign.id, own.id], 'replace');
    const stored = await given.store.db().selectFrom('group_members').select(['tenant_id', 'group_id']).execute();
    assert.deepEqual(
      stored.map((row) => ({ ...row })),
      [{ tenant_id: acme, group_id: own.id }],
    );
  });

  test('of many groups are written in parts', async () => {
    const ids: GroupId[] = [];
    for (let index = 0; index < 600; index++) ids.push(newId('grp', given.world));
    await given.store.transact(async () => {
      for (const [index, id] of ids.entries()) await groups.insert(acme, { id, name: `Group ${index}`, description: '' });
    });
    await groups.setMemberships(acme, ana, 'idp:idp_1', ids, 'replace');
    assert.equal((await held()).length, 600);
    await groups.setMemberships(acme, ana, 'idp:idp_1', ids.slice(0, 1), 'replace');
    assert.deepEqual(await held(), ['Group 0 by idp:idp_1']);
  });

  test('set by many at once are each there once', async () => {
    const [a, b] = [await insertGroup('A'), await insertGroup('B')];
    await Promise.all(Array.from({ length: 20 }, () => groups.setMemberships(acme, ana, 'idp:idp_1', [a.id, b.id], 'replace')));
    assert.deepEqual(await held(), ['A by idp:idp_1', 'B by idp:idp_1']);
  });

  test('of several users are read together', async () => {
    const [a, ben] = [await insertGroup('A'), await insertUser()];
    await groups.setMemberships(acme, ana, 'manual', [a.id], 'add');
    await groups.setMemberships(acme, ben, 'idp:idp_1', [a.id], 'add');
    const all = await groups.listMembershipsOf(acme, [ana, ben]);
    assert.deepEqual(
      new Set(all.map(({ userId, source, of }) => `${userId} ${source} ${of.name}`)),
      new Set([`${ana} manual A`, `${ben} idp:idp_1 A`]),
    );
  });
});

describe('A role', () => {
  test('that is built in has the permissions of the code, whatever the row says', async () => {
    await createBuiltInRoles({ roles, world: given.world }, acme);
    await createBuiltInRoles({ roles, world: given.world }, acme);
    const found = await roles.list(acme, { limit: 20 });
    assert.deepEqual(
      found.map(({ name, builtIn }) => [name, builtIn]).sort(),
      Object.keys(builtInRoles)
        .map((name) => [name, true])
        .sort(),
    );
    await given.store.db().updateTable('roles').set({ permissions: '["users:write"]' }).execute();
    const [user, full] = await Promise.all(
      ['User', 'Full Administrator'].map(async (name) => (await roles.findByNames(acme, [name]))[0]),
    );
    assert.deepEqual(user?.permissions, []);
    assert.deepEqual(full?.permissions, permissions);
    assert.deepEqual(await roles.list(given.globex, { limit: 20 }), []);
  });

  test('of the tenant’s own keeps its permissions', async () => {
    const role = {
      id: newId<RoleId>('rol', given.world),
      name: 'Help Desk',
      description: 'first line',
      builtIn: false,
      permissions: ['users:read'],
    };
    await roles.insert(acme, role);
    assert.deepEqual(await roles.find(acme, role.id), role);
    assert.equal(await roles.update(acme, { ...role, permissions: [] }), 'updated');
    assert.deepEqual((await roles.find(acme, role.id))?.permissions, []);
  });

  test('gives its permissions to active users only', async () => {
    await createBuiltInRoles({ roles, world: given.world }, acme);
    const found = await roles.findByNames(acme, ['Auditor', 'User Administrator']);
    await roles.setMemberships(
      acme,
      ana,
      'manual',
      found.map(({ id }) => id),
      'add',
    );
    const expected = new Set(found.flatMap((role) => role.permissions));
    assert.deepEqual(await roles.findPermissions(acme, ana), expected);
    assert.deepEqual(await roles.findPermissions(acme, await insertUser()), new Set());
    for (const status of ['disabled', 'pending', 'invited'] as const) {
      const user = await insertUser({ status });
      await roles.setMemberships(
        acme,
        user,
        'manual',
        found.map(({ id }) => id),
        'add',
      );
      assert.equal(await roles.findPermissions(acme, user), undefined, status);
    }
    assert.equal(await roles.findPermissions(given.globex, ana), undefined);
    assert.equal(await roles.findPermissions(acme, 'usr_none' as UserId), undefined);
  });

  test('counts those who hold it and can sign in, each once', async () => {
    await createBuiltInRoles({ roles, world: given.world }, acme);
    const [full] = await roles.findByNames(acme, ['Full Administrator']);
    assert.ok(full);
    assert.deepEqual(await roles.countHolders(acme, 'Full Administrator'), { active: 0, invited: 0 });
    for (const status of ['active', 'disabled', 'pending', 'invited'] as const) {
      const user = await insertUser({ status });
      await roles.setMemberships(acme, user, 'manual', [full.id], 'add');
      await roles.setMemberships(acme, user, 'idp:idp_1', [full.id], 'add');
    }
    assert.deepEqual(await roles.countHolders(acme, 'Full Administrator'), { active: 1, invited: 1 });
    assert.deepEqual(await given.store.transact(() => roles.countHolders(acme, 'Full Administrator')), { active: 1, invited: 1 });
    assert.deepEqual(await roles.countHolders(given.globex, 'Full Administrator'), { active: 0, invited: 0 });
  });
});
