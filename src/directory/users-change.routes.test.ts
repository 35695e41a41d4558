import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UserId } from '#kernel/ids.ts';
import { type TestAnswer } from '#test/tenant/api.ts';
import { api, ended, everything, factsOf, faults, make, needs, refused, setUp } from './users.fixture.ts';

setUp();

describe('PATCH /users/{id}', () => {
  test('merges: what is named changes, null clears, the rest stays', async () => {
    const {
      body: { id },
    } = await api.call('POST', '/users', { body: everything });
    api.world.pass(60);
    const { status, body } = await api.call('PATCH', `/users/${id}`, {
      body: { firstName: 'Anna', phone: null, custom: { level: null, site: 'Berlin' } },
    });
    assert.equal(status, 200);
    assert.deepEqual(
      [body['firstName'], body['phone'], body['lastName'], body['custom']],
      ['Anna', null, 'Example', { costCentre: 'R&D', tags: ['a', 'b'], site: 'Berlin' }],
    );
    assert.equal(body['emailVerified'], true);
    const [entry] = await api.audit.list(api.acme, { limit: 1 });
    assert.deepEqual(
      [entry?.action, factsOf(entry?.before).firstName, factsOf(entry?.after).firstName, factsOf(entry?.after).phone],
      ['user.changed', 'Ana', 'Anna', null],
    );
    assert.equal('lastName' in factsOf(entry?.before), false, 'what did not change is not in the log');
  });

  test('takes the proof from a changed address, unless the caller vouches for the new one', async () => {
    const {
      body: { id },
    } = await api.call('POST', '/users', { body: everything });
    assert.equal((await api.call('PATCH', `/users/${id}`, { body: { email: 'ANA@acme.example' } })).body['emailVerified'], true);
    assert.equal(
      (await api.call('PATCH', `/users/${id}`, { body: { email: 'anna@acme.example' } })).body['emailVerified'],
      false,
    );
    assert.equal(
      (await api.call('PATCH', `/users/${id}`, { body: { email: 'ann@acme.example', emailVerified: true } })).body[
        'emailVerified'
      ],
      true,
    );
    assert.equal((await api.call('PATCH', `/users/${id}`, { body: { email: null } })).body['emailVerified'], false);
  });

  test('sets groups and roles by hand; those of an identity provider stay', async () => {
    const ana = await make('ana@acme.example');
    for (const name of ['A', 'B', 'C']) await api.call('POST', '/groups', { body: { name } });
    const [a, b] = await needs.groups.findByNames(api.acme, ['A', 'B']);
    await needs.groups.setMemberships(api.acme, ana as UserId, 'idp:idp_1', [a!.id], 'add');
    await needs.groups.setMemberships(api.acme, ana as UserId, 'default', [b!.id], 'add');
    const held = (answer: TestAnswer) => answer.body.groups.map(({ name, sources }) => `${name}: ${sources.join(' ')}`);
    assert.deepEqual(held(await api.call('PATCH', `/users/${ana}`, { body: { groups: ['c', b!.id] } })), [
      'A: idp:idp_1',
      'B: default',
      'C: manual',
    ]);
    assert.deepEqual(held(await api.call('PATCH', `/users/${ana}`, { body: { firstName: 'Ana' } })), [
      'A: idp:idp_1',
      'B: default',
      'C: manual',
    ]);
    assert.deepEqual(held(await api.call('PATCH', `/users/${ana}`, { body: { groups: [] } })), ['A: idp:idp_1']);
  });

  test('refuses the last identifier’s removal, others’ identifiers, unknown fields and unknown people', async () => {
    const ana = await make('ana@acme.example');
    await make('ben@acme.example');
    assert.deepEqual(faults(await api.call('PATCH', `/users/${ana}`, { body: { email: null } })), [' identifier_missing']);
    assert.deepEqual(faults(await api.call('PATCH', `/users/${ana}`, { body: { email: 'BEN@acme.example' } })), ['/email taken']);
    assert.deepEqual(faults(await api.call('PATCH', `/users/${ana}`, { body: { status: 'active', id: 'usr_x', links: [] } })), [
      '/id unknown_field',
      '/links unknown_field',
      '/status unknown_field',
    ]);
    refused(await api.call('PATCH', '/users/usr_nobody', { body: {} }), 404, 'directory.user_unknown');
    refused(await api.call('PATCH', '/users/%E2%82%AC', { body: {} }), 404, 'directory.user_unknown');
    refused(
      await api.call('PATCH', `/users/${ana}`, { body: { email: 'x@acme.example' }, tenant: 'globex' }),
      404,
      'directory.user_unknown',
    );
  });
});

describe('Disabling and enabling', () => {
  test('ends the sessions, once, and is written to the audit log', async () => {
    const ana = await make('ana@acme.example');
    assert.equal((await api.call('POST', `/users/${ana}/disable`)).body.status, 'disabled');
    assert.equal((await api.call('POST', `/users/${ana}/disable`)).body.status, 'disabled');
    assert.deepEqual(ended, [ana]);
    assert.equal((await api.call('POST', `/users/${ana}/enable`)).body.status, 'active');
    const actions = (await api.audit.list(api.acme, { limit: 2 })).map(({ action, target }) => [action, target]);
    assert.deepEqual(actions, [
      ['user.enabled', `user:${ana}`],
      ['user.disabled', `user:${ana}`],
    ]);
  });

  test('cannot be undone by a writer who still holds the user as active', async () => {
    const id = (await make('ana@acme.example')) as UserId;
    const stale = await needs.users.find(api.acme, id);
    await api.call('POST', `/users/${id}/disable`);
    assert.equal(await needs.users.update(api.acme, { ...stale!, lastSignInAt: api.world.now() }), 'gone');
    assert.equal((await needs.users.find(api.acme, id))?.status, 'disabled');
    assert.equal(
      (await api.call('PATCH', `/users/${id}`, { body: { firstName: 'Ana' } })).body.status,
      'disabled',
      'a disabled user can still be changed',
    );
  });

  test('lets in somebody who waits for activation', async () => {
    const { body } = await api.call('POST', '/users', { body: { email: 'ana@acme.example', status: 'pending' } });
    assert.equal((await api.call('POST', `/users/${body.id}/enable`)).body.status, 'active');
  });
});

describe('The last Full Administrator', () => {
  test('can be neither disabled nor demoted nor deleted; with a second one all is possible', async () => {
    const ana = await make('ana@acme.example', 'Full Administrator');
    refused(await api.call('POST', `/users/${ana}/disable`), 409, 'directory.last_administrator');
    refused(await api.call('PATCH', `/users/${ana}`, { body: { roles: ['User'] } }), 409, 'directory.last_administrator');
    refused(await api.call('DELETE', `/users/${ana}`), 409, 'directory.user_has_roles');
    assert.equal((await api.call('GET', `/users/${ana}`)).body.status, 'active');
    assert.deepEqual(ended, [], 'nobody is signed out by a refused change');
    await make('ben@acme.example', 'Full Administrator');
    assert.equal((await api.call('PATCH', `/users/${ana}`, { body: { roles: [] } })).status, 200);
    assert.equal((await api.call('DELETE', `/users/${ana}`)).status, 204);
  });

  test('is not replaced by one who cannot sign in', async () => {
    const ana = await make('ana@acme.example', 'Full Administrator');
    for (const status of ['pending', 'invited']) {
      await api.call('POST', '/users', { body: { email: `${status}@acme.example`, status, roles: ['Full Administrator'] } });
    }
    refused(await api.call('POST', `/users/${ana}/disable`), 409, 'directory.last_administrator');
  });

  test('is not given up while nobody can sign in yet: the last one who is invited stays', async () => {
    const invite = async (email: string) =>
      (await api.call('POST', '/users', { body: { email, status: 'invited', roles: ['Full Administrator'] } })).body.id;
    const ana = await invite('ana@acme.example');
    refused(await api.call('PATCH', `/users/${ana}`, { body: { roles: [] } }), 409, 'directory.last_administrator');
    await invite('ben@acme.example');
    assert.equal((await api.call('PATCH', `/users/${ana}`, { body: { roles: [] } })).status, 200);
  });

  test('remains when two are demoted at the same moment', async () => {
    const [ana, ben] = [
      await make('ana@acme.example', 'Full Administrator'),
      await make('ben@acme.example', 'Full Administrator'),
    ];
    const answers = await Promise.all([ana, ben].map((id) => api.call('PATCH', `/users/${id}`, { body: { roles: [] } })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    assert.equal((await needs.roles.countHolders(api.acme, 'Full Administrator')).active, 1);
  });
});

describe('DELETE /users/{id}', () => {
  test('needs roles revoked, and ends the sessions', async () => {
    const ana = await make('ana@acme.example', 'User');
    refused(await api.call('DELETE', `/users/${ana}`), 409, 'directory.user_has_roles');
    await api.call('PATCH', `/users/${ana}`, { body: { roles: [] } });
    assert.equal((await api.call('DELETE', `/users/${ana}`)).status, 204);
    assert.deepEqual(ended, [ana]);
    refused(await api.call('GET', `/users/${ana}`), 404, 'directory.user_unknown');
    refused(await api.call('DELETE', `/users/${ana}`), 404, 'directory.user_unknown');
  });

  test('of somebody with roles by an identity provider needs them disabled first', async () => {
    const ana = await make('ana@acme.example');
    const [user] = await needs.roles.findByNames(api.acme, ['User']);
    await needs.roles.setMemberships(api.acme, ana as UserId, 'idp:idp_1', [user!.id], 'add');
    refused(await api.call('DELETE', `/users/${ana}`), 409, 'directory.user_has_roles');
    await api.call('POST', `/users/${ana}/disable`);
    assert.equal((await api.call('DELETE', `/users/${ana}`)).status, 204);
  });
});
