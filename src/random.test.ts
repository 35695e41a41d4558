import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandomBytes } from './random.ts';

describe('random bytes', () => {
  it('never hands out the same bytes twice, also across refills and for long wishes', () => {
    const randomBytes = createRandomBytes();
    const drawn = Array.from({ length: 2000 }, () => Buffer.from(randomBytes(16)).toString('hex'));
    assert.equal(new Set(drawn).size, 2000);
    assert.equal(randomBytes(5000).length, 5000);
  });
  it('what was handed out does not change afterwards', () => {
    const randomBytes = createRandomBytes();
    const first = randomBytes(32);
    const copy = Buffer.from(first).toString('hex');
    for (let at = 0; at < 1000; at++) randomBytes(32);
    assert.equal(Buffer.from(first).toString('hex'), copy);
  });
});
