import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import { ADMINISTRATOR, OPERATOR, openTestGateway, READER, type TestGateway } from '../operator/gateway.fixture.ts';

let gateway: TestGateway;
let acme: TenantId;
before(async () => {
  gateway = await openTestGateway();
  acme = await gateway.addTenant('acme');
  const globex = await gateway.addTenant('globex');
  for (const name of ['b', 'c', 'd']) {
    gateway.world.pass(60);
    await gateway.audit.append(acme, {
      action: `user.${name}`,
      actor: { kind: 'user', id: `usr_${name}` },
      target: '=HYPERLINK("x")',
      reference: name,
    });
  }
  await gateway.audit.append(globex, { action: 'secret.of-globex', actor: { kind: 'system' }, target: 'x' });
});
after(() => gateway.close());

const token = ADMINISTRATOR['acme'];
const get = (query = '', given: { token?: string; accept?: string } = {}) =>
  gateway.call('GET', `/t/acme/api/v1/audit-events${query}`, { token, ...given });
const actionsOf = ({ body }: { body: { items: { action: string }[] } }) => body.items.map(({ action }) => action);

describe('The audit log of a tenant by API', () => {
  test('is read newest first, page after page', async () => {
    const first = await get('?limit=3');
    assert.deepEqual(actionsOf(first), ['user.d', 'user.c', 'user.b']);
    const second = await get(`?limit=3&cursor=${first.body.next}`);
    assert.deepEqual([actionsOf(second), second.body.next], [['tenant.created'], null]);
    assert.deepEqual(Object.keys(first.body.items[0]).sort(), [
      'action',
      'actor',
      'at',
      'hash',
      'id',
      'previousHash',
      'reference',
      'sequence',
      'target',
    ]);
  });

  for (const [query, actions] of [
    ['?action=user.c', ['user.c']],
    ['?actor=user:usr_b', ['user.b']],
    ['?actor=user', ['user.d', 'user.c', 'user.b']],
    ['?actor=operator', ['tenant.created']],
    ['?reference=d', ['user.d']],
    ['?target=tenant:acme', ['tenant.created']],
    ['?from=2026-11-23T09:02:00Z', ['user.d', 'user.c']],
    ['?until=2026-11-23T10:02:00%2B01:00', ['user.b', 'tenant.created']],
    ['?action=user.c&reference=d', []],
  ] as const) {
    test(`is filtered: ${query}`, async () => assert.deepEqual(actionsOf(await get(query)), actions));
  }

  for (const query of [
    '?limit=0',
    '?limit=1000',
    '?cursor=-1',
    '?cursor=1%20or%201',
    '?cursor=99999999999999999999',
    '?from=yesterday',
    '?from=2026-02-30T00:00:00Z',
    '?format=xml',
    '?tenant=tnt_x',
    '?action=',
    '?action=a&action=b',
  ]) {
    test(`T165: refuses ${query}`, async () => assert.equal((await get(query)).body.code, 'http.input_invalid'));
  }

  test("is nobody else's", async () => {
    for (const [given, code] of [
      [READER, 'authorization.forbidden'],
      [ADMINISTRATOR['globex'], 'authorization.token_invalid'],
      ['', 'authorization.token_missing'],
    ] as const) {
      for (const path of ['', '/chain', '?format=csv']) assert.equal((await get(path, { token: given })).body.code, code);
    }
  });

  test('is exported as NDJSON and CSV, by Accept header or by format, with the filter', async () => {
    for (const [query, accept] of [
      ['?format=ndjson', undefined],
      ['', 'application/x-ndjson'],
    ] as const) {
      const { text, headers } = await get(query, { accept });
      assert.equal(headers['content-type'], 'application/x-ndjson');
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        lines.map(({ action }) => action),
        ['user.d', 'user.c', 'user.b', 'tenant.created'],
      );
    }
    for (const [query, accept] of [
      ['?format=csv&action=user.c', undefined],
      ['?action=user.c', 'text/csv, */*;q=0.1'],
    ] as const) {
      const { text, headers } = await get(query, { accept });
      assert.equal(headers['content-type'], 'text/csv; charset=utf-8');
      assert.equal(headers['content-disposition'], 'attachment; filename="audit-events.csv"');
      const [head, line, ...rest] = text.split('\r\n');
      assert.deepEqual([head?.split(',')[0], rest], ['sequence', ['']]);
      assert.match(line ?? '', /,user\.c,user:usr_c,"'=HYPERLINK\(""x""\)",c,/);
    }
  });

  test('an export of more than one batch misses nothing', async () => {
    const globex = (await gateway.tenants.findByName('globex'))?.id ?? acme;
    await gateway.store.transact(async () => {
      for (let at = 0; at < 1100; at += 1)
        await gateway.audit.append(globex, { action: 'many.times', actor: { kind: 'system' }, target: `x:${at}` });
    });
    const { text } = await gateway.call('GET', '/t/globex/api/v1/audit-events?format=ndjson&action=many.times', {
      token: ADMINISTRATOR['globex'],
    });
    const targets = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).target);
    assert.deepEqual([targets.length, new Set(targets).size, targets[0], targets.at(-1)], [1100, 1100, 'x:1099', 'x:0']);
  });

  test('is verified: a changed row is found', async () => {
    const { body } = await get('/chain');
    assert.deepEqual([body.intact, body.brokenAt, body.length], [true, null, 4]);
    assert.equal(body.head, (await get('?limit=1')).body.items[0].hash);
    const set = (target: string) =>
      gateway.store
        .db()
        .updateTable('audit_events')
        .set({ target })
        .where('tenant_id', '=', acme)
        .where('sequence', '=', 2)
        .execute();
    await set('user:somebody-else');
    const changed = (await get('/chain')).body;
    assert.deepEqual([changed.intact, changed.brokenAt, changed.length], [false, 2, 4]);
    await set('=HYPERLINK("x")');
    assert.equal((await get('/chain')).body.intact, true);
  });

  test("is read by an operator on the server's own address, one tenant at a time", async () => {
    const read = (query: string) => gateway.call('GET', `/api/v1/audit-events${query}`, { token: OPERATOR });
    assert.deepEqual(actionsOf(await read(`?tenant=${acme}&limit=1`)), ['user.d']);
    assert.equal((await read('')).body.code, 'http.input_invalid');
    assert.equal((await read('?tenant=acme')).body.code, 'http.input_invalid');
    assert.equal(
      (await gateway.call('GET', `/api/v1/audit-events?tenant=${acme}`, { token })).body.code,
      'authorization.token_invalid',
    );
  });
});
