import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api, everything, factsOf, faults, refused, setUp } from './users.fixture.ts';

setUp();

describe('POST /users', () => {
  test('makes a user with every attribute, groups and roles, and writes it to the audit log', async () => {
    await api.call('POST', '/groups', { body: { name: 'Engineering' } });
    const { status, body } = await api.call('POST', '/users', {
      body: { ...everything, groups: ['engineering'], roles: ['Auditor'] },
    });
    assert.equal(status, 201);
    const { id, groups, roles, createdAt, updatedAt, ...rest } = body;
    assert.deepEqual(rest, { ...everything, status: 'active', links: [], signInMethod: null, lastSignInAt: null });
    assert.deepEqual([createdAt, updatedAt], [api.world.now().toISOString(), api.world.now().toISOString()]);
    assert.deepEqual(
      groups.map(({ name, sources }) => [name, sources]),
      [['Engineering', ['manual']]],
    );
    assert.deepEqual(
      roles.map(({ name, sources }) => [name, sources]),
      [['Auditor', ['manual']]],
    );
    assert.deepEqual((await api.call('GET', `/users/${id}`)).body, body);
    const [entry] = await api.audit.list(api.acme, { limit: 1 });
    assert.equal(entry?.action, 'user.created');
    assert.deepEqual(entry?.actor, { kind: 'operator' });
    assert.deepEqual(factsOf(entry?.after).roles, ['Auditor']);
  });

  test('needs no more than one identifier', async () => {
    for (const body of [{ email: 'a@acme.example' }, { userId: 'x' }, { userPrincipalName: 'y' }]) {
      assert.equal((await api.call('POST', '/users', { body })).status, 201, JSON.stringify(body));
    }
    const answer = await api.call('POST', '/users', { body: { firstName: 'Ana' } });
    refused(answer, 422, 'directory.input_invalid');
    assert.deepEqual(faults(answer), [' identifier_missing']);
  });

  test('tells all faults at once, each where it is', async () => {
    const body = {
      email: 'ana@acme.example@evil.example',
      userId: '',
      phone: 'x'.repeat(65),
      firstName: 'a\u0000',
      locale: 'not a locale',
      status: 'disabled',
      custom: { sub: 'usr_admin', '1a': 'x', ok: { nested: true }, constructor: 'x' },
      isAdmin: true,
      'a/b': 1,
      tenantId: 'tnt_globex',
    };
    const answer = await api.call('POST', '/users', { body });
    refused(answer, 422, 'directory.input_invalid');
    assert.deepEqual(faults(answer), [
      '/a~1b unknown_field',
      '/custom/1a invalid_key',
      '/custom/constructor invalid_key',
      '/custom/ok invalid_union',
      '/custom/sub invalid_key',
      '/email email_invalid',
      '/firstName text_invalid',
      '/isAdmin unknown_field',
      '/locale locale_invalid',
      '/phone too_big',
      '/status invalid_value',
      '/tenantId unknown_field',
      '/userId too_small',
    ]);
    const groups = await api.call('POST', '/users', {
      body: { email: 'b@acme.example', groups: ['Nobody'], roles: ['User', 'rol_x'] },
    });
    assert.deepEqual(faults(groups), ['/groups/0 unknown', '/roles/1 unknown']);
    for (const malformed of [[], 'x', null, 7])
      refused(await api.call('POST', '/users', { body: malformed }), 422, 'directory.input_invalid');
  });

  for (const [name, value] of [
    ['email', 'ANA@acme.example'],
    ['userId', '4711'],
    ['userPrincipalName', 'ana@corp.acme.example'],
  ] as const) {
    test(`refuses ${name} of somebody else`, async () => {
      assert.equal((await api.call('POST', '/users', { body: everything })).status, 201);
      const answer = await api.call('POST', '/users', { body: { userId: 'other', [name]: value } });
      refused(answer, 409, 'directory.user_taken');
      assert.deepEqual(faults(answer), [`/${name} taken`]);
    });
  }

  test('of one address fifty times at once makes one user', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.call('POST', '/users', { body: { email: 'ana@acme.example' } })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array<number>(49).fill(409)]);
  });
});
