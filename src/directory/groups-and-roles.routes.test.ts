import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api, faults, make, nameUses, needs, refused, setUp } from './users.fixture.ts';

setUp();

describe('Groups and roles', () => {
  for (const [resource, noun] of [
    ['groups', 'group'],
    ['roles', 'role'],
  ] as const) {
    test(`${resource} are made, read, changed, listed and deleted`, async () => {
      const { status, body } = await api.call('POST', `/${resource}`, { body: { name: 'Help Desk' } });
      assert.equal(status, 201);
      assert.deepEqual((await api.call('GET', `/${resource}/${body.id}`)).body, body);
      assert.equal(
        (await api.call('PATCH', `/${resource}/${body.id}`, { body: { name: 'Service Desk', description: 'first line' } })).body
          .name,
        'Service Desk',
      );
      const [entry] = await api.audit.list(api.acme, { limit: 1 });
      assert.deepEqual(
        [entry?.action, entry?.before, entry?.after],
        [`${noun}.changed`, { name: 'Help Desk', description: '' }, { name: 'Service Desk', description: 'first line' }],
      );
      const listed = await api.call('GET', `/${resource}?limit=200`);
      assert.ok(listed.body.items.some(({ name }) => name === 'Service Desk'));
      assert.equal((await api.call('DELETE', `/${resource}/${body.id}`)).status, 204);
      refused(await api.call('GET', `/${resource}/${body.id}`), 404, `directory.${noun}_unknown`);
    });

    test(`${resource} of one name, of faulty input, in use and of elsewhere are refused`, async () => {
      const {
        body: { id },
      } = await api.call('POST', `/${resource}`, { body: { name: 'Help Desk' } });
      const taken = await api.call('POST', `/${resource}`, { body: { name: 'help desk' } });
      refused(taken, 409, `directory.${noun}_taken`);
      assert.deepEqual(faults(taken), ['/name taken']);
      const broken = await api.call('POST', `/${resource}`, { body: { name: ' ', description: 'a\u0007', builtIn: true } });
      assert.deepEqual(faults(broken), ['/builtIn unknown_field', '/description text_invalid', '/name too_small']);
      refused(await api.call('PATCH', `/${resource}/${id}`, { body: { name: null } }), 422, 'directory.input_invalid');
      nameUses([`${noun} Help Desk`]);
      refused(await api.call('DELETE', `/${resource}/${id}`), 409, `directory.${noun}_in_use`);
      refused(await api.call('PATCH', `/${resource}/${id}`, { body: { name: 'Other' } }), 409, `directory.${noun}_in_use`);
      assert.equal((await api.call('PATCH', `/${resource}/${id}`, { body: { description: 'still' } })).status, 200);
      refused(await api.call('GET', `/${resource}/${id}`, { tenant: 'globex' }), 404, `directory.${noun}_unknown`);
      refused(await api.call('DELETE', `/${resource}/${id}`, { tenant: 'globex' }), 404, `directory.${noun}_unknown`);
    });
  }

  test('built-in roles can be neither changed nor deleted nor doubled', async () => {
    for (const role of await needs.roles.list(api.acme, { limit: 50 })) {
      refused(
        await api.call('PATCH', `/roles/${role.id}`, { body: { permissions: ['users:write'] } }),
        409,
        'directory.role_built_in',
      );
      refused(await api.call('DELETE', `/roles/${role.id}`), 409, 'directory.role_built_in');
      refused(await api.call('POST', '/roles', { body: { name: role.name.toUpperCase() } }), 409, 'directory.role_taken');
    }
  });

  test('a role permits only what its maker may do', async () => {
    const { body: role } = await api.call('POST', '/roles', {
      body: { name: 'Role Keeper', permissions: ['roles:write', 'roles:read', 'users:write', 'roles:read'] },
    });
    assert.deepEqual(role.permissions, ['roles:read', 'roles:write', 'users:write']);
    const keeper = await make('keeper@acme.example', 'Role Keeper');
    const { status, body } = await api.call('POST', '/roles', {
      as: keeper,
      body: { name: 'Lesser', permissions: ['users:write'] },
    });
    assert.equal(status, 201);
    refused(
      await api.call('POST', '/roles', { as: keeper, body: { name: 'Greater', permissions: ['settings:write'] } }),
      403,
      'directory.beyond_caller',
    );
    refused(
      await api.call('PATCH', `/roles/${body.id}`, { as: keeper, body: { permissions: ['settings:write'] } }),
      403,
      'directory.beyond_caller',
    );
    refused(
      await api.call('PATCH', `/roles/${role.id}`, {
        as: keeper,
        body: { permissions: [...role.permissions, 'settings:write'] },
      }),
      403,
      'directory.beyond_caller',
    );
    const { body: above } = await api.call('POST', '/roles', { body: { name: 'Above', permissions: ['settings:write'] } });
    refused(
      await api.call('PATCH', `/roles/${above.id}`, { as: keeper, body: { permissions: [] } }),
      403,
      'directory.beyond_caller',
    );
    refused(await api.call('DELETE', `/roles/${above.id}`, { as: keeper }), 403, 'directory.beyond_caller');
    const unknown = await api.call('POST', '/roles', { body: { name: 'X', permissions: ['everything:write'] } });
    assert.deepEqual(faults(unknown), ['/permissions/0 invalid_value']);
  });
});

test('The audit chain of all this is whole', async () => {
  await make('ana@acme.example', 'User');
  assert.equal(await api.audit.findBreak(api.acme), null);
});
