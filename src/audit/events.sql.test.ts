import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import { openStore, type Store } from '#sql/store.ts';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { hashOf } from './chain.ts';
import { createAuditLog } from './events.sql.ts';
import type { AuditEntry } from './events.ts';

let database: TestDatabase;
let store: Store;
const world = createTestWorld();
before(async () => {
  database = await openTestDatabase();
  store = openStore(database.url);
});
after(async () => {
  await store.close();
  await database.drop();
});

/** A chain of its own for each test. */
let tenants = 0;
const nextTenant = () => `tnt_${++tenants}` as TenantId;
const entry = (given: Partial<AuditEntry> = {}): AuditEntry => ({
  action: 'user.changed',
  actor: { kind: 'operator' },
  target: 'user:usr_1',
  ...given,
});

describe('The audit log', () => {
  test('gives back what was appended, newest first, each event tied to the one before', async () => {
    const log = createAuditLog({ store, world });
    const tenant = nextTenant();
    await log.append(
      tenant,
      entry({
        action: 'user.created',
        actor: { kind: 'user', id: 'usr_a:b' },
        after: { name: 'Ünn', roles: ['a', 'b'], n: 1.5, none: null },
      }),
    );
    world.pass(1);
    await log.append(
      tenant,
      entry({ reference: 'ref-1', code: 'saml.audience_mismatch', actor: { kind: 'nobody' }, before: { x: 1 } }),
    );
    const [second, first] = await log.list(tenant, { limit: 10 });
    assert.deepEqual(first?.actor, { kind: 'user', id: 'usr_a:b' });
    assert.deepEqual(first?.after, { name: 'Ünn', roles: ['a', 'b'], n: 1.5, none: null });
    assert.deepEqual(
      [first?.sequence, first?.previousHash, 'code' in (first ?? {}), 'before' in (first ?? {})],
      [1, '', false, false],
    );
    assert.deepEqual(
      [second?.sequence, second?.previousHash, second?.reference, second?.code],
      [2, first?.hash, 'ref-1', 'saml.audience_mismatch'],
    );
    assert.equal((second?.at.getTime() ?? 0) - (first?.at.getTime() ?? 0), 1000);
    assert.equal(await log.findBreak(tenant), null);
    assert.deepEqual(await log.findHead(tenant), { sequence: 2, hash: second?.hash });
  });

  test('keeps chains apart', async () => {
    const log = createAuditLog({ store, world });
    const [one, other] = [nextTenant(), nextTenant()];
    await log.append(one, entry());
    await log.append(other, entry({ action: 'role.created' }));
    assert.deepEqual(
      (await log.list(other, { limit: 10 })).map(({ action, sequence }) => [action, sequence]),
      [['role.created', 1]],
    );
  });

  test('filters by action, actor, kind of actor, target, reference and time', async () => {
    const log = createAuditLog({ store, world });
    const tenant = nextTenant();
    const from = world.now();
    await log.append(tenant, entry({ action: 'a.one', actor: { kind: 'user', id: 'usr_1' } }));
    world.pass(60);
    const middle = world.now();
    await log.append(tenant, entry({ action: 'a.two', actor: { kind: 'user', id: 'usr_2' }, target: 'group:grp_1' }));
    await log.append(tenant, entry({ action: 'a.three', reference: 'ref' }));
    const found = async (filter: Parameters<typeof log.list>[1]) => (await log.list(tenant, filter)).map(({ action }) => action);
    assert.deepEqual(await found({ limit: 9 }), ['a.three', 'a.two', 'a.one']);
    assert.deepEqual(await found({ limit: 9, action: 'a.two' }), ['a.two']);
    assert.deepEqual(await found({ limit: 9, actor: 'user:usr_1' }), ['a.one']);
    assert.deepEqual(await found({ limit: 9, actor: 'user' }), ['a.two', 'a.one']);
    assert.deepEqual(await found({ limit: 9, actor: 'operator' }), ['a.three']);
    assert.deepEqual(await found({ limit: 9, actor: '%' }), []);
    assert.deepEqual(await found({ limit: 9, target: 'group:grp_1' }), ['a.two']);
    assert.deepEqual(await found({ limit: 9, reference: 'ref' }), ['a.three']);
    assert.deepEqual(await found({ limit: 9, from: middle }), ['a.three', 'a.two']);
    assert.deepEqual(await found({ limit: 9, from, until: middle }), ['a.one']);
    assert.deepEqual(await found({ limit: 1, before: 3 }), ['a.two']);
  });

  test('falls with the transaction that it was appended in', async () => {
    const log = createAuditLog({ store, world });
    const tenant = nextTenant();
    await log.append(tenant, entry());
    await assert.rejects(
      store.transact(async () => {
        await log.append(tenant, entry());
        throw new Error('the change failed');
      }),
    );
    assert.equal((await log.findHead(tenant))?.sequence, 1);
    await log.append(tenant, entry());
    assert.equal(await log.findBreak(tenant), null);
  });

  test('has no gap and no fork when many append at once, on two nodes where the engine serves several', async () => {
    const other = store.capabilities.concurrentWriters ? openStore(database.url) : openStore(':memory:');
    const second = store.capabilities.concurrentWriters ? other : store;
    try {
      const tenant = nextTenant();
      const one = createAuditLog({ store, world });
      const two = createAuditLog({ store: second, world: createTestWorld() });
      await Promise.all(
        Array.from({ length: 24 }, (_, at) => (at % 2 ? one : two).append(tenant, entry({ target: `user:${at}` }))),
      );
      const events = await one.list(tenant, { limit: 100 });
      assert.deepEqual(
        events.map(({ sequence }) => sequence),
        Array.from({ length: 24 }, (_, at) => 24 - at),
      );
      assert.equal(new Set(events.map(({ target }) => target)).size, 24);
      assert.equal(await two.findBreak(tenant), null);
    } finally {
      await other.close();
    }
  });

  test('lets a transaction that holds one chain and a second writer both finish', async () => {
    const log = createAuditLog({ store, world });
    const tenant = nextTenant();
    const order: string[] = [];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => void (release = resolve));
    const first = store.transact(async () => {
      await log.append(tenant, entry({ action: 'first.held' }));
      order.push('first appended');
      await held;
    });
    while (order.length === 0) await new Promise(setImmediate);
    const second = log.append(tenant, entry({ action: 'second.waits' })).then(() => order.push('second appended'));
    release();
    await Promise.all([first, second]);
    assert.deepEqual(order, ['first appended', 'second appended']);
    assert.deepEqual(
      (await log.list(tenant, { limit: 9 })).map(({ action }) => action),
      ['second.waits', 'first.held'],
    );
    assert.equal(await log.findBreak(tenant), null);
  });

  test('is intact after text that an engine would change: NUL, half characters, line ends', async () => {
    const log = createAuditLog({ store, world });
    const tenant = nextTenant();
    await log.append(
      tenant,
      entry({ target: 'user:a\0b\ud800c\n{"forged":true}', reference: 'r\0', after: { text: 'a\0\ud800\n', '\udfff': 1 } }),
    );
    assert.equal(await log.findBreak(tenant), null);
    assert.equal((await log.list(tenant, { limit: 1 }))[0]?.target, 'user:ab\ufffdc\n{"forged":true}');
  });
});

describe('The chain shows', () => {
  type Row = {
    sequence: number;
    body: string;
    action: string;
    actor: string;
    target: string;
    at: number;
    hash: string;
    previous_hash: string;
    reference: string | null;
    id: string;
  };
  const change = (tenant: TenantId, sequence: number, set: Partial<Row>) =>
    store.db().updateTable('audit_events').set(set).where('tenant_id', '=', tenant).where('sequence', '=', sequence).execute();
  const remove = (tenant: TenantId, sequence: number) =>
    store.db().deleteFrom('audit_events').where('tenant_id', '=', tenant).where('sequence', '=', sequence).execute();

  async function chainOfFive() {
    const log = createAuditLog({ store, world });
    const tenant = nextTenant();
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await log.append(tenant, entry({ target: `user:${name}`, reference: name, before: { name }, after: { name } }));
    assert.equal(await log.findBreak(tenant), null);
    return { log, tenant };
  }

  for (const [name, set] of [
    ['another content', { body: '{"after":{"name":"evil"},"before":{"name":"c"}}' }],
    ['content that is no JSON', { body: 'not json' }],
    ['another action', { action: 'user.removed' }],
    ['another actor', { actor: 'user:usr_somebody' }],
    ['another target', { target: 'user:z' }],
    ['another time', { at: 1 }],
    ['another reference', { reference: null }],
    ['another id', { id: 'evt_other' }],
    ['another hash', { hash: 'x' }],
    ['another tie', { previous_hash: '' }],
  ] as const) {
    test(`an event with ${name}`, async () => {
      const { log, tenant } = await chainOfFive();
      await change(tenant, 3, set);
      assert.equal(await log.findBreak(tenant), 3);
    });
  }

  test('an event that was removed, at its place', async () => {
    const { log, tenant } = await chainOfFive();
    await remove(tenant, 3);
    assert.equal(await log.findBreak(tenant), 3);
  });

  test('a beginning that was removed', async () => {
    const { log, tenant } = await chainOfFive();
    await remove(tenant, 1);
    assert.equal(await log.findBreak(tenant), 1);
  });

  test('a forger who gives a changed event its right hash, one event later', async () => {
    const { log, tenant } = await chainOfFive();
    const third = (await log.list(tenant, { limit: 9 })).find(({ sequence }) => sequence === 3);
    assert.ok(third);
    const forged = { ...third, target: 'user:z' };
    await change(tenant, 3, { target: forged.target, hash: hashOf(tenant, forged) });
    assert.equal(await log.findBreak(tenant), 4);
  });

  test('a number that was left out, even with its right hash: a place where an event could have been', async () => {
    const { log, tenant } = await chainOfFive();
    const last = (await log.list(tenant, { limit: 1 }))[0];
    assert.ok(last);
    const moved = { ...last, sequence: 6 };
    await change(tenant, 5, { sequence: 6, hash: hashOf(tenant, moved) });
    assert.equal(await log.findBreak(tenant), 5);
  });

  test('events that were moved to another tenant', async () => {
    const { log, tenant } = await chainOfFive();
    const other = nextTenant();
    await store.db().updateTable('audit_events').set({ tenant_id: other }).where('tenant_id', '=', tenant).execute();
    assert.equal(await log.findBreak(other), 1);
  });

  test('nothing in a chain of more than one batch that is whole, and a change far in it', async () => {
    const log = createAuditLog({ store, world });
    const tenant = nextTenant();
    await store.transact(async () => {
      for (let at = 0; at < 1002; at += 1) await log.append(tenant, entry({ target: `user:${at}` }));
    });
    assert.equal(await log.findBreak(tenant), null);
    await change(tenant, 1001, { target: 'user:evil' });
    assert.equal(await log.findBreak(tenant), 1001);
  });
});
