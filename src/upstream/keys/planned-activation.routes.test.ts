import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createKeyCalendar } from './key-calendar.sql.ts';
import {
  activate,
  api,
  connect,
  elsewhere,
  failures,
  list,
  makeNext,
  needs,
  refused,
  setUp,
  statesOf,
  world,
} from './keys.fixture.ts';
import { activatePlanned, announceNextKeys, type KeysByTimeNeeds } from './keys-by-time.ts';

setUp();

describe('A planned activation', () => {
  const byTime = (): KeysByTimeNeeds => ({
    ...needs,
    calendar: createKeyCalendar(api),
    onFailure: (error) => void failures.push(error),
  });
  const inDays = (days: number): string => new Date(world.now().getTime() + days * 86_400_000).toISOString();

  test('happens when its time has come, once, on however many nodes', async () => {
    const id = await connect();
    const key = await makeNext(id);
    const { body } = await activate(id, key, { at: inDays(7) });
    assert.deepEqual([body['state'], body['plannedAt']], ['next', inDays(7)]);
    await activatePlanned(byTime());
    assert.deepEqual(await statesOf(id, 'signing'), ['active', 'next']);
    world.pass(7 * 86_400);
    await Promise.all([activatePlanned(byTime()), activatePlanned({ ...byTime(), connections: elsewhere })]);
    const [active, retired] = (await list(id)).filter(({ use }) => use === 'signing');
    assert.deepEqual([active?.id, active?.plannedAt, retired?.state], [key, null, 'retired']);
    const events = await api.audit.list(api.acme, { limit: 100, action: 'identity-provider.key-activated' });
    assert.deepEqual(
      events.filter(({ target }) => target === `connection:${id}`).map(({ actor }) => actor),
      [{ kind: 'system' }],
    );
    assert.deepEqual(failures, []);
  });

  test('is taken back by null', async () => {
    const id = await connect();
    const key = await makeNext(id);
    await activate(id, key, { at: inDays(1) });
    assert.equal((await activate(id, key, { at: null })).body['plannedAt'], null);
    world.pass(2 * 86_400);
    await activatePlanned(byTime());
    assert.deepEqual(await statesOf(id, 'signing'), ['active', 'next']);
  });

  test('is not taken after the certificate has expired, nor at a time that is none', async () => {
    const id = await connect();
    const key = await makeNext(id);
    const answer = await activate(id, key, { at: inDays(4000) });
    refused(answer, 422, 'own_keys.input_invalid');
    assert.deepEqual(
      answer.body.errors?.map(({ pointer, code }) => [pointer, code]),
      [['/at', 'too_late']],
    );
    assert.equal((await activate(id, key, { at: 'tomorrow' })).status, 422);
  });

  test('of a key that has expired meanwhile is dropped and told, and does not stand in the way', async () => {
    const [id, other] = [await connect(), await connect()];
    const [late, good] = [await makeNext(id), await makeNext(other)];
    await activate(id, late, { at: inDays(1) });
    await activate(other, good, { at: inDays(1) });
    await api.store.db().updateTable('connection_keys').set({ expires_at: 1 }).where('id', '=', late).execute();
    world.pass(86_401);
    await activatePlanned(byTime());
    assert.equal(failures.length, 1);
    assert.deepEqual(await statesOf(id, 'signing'), ['active', 'next']);
    assert.deepEqual(await statesOf(other, 'signing'), ['active', 'retired']);
    await activatePlanned(byTime());
    assert.equal(failures.length, 1, 'not again');
  });

  test('a next key is made sixty days before the active one expires, once, and never activated by itself', async () => {
    const id = await connect();
    await announceNextKeys(byTime());
    assert.deepEqual(await statesOf(id, 'signing'), ['active'], 'not yet');
    world.pass((3 * 365 - 59) * 86_400);
    await Promise.all([announceNextKeys(byTime()), announceNextKeys(byTime())]);
    await announceNextKeys(byTime());
    assert.deepEqual(await statesOf(id, 'signing'), ['active', 'next']);
    assert.deepEqual(await statesOf(id, 'decryption'), ['active', 'next']);
    world.pass(90 * 86_400);
    await announceNextKeys(byTime());
    await activatePlanned(byTime());
    assert.deepEqual(await statesOf(id, 'signing'), ['active', 'next'], 'a person activates it');
    const events = await api.audit.list(api.acme, { limit: 100, action: 'identity-provider.key-made' });
    const told = events.filter(({ target }) => target === `connection:${id}`);
    assert.deepEqual(
      told.map(({ actor }) => actor.kind),
      ['system', 'system'],
    );
    assert.doesNotMatch(JSON.stringify(told), /PRIVATE|BEGIN/);
    assert.deepEqual(failures, []);
  });
});
