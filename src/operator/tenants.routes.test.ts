import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { OPERATOR, openTestGateway } from './gateway.fixture.ts';
import { countTenants, gateway, get, post, setUp } from './tenants.fixture.ts';

setUp();

const patch = (name: string, body: unknown) => gateway.call('PATCH', `/api/v1/tenants/${name}`, { token: OPERATOR, body });

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
