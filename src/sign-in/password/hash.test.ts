import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { type Argon2id, argon2id, hashPassword, verifyPassword } from './hash.ts';
import { createHashing } from './hashing.ts';

const PASSWORD = 'violet harbour tricycle 42';
const SALT = Buffer.from('a salt of 16 by.');

describe('A hash of a password', () => {
  it('is argon2id in PHC form with 19 MiB, two passes and one lane, and a salt of its own', async () => {
    const hash = await hashPassword(argon2id, PASSWORD, SALT);
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.notEqual(await hashPassword(argon2id, PASSWORD, Buffer.from('b salt of 16 by.')), hash);
  });

  it('fits that password and no other', async () => {
    const hash = await hashPassword(argon2id, PASSWORD, SALT);
    assert.equal(await verifyPassword(argon2id, PASSWORD, hash), true);
    for (const other of [`${PASSWORD} `, PASSWORD.slice(1), PASSWORD.toUpperCase(), ''])
      assert.equal(await verifyPassword(argon2id, other, hash), false, other);
  });

  it('of another implementation, with other costs, is read by what it says of itself', async () => {
    const prefix = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$';
    const key = await argon2id({
      message: Buffer.from('password'),
      nonce: Buffer.from('somesalt'),
      memory: 65_536,
      passes: 2,
      parallelism: 1,
      tagLength: 32,
    });
    // RFC 9106 reference implementation, test.c: hashtest(version, 2, 16, 1, "password", "somesalt", …, Argon2_id)
    assert.equal(key.toString('hex'), '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7');
    assert.equal(await verifyPassword(argon2id, 'password', prefix + key.toString('base64').replace(/=+$/, '')), true);
  });

  it('that is not there takes the same derivation, and fits nothing', async () => {
    const costs: string[] = [];
    const derive: Argon2id = async ({ memory, passes, parallelism, tagLength, nonce }) => {
      costs.push([memory, passes, parallelism, tagLength, Buffer.from(nonce as Uint8Array).length].join(' '));
      return Buffer.alloc(32);
    };
    const hash = await hashPassword(derive, PASSWORD, SALT);
    assert.equal(await verifyPassword(derive, PASSWORD, hash), true);
    assert.equal(await verifyPassword(derive, PASSWORD, undefined), false);
    assert.deepEqual(costs, ['19456 2 1 32 16', '19456 2 1 32 16', '19456 2 1 32 16']);
  });

  it('that is broken is a fault of ours, never a password that fits', async () => {
    for (const hash of ['', 'plain', '$2b$12$abcdefghijklmnopqrstuv', '$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA'])
      await assert.rejects(verifyPassword(argon2id, '', hash), /PHC/);
  });
});

describe('Passwords are hashed', () => {
  it('two at once, 24 wait in the order in which they came, and further ones are refused', async () => {
    const running: (() => void)[] = [];
    let most = 0;
    let now = 0;
    const hashing = createHashing(async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise<void>((resolve) => running.push(resolve));
      now -= 1;
      return Buffer.alloc(32);
    });
    const done: number[] = [];
    const all = Array.from({ length: 26 }, (_, at) => hashing.verify('x', undefined).then(() => done.push(at)));
    await assert.rejects(hashing.verify('x', undefined), (error: unknown) => isProblem(error, 'password.busy'));
    while (done.length < 26) {
      running.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(all);
    assert.equal(most, 2);
    assert.deepEqual(
      done,
      Array.from({ length: 26 }, (_, at) => at),
    );
    const last = hashing.verify('x', undefined);
    running.shift()?.();
    assert.equal(await last, false, 'the place is free again');
  });

  it('and one that fails gives its place back', async () => {
    const hashing = createHashing(() => Promise.reject(new Error('out of memory')));
    for (let tries = 0; tries < 40; tries += 1) await assert.rejects(hashing.verify('x', undefined), /out of memory/);
  });
});
