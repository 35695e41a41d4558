import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { ADMINISTRATOR, OPERATOR, openTestGateway, READER, type TestGateway } from './fixture.test.ts';

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway([
    { region: 'na', template: 'https://sso.example.com/t/{tenant}' },
    { region: 'eu', template: 'https://eu.sso.example.com/t/{tenant}' },
  ]);
});
after(() => gateway.close());
beforeEach(async () => {
  await gateway.store.db().deleteFrom('tenants').execute();
  Object.assign(gateway, { failOnCreation: null });
  gateway.created.length = 0;
  gateway.ended.length = 0;
});

const post = (body: unknown, token = OPERATOR) => gateway.call('POST', '/api/v1/tenants', { token, body });
const get = (url: string, token = OPERATOR) => gateway.call('GET', url, { token });
const patch = (name: string, body: unknown) => gateway.call('PATCH', `/api/v1/tenants/${name}`, { token: OPERATOR, body });
const countTenants = async () => (await gateway.store.db().selectFrom('tenants').select('name').execute()).length;

describe('Creating a tenant', () => {
  test('answers with its address, its issuer and every setting', async () => {
    const { status, body } = await post({ name: 'acme', displayName: 'Acme Inc.', region: 'eu', settings: { traceDays: 7 } });
    assert.equal(status, 201);
    assert.equal(body.url, 'https://eu.sso.example.com/t/acme');
    assert.equal(body.issuer, body.url);
    assert.deepEqual([body.displayName, body.region, body.status], ['Acme Inc.', 'eu', 'active']);
    assert.equal(body.settings.traceDays, 7);
    assert.equal(body.settings.idTokenAlgorithm, 'ES256');
    assert.deepEqual((await get('/api/v1/tenants/acme')).body, body);
    assert.deepEqual(gateway.created, ['acme']);
  });

  test('takes the first region and the name as display name when nothing is said', async () => {
    const { body } = await post({ name: 'acme' });
    assert.deepEqual([body.region, body.displayName], ['na', 'acme']);
  });

  test('tells all faults at once, with pointers, and creates nothing', async () => {
    const { status, body, faults } = await post({
      name: 'Acme',
      displayName: '',
      region: 'moon',
      settings: { traceDays: 0, accessTokenSeconds: 'x' },
      plan: 'gold',
    });
    assert.equal(status, 422);
    assert.equal(body.code, 'http.input_invalid');
    const pointers = faults.map((fault) => fault.split(' ')[0]);
    for (const pointer of ['/name', '/displayName', '/region', '/settings/traceDays', '/settings/accessTokenSeconds'])
      assert.ok(pointers.includes(pointer), pointer);
    assert.ok(faults.some((fault) => fault.endsWith('unknown_field')));
    assert.equal(await countTenants(), 0);
  });

  for (const name of [
    'a',
    'ab',
    'Acme',
    '1acme',
    '-acme',
    'acme-',
    'ac_me',
    'acme.x',
    'acmé',
    'a'.repeat(61),
    '',
    'acme\n',
    '../acme',
  ]) {
    test(`refuses the name ${JSON.stringify(name)}`, async () => {
      const { faults } = await post({ name });
      assert.deepEqual(faults, ['/name invalid_format']);
    });
  }

  test('takes names of 3 and of 60 characters', async () => {
    for (const name of ['a1b', `a${'-'.repeat(58)}z`]) assert.equal((await post({ name })).status, 201, name);
  });

  test('refuses a session that rests longer than it lives', async () => {
    const { body, faults } = await post({ name: 'acme', settings: { sessionIdleSeconds: 7200, sessionLifetimeSeconds: 3600 } });
    assert.equal(body.code, 'tenants.input_invalid');
    assert.deepEqual(faults, ['/settings/sessionIdleSeconds longer_than_lifetime']);
  });

  test('refuses a name that is taken', async () => {
    await post({ name: 'acme' });
    const { status, body, faults } = await post({ name: 'acme' });
    assert.deepEqual([status, body.code, faults], [409, 'tenants.name_taken', ['/name name_taken']]);
  });

  test('lets one of several at once win', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => post({ name: 'acme' })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
    assert.equal(await countTenants(), 1);
  });

  test('creates nothing when what a tenant is born with cannot be made', async () => {
    gateway.failOnCreation = new Error('no key could be made');
    assert.equal((await post({ name: 'acme' })).body.code, 'http.failed');
    assert.equal(await countTenants(), 0);
    gateway.failOnCreation = null;
    assert.equal((await post({ name: 'acme' })).status, 201);
  });

  test('refuses a name whose address is the server of a region', async () => {
    const subdomains = await openTestGateway([
      { region: 'na', template: 'https://{tenant}.sso.example.com' },
      { region: 'eua', template: 'https://{tenant}.eua.sso.example.com' },
    ]);
    try {
      const create = (name: string) => subdomains.call('POST', '/api/v1/tenants', { token: OPERATOR, body: { name } });
      assert.equal((await create('acme')).status, 201);
      assert.deepEqual((await create('eua')).faults, ['/name name_reserved']);
    } finally {
      await subdomains.close();
    }
  });
});

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

describe('Changing a tenant', () => {
  beforeEach(() => post({ name: 'acme', settings: { traceDays: 7 } }));

  test('leaves what is not named', async () => {
    const { body } = await patch('acme', { displayName: 'Acme', settings: { accessTokenSeconds: 300 } });
    assert.deepEqual([body.displayName, body.settings.traceDays, body.settings.accessTokenSeconds], ['Acme', 7, 300]);
  });

  for (const field of ['name', 'region', 'id', 'createdAt']) {
    test(`refuses to change ${field}`, async () => {
      const { status, faults } = await patch('acme', { [field]: 'globex' });
      assert.equal(status, 422);
      assert.ok(faults.some((fault) => fault.endsWith('unknown_field')));
    });
  }

  test('suspending ends the sessions, keeps everybody out and is audited', async () => {
    assert.equal((await get('/t/acme/where')).status, 200);
    const { body } = await patch('acme', { status: 'suspended' });
    assert.equal(body.status, 'suspended');
    assert.deepEqual(gateway.ended, [body.id]);
    assert.equal((await get('/t/acme/where')).body.code, 'tenants.suspended');
    await patch('acme', { status: 'active' });
    assert.equal((await get('/t/acme/where')).status, 200);
    assert.equal(gateway.ended.length, 1);
    const actions = (await gateway.audit.list(body.id, { limit: 9 })).map(({ action, actor }) => `${action} ${actor.kind}`);
    assert.deepEqual(actions, ['tenant.resumed operator', 'tenant.suspended operator', 'tenant.created operator']);
  });

  test('answers for a tenant that is not there', async () => {
    assert.equal((await patch('nobody', {})).body.code, 'tenants.unknown');
  });
});

describe('Removing a tenant', () => {
  const remove = (name: string, query = '') => gateway.call('DELETE', `/api/v1/tenants/${name}${query}`, { token: OPERATOR });

  test('asks for its name again', async () => {
    await post({ name: 'acme' });
    await post({ name: 'globex' });
    for (const query of ['', '?confirm=globex', '?confirm=ACME', '?confirm=true']) {
      const { status, body } = await remove('acme', query);
      assert.deepEqual([status, body.code], [409, 'tenants.removal_unconfirmed'], query);
    }
    assert.equal((await remove('acme', '?confirm=acme')).status, 204);
    assert.equal((await get('/api/v1/tenants/acme')).status, 404);
    assert.equal((await get('/api/v1/tenants/globex')).status, 200);
    assert.equal((await remove('acme', '?confirm=acme')).body.code, 'tenants.unknown');
  });

  test('takes every row under it and leaves its audit chain, which operators read by id', async () => {
    const { id } = (await post({ name: 'acme' })).body;
    await gateway.call('POST', '/t/acme/api/v1/domains', { token: OPERATOR, body: { name: 'acme.example' } });
    await remove('acme', '?confirm=acme');
    assert.deepEqual(await gateway.domains.list(id), []);
    const { body } = await get(`/api/v1/audit-events?tenant=${id}`);
    assert.deepEqual(
      body.items.map(({ action }: { action: string }) => action),
      ['tenant.removed', 'domain.created', 'tenant.created'],
    );
    assert.deepEqual((await get(`/api/v1/audit-events/chain?tenant=${id}`)).body.intact, true);
  });

  test('of the same name later gives another tenant', async () => {
    const { id } = (await post({ name: 'acme' })).body;
    await remove('acme', '?confirm=acme');
    assert.notEqual((await post({ name: 'acme' })).body.id, id);
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
