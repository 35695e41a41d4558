import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import {
  type KeyState,
  type PublicJwk,
  type SigningAlgorithm,
  type SigningKey,
  type SigningKeys,
  thumbprintOf,
} from '#signing-keys/index.ts';
import { createTenantKeys, TENANTS_KEPT } from './tenant-keys.ts';

const acme = 'tnt_acme' as TenantId;
let now: Date;
let stored: SigningKey[];
let calls: { list: number; getActive: number };

const world = { now: () => now, randomBytes: () => new Uint8Array(), fetch: () => Promise.reject(new Error('no network')) };

function key(state: KeyState): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = thumbprintOf(jwk);
  return {
    kid,
    algorithm: 'ES256',
    state,
    privateKey,
    createdAt: now,
    activatedAt: null,
    retiredAt: null,
    publicJwk: { ...jwk, kid, alg: 'ES256', use: 'sig' } as PublicJwk,
  };
}

const signingKeys = {
  list: async () => {
    calls.list += 1;
    return stored;
  },
  getActive: async (_tenant: TenantId, algorithm: SigningAlgorithm) => {
    calls.getActive += 1;
    const active = stored.find((one) => one.state === 'active' && one.algorithm === algorithm);
    assert.ok(active);
    return active;
  },
} as unknown as SigningKeys;

beforeEach(() => {
  now = new Date('2026-11-22T10:00:00Z');
  calls = { list: 0, getActive: 0 };
  stored = [key('active'), key('retired'), key('next')];
});

describe('The keys of a tenant', () => {
  it('are the one that signs, and the others', async () => {
    const { active, others } = await createTenantKeys({ signingKeys, world })(acme, 'ES256');
    assert.deepEqual([active.kid, others.map(({ kid }) => kid)], [stored[0]?.kid, [stored[1]?.kid, stored[2]?.kid]]);
  });

  it('are read once a minute, and unsealed only when they have changed', async () => {
    const keysOf = createTenantKeys({ signingKeys, world });
    for (let second = 0; second < 180; second += 1) {
      await keysOf(acme, 'ES256');
      now = new Date(now.getTime() + 1000);
    }
    assert.deepEqual(calls, { list: 3, getActive: 1 });
  });

  it('follow a rotation at another node within a minute', async () => {
    const keysOf = createTenantKeys({ signingKeys, world });
    const before = await keysOf(acme, 'ES256');
    stored = [
      { ...(stored[0] as SigningKey), state: 'retired' },
      stored[1] as SigningKey,
      { ...(stored[2] as SigningKey), state: 'active' },
    ];
    assert.equal((await keysOf(acme, 'ES256')).active.kid, before.active.kid);
    now = new Date(now.getTime() + 60_000);
    const after = await keysOf(acme, 'ES256');
    assert.equal(after.active.kid, stored[2]?.kid);
    assert.ok(after.others.some(({ kid }) => kid === before.active.kid));
  });

  it('are kept for so many tenants and no more', async () => {
    const keysOf = createTenantKeys({ signingKeys, world });
    for (let tenant = 0; tenant <= TENANTS_KEPT; tenant += 1) await keysOf(`tnt_${tenant}` as TenantId, 'ES256');
    const before = calls.list;
    await keysOf(`tnt_${TENANTS_KEPT}` as TenantId, 'ES256');
    assert.equal(calls.list, before);
    await keysOf('tnt_0' as TenantId, 'ES256');
    assert.equal(calls.list, before + 1);
  });
});
