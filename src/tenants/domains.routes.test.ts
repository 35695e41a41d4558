import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { ADMINISTRATOR, OPERATOR, openTestGateway, READER, type TestGateway } from '../operator/gateway.fixture.ts';

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway();
  for (const name of ['acme', 'globex']) await gateway.addTenant(name);
});
after(() => gateway.close());
beforeEach(async () => {
  gateway.dns.clear();
  await gateway.store.db().deleteFrom('domains').execute();
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const as =
  (tenant: string, token: string | undefined) =>
  (method: Method, path = '', body?: unknown) =>
    gateway.call(method, `/t/${tenant}/api/v1/domains${path}`, { token, body });
const asAcme = as('acme', ADMINISTRATOR['acme']);
const asGlobex = as('globex', ADMINISTRATOR['globex']);
const asOperator = as('acme', OPERATOR);
const publish = ({ name, value }: { name: string; value: string }) => gateway.dns.set(name, [[value]]);

describe('A user claims a domain', () => {
  test('and proves it by a TXT record', async () => {
    const claimed = await asAcme('POST', '', { name: 'ACME.example' });
    assert.equal(claimed.status, 201);
    assert.deepEqual(
      [claimed.body.name, claimed.body.state, claimed.body.includeSubdomains, claimed.body.provenAt],
      ['acme.example', 'pending', false, null],
    );
    assert.equal(claimed.body.record.name, '_sallyport.acme.example');
    assert.match(claimed.body.record.value, /^sallyport-domain=[\w-]{22}$/);
    assert.equal((await asAcme('POST', '/acme.example/prove')).body.code, 'tenants.domain_not_proven');
    publish(claimed.body.record);
    const proven = await asAcme('POST', '/acme.example/prove');
    assert.deepEqual(
      [proven.status, proven.body.state, proven.body.provenAt],
      [200, 'proven', gateway.world.now().toISOString()],
    );
    assert.deepEqual((await asAcme('GET')).body, { items: [proven.body], next: null });
    assert.deepEqual((await asAcme('GET', '/ACME.example')).body, proven.body);
  });

  for (const [name, records] of [
    ['of another tenant', (value: string) => [[`${value}x`]]],
    ['that begins with it', (value: string) => [[`${value} and more`]]],
    ['that ends with it', (value: string) => [[`x${value}`]]],
    ['in another case', (value: string) => [[value.toUpperCase()]]],
    ['split over two records', (value: string) => [[value.slice(0, 20)], [value.slice(20)]]],
    ['without its key', (value: string) => [[value.replace('sallyport-domain=', '')]]],
    ['that is empty', () => [['']]],
  ] as const) {
    test(`but not by a record ${name}`, async () => {
      const { record } = (await asAcme('POST', '', { name: 'acme.example' })).body;
      gateway.dns.set(record.name, records(record.value));
      assert.equal((await asAcme('POST', '/acme.example/prove')).body.code, 'tenants.domain_not_proven');
      assert.equal((await asAcme('GET', '/acme.example')).body.state, 'pending');
      gateway.dns.set(record.name, [['v=spf1 -all'], [record.value.slice(0, 20), record.value.slice(20)]]);
      assert.equal((await asAcme('POST', '/acme.example/prove')).body.state, 'proven');
    });
  }

  test('and is told when the DNS does not answer', async () => {
    const { record } = (await asAcme('POST', '', { name: 'acme.example' })).body;
    gateway.dns.set(record.name, new Error('queryTxt ESERVFAIL'));
    const { status, body } = await asAcme('POST', '/acme.example/prove');
    assert.deepEqual([status, body.code], [503, 'tenants.domain_lookup_failed']);
  });

  test('with a token of its own: that of another tenant proves nothing', async () => {
    const { record } = (await asGlobex('POST', '', { name: 'acme.example' })).body;
    publish(record);
    const mine = await asAcme('POST', '', { name: 'acme.example' });
    assert.notEqual(mine.body.record.value, record.value);
    assert.equal((await asAcme('POST', '/acme.example/prove')).body.code, 'tenants.domain_not_proven');
  });

  test('that another tenant owns, and learns so only after proving it, not by whom', async () => {
    await as('globex', OPERATOR)('POST', '', { name: 'acme.example' });
    const { status, body } = await asAcme('POST', '', { name: 'acme.example' });
    assert.equal(status, 201);
    assert.equal((await asAcme('POST', '/acme.example/prove')).body.code, 'tenants.domain_not_proven');
    publish(body.record);
    const refused = await asAcme('POST', '/acme.example/prove');
    assert.deepEqual([refused.status, refused.body.code], [409, 'tenants.domain_taken']);
    assert.doesNotMatch(refused.text, /globex/);
  });

  for (const [name, code] of [
    ['gmail.com', 'tenants.domain_public'],
    ['GMAIL.com.', 'tenants.domain_public'],
    ['onmicrosoft.com', 'tenants.domain_public'],
    ['acme', 'tenants.domain_invalid'],
    ['*.acme.example', 'tenants.domain_invalid'],
    ['127.0.0.1', 'tenants.domain_invalid'],
    ['ann@acme.example', 'tenants.domain_invalid'],
    ['acme.example/../x', 'tenants.domain_invalid'],
    ['%acme.example', 'tenants.domain_invalid'],
  ] as const) {
    test(`${name} is refused, to an operator as well`, async () => {
      for (const call of [asAcme, asOperator]) {
        const { status, body, faults } = await call('POST', '', { name });
        assert.deepEqual([status, body.code, faults], [422, code, [`/name ${code.slice('tenants.'.length)}`]]);
      }
    });
  }

  test('once', async () => {
    await asAcme('POST', '', { name: 'acme.example' });
    assert.equal((await asAcme('POST', '', { name: 'acme.example.' })).body.code, 'tenants.domain_exists');
  });

  test('with every fault told', async () => {
    const { body, faults } = await asAcme('POST', '', { name: 7, includeSubdomains: 'yes', state: 'proven' });
    assert.equal(body.code, 'http.input_invalid');
    assert.equal(faults.length, 3);
  });
});

describe('An operator vouches for a domain', () => {
  test('at once, also for one that was only claimed', async () => {
    await asAcme('POST', '', { name: 'acme.example' });
    const { status, body } = await asOperator('POST', '', { name: 'acme.example', includeSubdomains: true });
    assert.deepEqual([status, body.state, body.includeSubdomains], [201, 'vouched', true]);
    assert.equal((await asOperator('POST', '', { name: 'acme.example' })).body.code, 'tenants.domain_exists');
  });

  test('but not where another tenant owns it, above or below', async () => {
    await as('globex', OPERATOR)('POST', '', { name: 'acme.example', includeSubdomains: true });
    for (const name of ['acme.example', 'eu.acme.example'])
      assert.equal((await asOperator('POST', '', { name })).body.code, 'tenants.domain_taken');
  });
});

describe('A domain of a tenant', () => {
  beforeEach(() => asOperator('POST', '', { name: 'acme.example' }));

  test('is not seen, changed, proven or removed by another (T141)', async () => {
    assert.equal((await asAcme('GET', '/acme.example')).status, 200);
    for (const [method, path, body] of [
      ['GET', '/acme.example', undefined],
      ['PATCH', '/acme.example', { includeSubdomains: true }],
      ['DELETE', '/acme.example', undefined],
      ['POST', '/acme.example/prove', undefined],
    ] as const) {
      const { status, body: answer } = await asGlobex(method, path, body);
      assert.deepEqual([status, answer.code], [404, 'tenants.domain_unknown'], `${method} ${path}`);
      const foreign = await as('acme', ADMINISTRATOR['globex'])(method, path, body);
      assert.deepEqual([foreign.status, foreign.body.code], [401, 'authorization.token_invalid'], `${method} ${path}`);
    }
    assert.deepEqual((await asGlobex('GET')).body.items, []);
  });

  test('is not touched by somebody without the permission', async () => {
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '', { name: 'x.example' }],
      ['DELETE', '/acme.example', undefined],
    ] as const) {
      assert.equal((await as('acme', READER)(method, path, body)).body.code, 'authorization.forbidden');
    }
  });

  test('includes its subdomains or not, unless another tenant owns one of them', async () => {
    const { body } = await asAcme('PATCH', '/acme.example', { includeSubdomains: true });
    assert.deepEqual([body.includeSubdomains, body.state], [true, 'vouched']);
    await asAcme('PATCH', '/acme.example', { includeSubdomains: false });
    await as('globex', OPERATOR)('POST', '', { name: 'eu.acme.example' });
    assert.equal((await asAcme('PATCH', '/acme.example', { includeSubdomains: true })).body.code, 'tenants.domain_taken');
    assert.equal((await asAcme('GET', '/acme.example')).body.includeSubdomains, false);
  });

  test('is given up, and free for the next', async () => {
    assert.equal((await asAcme('DELETE', '/acme.example')).status, 204);
    assert.equal((await asAcme('GET', '/acme.example')).body.code, 'tenants.domain_unknown');
    assert.equal((await as('globex', OPERATOR)('POST', '', { name: 'acme.example' })).body.state, 'vouched');
  });

  test('leaves a trail in the audit log, which nothing refused does', async () => {
    const { id } = (await gateway.tenants.findByName('acme'))!;
    const trail = async () =>
      (await gateway.audit.list(id, { limit: 50, target: 'domain:trail.example' })).map(
        ({ action, actor }) => `${action} ${actor.kind}`,
      );
    await asAcme('POST', '', { name: 'trail.example' });
    await asAcme('POST', '/trail.example/prove');
    await asAcme('PATCH', '/trail.example', { includeSubdomains: true });
    publish((await asAcme('GET', '/trail.example')).body.record);
    await asAcme('POST', '/trail.example/prove');
    await asAcme('DELETE', '/trail.example');
    assert.deepEqual(await trail(), ['domain.removed user', 'domain.proven user', 'domain.changed user', 'domain.created user']);
    assert.equal(await gateway.audit.findBreak(id), null);
  });
});
