import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api, make, refused, setUp } from './users.fixture.ts';

setUp();

describe('Permissions', () => {
  test('of the caller decide: reading needs users:read, changing users:write', async () => {
    const [admin, auditor, user] = [
      await make('admin@acme.example', 'User Administrator'),
      await make('auditor@acme.example', 'Auditor'),
      await make('user@acme.example', 'User'),
    ];
    assert.equal((await api.call('GET', '/users', { as: admin })).status, 200);
    assert.equal((await api.call('GET', '/users', { as: auditor })).status, 200);
    refused(await api.call('GET', '/users', { as: user }), 403, 'authorization.forbidden');
    refused(await api.call('GET', '/users', { as: null }), 401, 'authorization.token_missing');
    for (const [method, path] of [
      ['POST', '/users'],
      ['PATCH', `/users/${user}`],
      ['DELETE', `/users/${user}`],
      ['POST', `/users/${user}/disable`],
      ['POST', `/users/${user}/enable`],
      ['POST', '/groups'],
    ] as const) {
      refused(await api.call(method, path, { as: auditor, body: { name: 'x' } }), 403, 'authorization.forbidden');
    }
    refused(await api.call('POST', '/roles', { as: admin, body: { name: 'x' } }), 403, 'authorization.forbidden');
    assert.equal((await api.call('PATCH', `/users/${user}`, { as: admin, body: { firstName: 'U' } })).status, 200);
    refused(await api.call('GET', '/users', { as: admin, tenant: 'globex' }), 401, 'authorization.token_invalid');
  });

  test('cannot be given by somebody who does not have them: not to others, not to oneself, not at creation', async () => {
    const admin = await make('admin@acme.example', 'User Administrator');
    const user = await make('user@acme.example');
    assert.equal(
      (await api.call('PATCH', `/users/${user}`, { as: admin, body: { roles: ['User Administrator', 'User'] } })).status,
      200,
      'what one has can be given',
    );
    for (const role of ['Full Administrator', 'IdP Administrator', 'Auditor']) {
      refused(await api.call('PATCH', `/users/${user}`, { as: admin, body: { roles: [role] } }), 403, 'directory.beyond_caller');
      refused(
        await api.call('PATCH', `/users/${admin}`, { as: admin, body: { roles: ['User Administrator', role] } }),
        403,
        'directory.beyond_caller',
      );
      refused(
        await api.call('POST', '/users', { as: admin, body: { email: 'new@acme.example', roles: [role] } }),
        403,
        'directory.beyond_caller',
      );
    }
    assert.equal((await api.call('GET', '/users?email=new@acme.example')).body.items.length, 0);
  });

  test('protect who has them: nobody below changes, disables, enables or deletes an administrator', async () => {
    const full = await make('full@acme.example', 'Full Administrator');
    const admin = await make('admin@acme.example', 'User Administrator');
    for (const body of [{ email: 'mine@evil.example' }, { userId: 'mine' }, { roles: [] }, { firstName: 'x' }]) {
      refused(await api.call('PATCH', `/users/${full}`, { as: admin, body }), 403, 'directory.beyond_caller');
    }
    refused(await api.call('POST', `/users/${full}/disable`, { as: admin }), 403, 'directory.beyond_caller');
    refused(await api.call('POST', `/users/${full}/enable`, { as: admin }), 403, 'directory.beyond_caller');
    refused(await api.call('DELETE', `/users/${full}`, { as: admin }), 403, 'directory.beyond_caller');
    assert.equal(
      (await api.call('PATCH', `/users/${admin}`, { as: full, body: { firstName: 'x' } })).status,
      200,
      'from above it is possible',
    );
  });
});
