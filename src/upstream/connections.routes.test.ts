import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ConnectionId, type UserId } from '#kernel/ids.ts';
import {
  api,
  asked,
  change,
  connected,
  create,
  ended,
  faults,
  needs,
  oidcDocument,
  refused,
  samlDocument,
  setUp,
  stage,
  world,
} from './connections.fixture.ts';
import { addUser } from './stage.fixture.ts';

setUp();

const makeUser = (role: string): Promise<string> => addUser(stage, role);

describe('Domains, defaults and names', () => {
  test('there is one default provider at most', async () => {
    const first = await connected({ ...oidcDocument, name: 'First', authentication: { default: true } });
    const second = await create({ ...oidcDocument, name: 'Second', authentication: { default: true } });
    assert.deepEqual(faults(second), ['/authentication/default default_taken']);
    const other = await connected({ ...oidcDocument, name: 'Other' });
    assert.deepEqual(faults(await change(other, { authentication: { default: true } })), [
      '/authentication/default default_taken',
    ]);
    await change(first, { authentication: { default: false } });
    const answers = await Promise.all([first, other].map((id) => change(id, { authentication: { default: true } })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422], 'also when two ask at once');
  });

  test('groups and roles that are named are made, once, and roles permit nothing', async () => {
    await connected({
      ...oidcDocument,
      users: { create: true, defaultGroups: ['Everybody'], defaultRoles: ['User', 'Staff'] },
      groupSync: 'assign',
      assignedGroups: ['everybody', 'Fixed'],
      groupMappings: [{ external: '8b1c', label: 'Engineers (Entra)', group: 'Engineering' }],
      roleMappings: [{ external: 'app_admin', role: 'Report Reader' }],
    });
    assert.deepEqual(
      (await needs.groups.list(api.acme, { limit: 10 })).map(({ name }) => name),
      ['Engineering', 'Everybody', 'Fixed'],
    );
    const roles = await needs.roles.findByNames(api.acme, ['Staff', 'Report Reader', 'User']);
    assert.deepEqual(
      roles.map(({ name, builtIn, permissions }) => [name, builtIn, permissions.length]),
      [
        ['Report Reader', false, 0],
        ['Staff', false, 0],
        ['User', true, 0],
      ],
    );
    const actions = (await api.audit.list(api.acme, { limit: 6 })).map(({ action }) => action);
    assert.deepEqual(actions, [
      'identity-provider.created',
      'role.created',
      'role.created',
      'group.created',
      'group.created',
      'group.created',
    ]);
  });

  test('a caller lets a provider give only what they have themselves', async () => {
    const admin = await makeUser('IdP Administrator');
    const granting = {
      ...oidcDocument,
      users: { defaultRoles: ['full administrator'] },
      roleMappings: [
        { external: 'x', role: 'User' },
        { external: 'y', role: 'User Administrator' },
      ],
    };
    const answer = await create(granting, admin);
    refused(answer, 403, 'upstream.beyond_caller');
    assert.deepEqual(faults(answer), ['/roleMappings/1/role beyond_caller', '/users/defaultRoles/0 beyond_caller']);
    assert.equal(
      (await create({ ...oidcDocument, roleMappings: [{ external: 'x', role: 'IdP Administrator' }] }, admin)).status,
      201,
      'what one has can be given',
    );
    const id = await connected({ ...granting, name: 'By the operator' });
    const as = { as: admin };
    assert.equal(
      (await api.call('PATCH', `/identity-providers/${id}`, { ...as, body: { name: 'Renamed' } })).status,
      200,
      'what was given before stays',
    );
    refused(
      await api.call('PATCH', `/identity-providers/${id}`, {
        ...as,
        body: { roleMappings: [{ external: 'z', role: 'User Administrator' }] },
      }),
      403,
      'upstream.beyond_caller',
    );
  });
});

describe('Permissions', () => {
  test('reading needs identity-providers:read, changing and fetching identity-providers:write', async () => {
    const id = await connected(oidcDocument);
    const [auditor, user] = [await makeUser('Auditor'), await makeUser('User Administrator')];
    for (const path of ['', `/${id}`, `/${id}/keys`]) {
      assert.equal((await api.call('GET', `/identity-providers${path}`, { as: auditor })).status, 200);
      refused(await api.call('GET', `/identity-providers${path}`, { as: user }), 403, 'authorization.forbidden');
      refused(await api.call('GET', `/identity-providers${path}`, { as: null }), 401, 'authorization.token_missing');
    }
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', '/fetch-configuration'],
    ] as const) {
      refused(await api.call(method, `/identity-providers${path}`, { as: auditor, body: {} }), 403, 'authorization.forbidden');
    }
    assert.deepEqual(asked, []);
  });
});

describe('Removing', () => {
  test('takes keys, links and memberships along, ends the sessions, and keeps the users', async () => {
    const id = await connected(samlDocument);
    const user = (await makeUser('User')) as UserId;
    const now = world.now();
    await needs.users.link(api.acme, {
      id: 'lnk_1',
      userId: user,
      connectionId: id as ConnectionId,
      issuer: 'i',
      subject: 's',
      createdAt: now,
      lastUsedAt: now,
    });
    const [auditor] = await needs.roles.findByNames(api.acme, ['Auditor']);
    await needs.roles.setMemberships(api.acme, user, `idp:${id}`, [auditor!.id], 'add');
    assert.equal((await api.call('DELETE', `/identity-providers/${id}`)).status, 204);
    assert.deepEqual(ended, [id]);
    for (const table of ['connections', 'connection_keys', 'links'] as const)
      assert.deepEqual(await api.store.db().selectFrom(table).selectAll().execute(), []);
    assert.deepEqual(
      (await needs.roles.listMemberships(api.acme, user)).map(({ of, source }) => [of.name, source]),
      [['User', 'manual']],
    );
    assert.equal((await api.audit.list(api.acme, { limit: 1 }))[0]?.action, 'identity-provider.removed');
  });

  test('does not cost the tenant its last administrator', async () => {
    const id = await connected(samlDocument);
    const user = (await makeUser('User')) as UserId;
    const [full] = await needs.roles.findByNames(api.acme, ['Full Administrator']);
    await needs.roles.setMemberships(api.acme, user, `idp:${id}`, [full!.id], 'add');
    refused(await api.call('DELETE', `/identity-providers/${id}`), 409, 'directory.last_administrator');
    assert.equal((await api.call('GET', `/identity-providers/${id}`)).status, 200);
    assert.deepEqual(ended, []);
  });
});
