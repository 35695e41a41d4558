import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { ADMINISTRATOR, READER } from './gateway.fixture.ts';
import { countTenants, gateway, get, post, setUp } from './tenants.fixture.ts';

setUp();

describe('The operator API', () => {
  test('takes the operator token and nothing else', async () => {
    await post({ name: 'acme' });
    assert.equal((await get('/api/v1/tenants')).status, 200);
    for (const [token, code] of [
      ['', 'authorization.token_missing'],
      ['another-token', 'authorization.token_invalid'],
      [ADMINISTRATOR['acme'] ?? '', 'authorization.token_invalid'],
    ] as const) {
      for (const [method, url] of [
        ['GET', '/api/v1/tenants'],
        ['POST', '/api/v1/tenants'],
        ['GET', '/api/v1/tenants/acme'],
        ['PATCH', '/api/v1/tenants/acme'],
        ['DELETE', '/api/v1/tenants/acme?confirm=acme'],
        ['GET', '/api/v1/audit-events?tenant=tnt_0123456789012345678901'],
      ] as const) {
        const { body, status } = await gateway.call(method, url, {
          token,
          ...(method === 'POST' || method === 'PATCH' ? { body: {} } : {}),
        });
        assert.deepEqual([status, body.code], [401, code], `${method} ${url}`);
      }
    }
    assert.equal(await countTenants(), 1);
  });

  test('is not under a tenant', async () => {
    await post({ name: 'acme' });
    assert.equal((await get('/t/acme/api/v1/tenants')).status, 404);
  });

  test('lists by name, page after page', async () => {
    for (const name of ['initech', 'acme', 'globex']) await post({ name });
    const first = (await get('/api/v1/tenants?limit=2')).body;
    assert.deepEqual(
      first.items.map(({ name }: { name: string }) => name),
      ['acme', 'globex'],
    );
    const second = (await get(`/api/v1/tenants?limit=2&cursor=${first.next}`)).body;
    assert.deepEqual([second.items.map(({ name }: { name: string }) => name), second.next], [['initech'], null]);
  });

  for (const query of ['limit=0', 'limit=201', 'limit=1e400', 'limit=x', 'cursor=%27%20OR%201', 'limit=1&limit=2', 'sort=name']) {
    test(`refuses the query ${query}`, async () => {
      assert.equal((await get(`/api/v1/tenants?${query}`)).body.code, 'http.input_invalid');
    });
  }

  test('knows no tenant by another spelling', async () => {
    await post({ name: 'acme' });
    for (const name of ['ACME', 'acme%00', 'acme%20', 'acme.', 'nobody']) {
      assert.equal((await get(`/api/v1/tenants/${name}`)).status, 404, name);
    }
  });
});

describe('The settings of a tenant', () => {
  beforeEach(() => post({ name: 'acme' }));
  const change = (body: unknown, token?: string) =>
    gateway.call('PATCH', '/t/acme/api/v1/settings', { token: token ?? ADMINISTRATOR['acme'], body });

  test('are read and changed by those who may', async () => {
    const { status, body } = await change({ idTokenAlgorithm: 'RS256' });
    assert.deepEqual([status, body.idTokenAlgorithm, body.traceDays], [200, 'RS256', 30]);
    assert.deepEqual((await get('/t/acme/api/v1/settings', READER)).body, body);
    const [newest] = await gateway.audit.list((await gateway.tenants.findByName('acme'))!.id, { limit: 1 });
    assert.deepEqual([newest?.action, newest?.actor], ['tenant.changed', { kind: 'user', id: 'usr_acme' }]);
  });

  test('are not changed by those who may not', async () => {
    assert.equal((await change({ traceDays: 1 }, READER)).body.code, 'authorization.forbidden');
    await post({ name: 'globex' });
    assert.equal((await change({ traceDays: 1 }, ADMINISTRATOR['globex'])).body.code, 'authorization.token_invalid');
    assert.equal((await get('/t/acme/api/v1/settings', READER)).body.traceDays, 30);
  });

  for (const [name, body, fault] of [
    ['a bound below', { sessionIdleSeconds: 59 }, '/sessionIdleSeconds too_small'],
    ['a bound above', { accessTokenSeconds: 86_401 }, '/accessTokenSeconds too_big'],
    ['half a second', { refreshTokenSeconds: 300.5 }, '/refreshTokenSeconds invalid_type'],
    ['another algorithm', { idTokenAlgorithm: 'none' }, '/idTokenAlgorithm invalid_value'],
    ['a session longer at rest than alive', { sessionIdleSeconds: 172_800 }, '/sessionIdleSeconds longer_than_lifetime'],
    ['null', { traceDays: null }, '/traceDays invalid_type'],
  ] as const) {
    test(`refuse ${name}`, async () => {
      const { status, faults } = await change(body);
      assert.deepEqual([status, faults], [422, [fault]]);
    });
  }
});

describe('The API description', () => {
  test('holds every route of tenants, settings, domains and audit, each where it is', async () => {
    await post({ name: 'acme' });
    const operationsOf = ({ body }: { body: { paths: Record<string, object> } }) =>
      Object.entries(body.paths)
        .map(([path, operations]) => `${path} ${Object.keys(operations).sort().join(' ')}`)
        .sort();
    const server = await gateway.call('GET', '/api/openapi.json');
    assert.deepEqual(server.body.servers, [{ url: 'https://sso.example.com' }]);
    assert.deepEqual(operationsOf(server), [
      '/api/v1/audit-events get',
      '/api/v1/audit-events/chain get',
      '/api/v1/tenants get post',
      '/api/v1/tenants/{name} delete get patch',
    ]);
    assert.deepEqual(Object.keys(server.body.paths['/api/v1/tenants'].post.responses).sort(), ['201', '409', '422', 'default']);
    assert.deepEqual(Object.keys(server.body.paths['/api/v1/tenants/{name}'].delete.responses).sort(), [
      '204',
      '404',
      '409',
      'default',
    ]);
    const tenant = await gateway.call('GET', '/t/acme/api/openapi.json');
    assert.deepEqual(tenant.body.servers, [{ url: 'https://sso.example.com/t/acme' }]);
    assert.deepEqual(operationsOf(tenant), [
      '/api/v1/audit-events get',
      '/api/v1/audit-events/chain get',
      '/api/v1/domains get post',
      '/api/v1/domains/{name} delete get patch',
      '/api/v1/domains/{name}/prove post',
      '/api/v1/settings get patch',
    ]);
  });
});
