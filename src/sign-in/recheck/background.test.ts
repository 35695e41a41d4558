import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBackground } from './background.ts';

interface Work {
  promise: Promise<void>;
  resolve(): void;
}
const held = (): Work => Promise.withResolvers<void>();

describe('Work that nobody waits for', () => {
  it('is done once at a time for each thing, and again when it is over', async () => {
    const background = createBackground(() => assert.fail('nothing fails here'));
    let started = 0;
    const [first, other] = [held(), held()];
    const begin = (name: string, { promise }: Work): void =>
      background.start(name, () => {
        started += 1;
        return promise;
      });
    begin('ana', first);
    begin('ana', first);
    begin('ben', other);
    assert.equal(started, 2);
    first.resolve();
    other.resolve();
    await background.settled();
    begin('ana', first);
    assert.equal(started, 3);
    await background.settled();
  });

  it('all of it is done before it is settled, also what began meanwhile', async () => {
    const background = createBackground(() => assert.fail('nothing fails here'));
    const [first, second] = [held(), held()];
    let [isOver, isSettled] = [false, false];
    background.start('first', async () => {
      await first.promise;
      background.start('second', async () => {
        await second.promise;
        isOver = true;
      });
    });
    const settled = background.settled().then(() => {
      isSettled = true;
    });
    first.resolve();
    // Whatever can be done by now is done.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([isOver, isSettled], [false, false]);
    second.resolve();
    await settled;
    assert.equal(isOver, true);
  });

  it('a failure is told, and keeps nothing from being settled, nor from being begun again', async () => {
    const told: unknown[] = [];
    const background = createBackground((error) => told.push(error));
    const failure = new Error('the provider is down');
    for (let round = 0; round < 2; round++) {
      background.start('ana', () => Promise.reject(failure));
      await background.settled();
    }
    assert.deepEqual(told, [failure, failure]);
  });
});
