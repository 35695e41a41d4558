import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConnectionId, UserId } from '#kernel/ids.ts';
import { api, make, needs, setUp } from './users.fixture.ts';

setUp();

describe('GET /users', () => {
  test('lists in pages with an opaque cursor, each user once', async () => {
    for (let index = 0; index < 5; index++) await make(`user${index}@acme.example`);
    const first = await api.call('GET', '/users?limit=3');
    assert.equal(first.body.items.length, 3);
    const second = await api.call('GET', `/users?limit=3&cursor=${first.body.next}`);
    assert.equal(second.body.next, null);
    assert.equal(new Set([...first.body.items, ...second.body.items].map(({ id }) => id)).size, 5);
  });

  test('finds by e-mail address without regard to case', async () => {
    const ana = await make('Ana@acme.example');
    await make('ben@acme.example');
    const { body } = await api.call('GET', '/users?email=ana%40ACME.example');
    assert.deepEqual(
      body.items.map(({ id }) => id),
      [ana],
    );
  });

  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=%00',
    'cursor=AA',
    'cursor=a%20b',
    'tenant=globex',
    'limit=1&limit=2',
  ]) {
    test(`refuses ?${query}`, async () => {
      assert.equal((await api.call('GET', '/users?limit=200')).status, 200);
      const answer = await api.call('GET', `/users?${query}`);
      assert.equal(answer.status, 422);
      assert.match(answer.body.code, /input_invalid$/);
    });
  }

  test('shows links and the sources of memberships', async () => {
    const ana = await make('ana@acme.example', 'User');
    const [user] = await needs.roles.findByNames(api.acme, ['User']);
    const at = api.world.now();
    await needs.roles.setMemberships(api.acme, ana as UserId, 'idp:idp_1', [user!.id], 'add');
    await needs.users.link(api.acme, {
      id: 'lnk_1',
      userId: ana as UserId,
      connectionId: 'idp_1' as ConnectionId,
      issuer: 'https://i',
      subject: 's',
      createdAt: at,
      lastUsedAt: at,
      refreshToken: 'a-refresh-token',
    });
    const { body } = await api.call('GET', `/users/${ana}`);
    assert.deepEqual(body.roles, [{ id: user!.id, name: 'User', sources: ['idp:idp_1', 'manual'] }]);
    assert.deepEqual(body['links'], [
      {
        id: 'lnk_1',
        connectionId: 'idp_1',
        issuer: 'https://i',
        subject: 's',
        createdAt: at.toISOString(),
        lastUsedAt: at.toISOString(),
      },
    ]);
    assert.doesNotMatch(JSON.stringify(body), /refresh|sealed/);
  });
});
