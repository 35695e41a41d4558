import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acme, alice, artifact, artifacts, grantOf, setUp, store } from './artifacts.fixture.ts';
import { readGrantId } from './grants.ts';
import { UnitOfWork } from './unit-of-work.ts';

setUp();

describe('A unit of work', () => {
  const found = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await artifacts.find(acme, { kind: 'AccessToken', id: id })) !== undefined));
  const put = (id: string) => () => artifacts.put(acme, { kind: 'AccessToken', id: id }, artifact());

  it('is one transaction, that sees its own writes', async () => {
    const unit = new UnitOfWork(store.transact);
    await unit.write(put('a'));
    await unit.write(put('b'));
    assert.ok(await unit.read(() => artifacts.find(acme, { kind: 'AccessToken', id: 'a' })));
    await unit.end('keep');
    assert.deepEqual(await found('a', 'b'), [true, true]);
  });

  it('leaves nothing when it is undone', async () => {
    const unit = new UnitOfWork(store.transact);
    await Promise.all([unit.write(put('a')), unit.write(put('b'))]);
    await unit.end('undo');
    assert.deepEqual(await found('a', 'b'), [false, false]);
    await assert.rejects(unit.write(put('c')), /has ended/);
  });

  it('holds the store only from its first write on', async () => {
    const reading = new UnitOfWork(store.transact);
    await reading.read(() => artifacts.find(acme, { kind: 'AccessToken', id: 'a' }));
    const writing = new UnitOfWork(store.transact);
    await writing.write(put('a'));
    await writing.end('keep');
    await reading.end('keep');
    assert.deepEqual(await found('a'), [true]);
  });

  it('tells when it could not begin or be kept', async () => {
    const away = new UnitOfWork(() => Promise.reject(new Error('the store is away')));
    await assert.rejects(away.write(put('a')), /the store is away/);
    const unit = new UnitOfWork(async (work) => {
      await store.transact(work);
      throw new Error('the commit failed');
    });
    await unit.write(put('a'));
    await assert.rejects(unit.end('keep'), /the commit failed/);
  });
});

describe("A grant's id", () => {
  it('says whose it is, and is read only in its own shape', () => {
    assert.deepEqual(readGrantId(grantOf('app_crm')), { applicationId: 'app_crm', basis: 'registered', userId: alice });
    for (const other of [
      '',
      'app_crm',
      'app_crm.registered.usr_alice',
      `${grantOf('app_crm')}.more`,
      'app_crm.admin.usr_alice.x',
    ])
      assert.equal(readGrantId(other), undefined, other);
  });
});
