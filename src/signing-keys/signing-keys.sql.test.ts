import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { openKeyring } from '#sql/keyring.ts';
import { openStore, type Store } from '#sql/store.ts';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { insertTenants } from '#test/tenant/index.ts';
import { ACTIVE_DAYS, ANNOUNCED_DAYS, RETIRED_DAYS, type SigningKeys } from './signing-key.ts';
import { createSigningKeys } from './signing-keys.sql.ts';

const acme = 'tnt_acme' as TenantId;
const globex = 'tnt_globex' as TenantId;

let database: TestDatabase;
let store: Store;
let otherNode: Store;
let keys: SigningKeys;
let now: Date;

const world: World = {
  now: () => now,
  randomBytes: (length) => randomBytes(length),
  fetch: () => Promise.reject(new Error('no network')),
};
const nodeOn = (opened: Store): SigningKeys =>
  createSigningKeys({ store: opened, keyring: openKeyring(['a master key of more than 32 characters']), world });
const laterDays = (days: number): void => {
  now = new Date(now.getTime() + days * 24 * 60 * 60 * 1000);
};

before(async () => {
  database = await openTestDatabase();
  store = openStore(database.url);
  // The embedded engine serves one process: its two nodes share the store.
  otherNode = database.engine === 'postgres' ? openStore(database.url) : store;
  await insertTenants(store, [acme, globex]);
});
after(async () => {
  await store.close();
  if (otherNode !== store) await otherNode.close();
  await database.drop();
});
beforeEach(async () => {
  now = new Date('2026-11-22T10:00:00Z');
  await store.db().deleteFrom('signing_keys').execute();
  keys = nodeOn(store);
});

describe('The key that signs', () => {
  it('is made at first need, and is the same ever after', async () => {
    const first = await keys.getActive(acme, 'ES256');
    const again = await nodeOn(otherNode).getActive(acme, 'ES256');
    assert.equal(first.kid, again.kid);
    const signature = sign('sha256', Buffer.from('hello'), again.privateKey);
    assert.ok(verify('sha256', Buffer.from('hello'), createPublicKey({ key: { ...first.publicJwk }, format: 'jwk' }), signature));
  });

  it('has its RFC 7638 thumbprint for a name', async () => {
    for (const algorithm of ['ES256', 'RS256'] as const) {
      const { kid, publicJwk } = await keys.getActive(acme, algorithm);
      assert.equal(kid, await calculateJwkThumbprint(publicJwk as unknown as JWK, 'sha256'));
      assert.equal(publicJwk.kid, kid);
      assert.equal(publicJwk.alg, algorithm);
    }
  });

  it('is one key, when two nodes and twenty requests need the first at once', async () => {
    const other = nodeOn(otherNode);
    const asked = Array.from({ length: 20 }, (_, turn) => (turn % 2 === 0 ? keys : other).getActive(acme, 'ES256'));
    const kids = new Set((await Promise.all(asked)).map(({ kid }) => kid));
    assert.equal(kids.size, 1);
    assert.equal((await keys.list(acme)).length, 1);
  });

  it('belongs to one tenant', async () => {
    const mine = await keys.getActive(acme, 'ES256');
    const theirs = await keys.getActive(globex, 'ES256');
    assert.notEqual(mine.kid, theirs.kid);
    assert.deepEqual(
      (await keys.listPublic(globex)).keys.map(({ kid }) => kid),
      [theirs.kid],
    );
  });

  it('is sealed at rest, and the seal holds it in its row', async () => {
    await keys.getActive(acme, 'ES256');
    const theirs = await keys.getActive(globex, 'ES256');
    const row = await store.db().selectFrom('signing_keys').selectAll().where('tenant_id', '=', acme).executeTakeFirstOrThrow();
    assert.match(row.sealed_private_jwk, /^v1\./);
    assert.ok(!row.sealed_private_jwk.includes('"d"'));
    await store
      .db()
      .updateTable('signing_keys')
      .set({ sealed_private_jwk: row.sealed_private_jwk })
      .where('id', '=', theirs.kid)
      .execute();
    await assert.rejects(keys.getActive(globex, 'ES256'));
  });
});

describe('The published keys', () => {
  it('have no private member', async () => {
    await keys.getActive(acme, 'ES256');
    await keys.getActive(acme, 'RS256');
    const { keys: published } = await keys.listPublic(acme);
    assert.equal(published.length, 2);
    for (const jwk of published) {
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert.ok(!(secret in jwk), `${secret} is published`);
    }
  });
});

describe('A rotation', () => {
  it('announces the successor, lets it sign, and publishes the predecessor until its tokens are over', async () => {
    const first = await keys.getActive(acme, 'ES256');
    assert.deepEqual(await keys.rotate(acme, 'ES256'), { kind: 'nothing' });
    laterDays(ACTIVE_DAYS - ANNOUNCED_DAYS);
    assert.deepEqual(await keys.rotate(acme, 'ES256'), { kind: 'make-next' });
    assert.equal((await keys.getActive(acme, 'ES256')).kid, first.kid);
    assert.deepEqual(await keys.rotate(acme, 'ES256'), { kind: 'nothing' });
    laterDays(ANNOUNCED_DAYS);
    assert.equal((await keys.rotate(acme, 'ES256')).kind, 'activate');
    const second = await keys.getActive(acme, 'ES256');
    assert.notEqual(second.kid, first.kid);
    assert.deepEqual(
      (await keys.list(acme)).map(({ kid, state }) => [kid, state]),
      [
        [second.kid, 'active'],
        [first.kid, 'retired'],
      ],
    );
    laterDays(RETIRED_DAYS - 1);
    assert.deepEqual(await keys.rotate(acme, 'ES256'), { kind: 'nothing' });
    laterDays(1);
    assert.deepEqual(await keys.rotate(acme, 'ES256'), { kind: 'remove', kids: [first.kid] });
    assert.deepEqual(
      (await keys.listPublic(acme)).keys.map(({ kid }) => kid),
      [second.kid],
    );
  });

  it('taken by two nodes at once leaves one key that signs', async () => {
    await keys.getActive(acme, 'ES256');
    await keys.rotate(acme, 'ES256', 'forced');
    const other = nodeOn(otherNode);
    await Promise.all([keys.rotate(acme, 'ES256', 'forced'), other.rotate(acme, 'ES256', 'forced')]);
    const states = (await keys.list(acme)).map(({ state }) => state);
    assert.equal(states.filter((state) => state === 'active').length, 1);
  });

  it('does nothing for a tenant that has never signed', async () => {
    assert.deepEqual(await keys.rotate(acme, 'ES256', 'forced'), { kind: 'nothing' });
  });
});
