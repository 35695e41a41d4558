import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { TenantId, UserId } from '#kernel/ids.ts';
import { openStore, type Store } from '#sql/store.ts';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { insertTenants } from '#test/tenant/index.ts';
import { createPasswordStore } from './passwords.sql.ts';
import { createSetupLinkStore } from './setup-links.sql.ts';
import { createTriesStore } from './tries.sql.ts';
import { type TriesRule } from './tries.ts';

const acme = 'tnt_acme' as TenantId;
const globex = 'tnt_globex' as TenantId;
const ada = 'usr_ada' as UserId;
const NOW = new Date('2026-11-22T10:00:00Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

let database: TestDatabase;
let store: Store;

before(async () => {
  database = await openTestDatabase();
  store = openStore(database.url);
});
after(async () => {
  await store.close();
  await database.drop();
});
beforeEach(async () => {
  await store.db().deleteFrom('tenants').execute();
  await insertTenants(store, [acme, globex]);
});

async function addPerson(id: string, email: string, role?: string): Promise<void> {
  const db = store.db();
  await db
    .insertInto('users')
    .values({
      tenant_id: acme,
      id,
      email,
      email_key: email.toLowerCase(),
      email_verified: 0,
      user_id: null,
      user_principal_name: null,
      profile: '{}',
      status: 'active',
      created_at: 0,
      updated_at: 0,
      last_sign_in_at: null,
    })
    .execute();
  if (role === undefined) return;
  const named = { name: role, name_key: role.toLowerCase(), built_in: 1, permissions: '[]', description: '' };
  await db
    .insertInto('roles')
    .values({ tenant_id: acme, id: `rol_${role}`, ...named, created_at: 0, updated_at: 0 })
    .execute();
  for (const source of ['manual', 'idp:idp_1'])
    await db
      .insertInto('role_members')
      .values({ tenant_id: acme, role_id: `rol_${role}`, user_id: id, source, created_at: 0 })
      .execute();
}

describe('The store of passwords', () => {
  const hash = '$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA';
  const set = (id = ada): Promise<void> => createPasswordStore({ store }).set(acme, id, { hash, changedAt: NOW });

  it('finds by address without regard to case, in its tenant only', async () => {
    const passwords = createPasswordStore({ store });
    await addPerson(ada, 'Ada@Acme.example', 'Full Administrator');
    assert.equal(await passwords.isAny(acme), false);
    await set();
    assert.deepEqual(await passwords.findByEmail(acme, 'ADA@acme.example'), { userId: ada, hash, mayUse: true });
    assert.deepEqual(await passwords.find(acme, ada), { userId: ada, hash, mayUse: true });
    assert.deepEqual([await passwords.isAny(acme), await passwords.isAny(globex)], [true, false]);
    assert.equal(await passwords.findByEmail(globex, 'ada@acme.example'), undefined);
    assert.equal(await passwords.find(globex, ada), undefined);
    for (const nobody of ['', 'nobody@acme.example', 'ada@acme.example\u0000', '\ud800'])
      assert.equal(await passwords.findByEmail(acme, nobody), undefined);
  });

  it('lets nobody use one who is disabled or no Full Administrator', async () => {
    const passwords = createPasswordStore({ store });
    await addPerson(ada, 'ada@acme.example', 'Full Administrator');
    await addPerson('usr_bob', 'bob@acme.example', 'Auditor');
    await set();
    await set('usr_bob' as UserId);
    assert.equal((await passwords.find(acme, 'usr_bob' as UserId))?.mayUse, false);
    await store.db().updateTable('users').set({ status: 'disabled' }).where('id', '=', ada).execute();
    assert.equal((await passwords.findByEmail(acme, 'ada@acme.example'))?.mayUse, false);
    assert.deepEqual(
      (await passwords.list(acme)).map(({ userId, mayUse }) => [userId, mayUse]),
      [
        [ada, false],
        ['usr_bob', false],
      ],
    );
  });

  it('replaces, notes uses, and forgets with the person', async () => {
    const passwords = createPasswordStore({ store });
    await addPerson(ada, 'ada@acme.example', 'Full Administrator');
    await set();
    await passwords.noteUse(acme, ada, later(5));
    await passwords.set(acme, ada, { hash: hash.replace('AAAA', 'BBBB'), changedAt: later(10) });
    const [one] = await passwords.list(acme);
    assert.deepEqual([one?.changedAt, one?.usedAt], [later(10), later(5)]);
    await store.db().deleteFrom('users').where('id', '=', ada).execute();
    assert.equal(await passwords.isAny(acme), false);
  });
});

describe('The store of set-up links', () => {
  const link = (expiresAt = later(60), userId: UserId | null = null) => ({
    userId,
    madeBy: 'operator',
    createdAt: NOW,
    expiresAt,
  });

  it('keeps no secret, shows a link as often as asked, and gives it out once', async () => {
    const links = createSetupLinkStore({ store });
    await links.save(acme, 'a-token', link());
    const row = await store.db().selectFrom('setup_links').selectAll().executeTakeFirstOrThrow();
    assert.ok(!JSON.stringify(row).includes('a-token'));
    for (let looks = 0; looks < 2; looks += 1) assert.deepEqual(await links.find(acme, 'a-token', NOW), link());
    assert.deepEqual(await links.findOpen(acme, NOW), link());
    const taken = await Promise.all(Array.from({ length: 5 }, () => links.take(acme, 'a-token', NOW)));
    assert.equal(taken.filter(Boolean).length, 1);
    assert.deepEqual([await links.find(acme, 'a-token', NOW), await links.findOpen(acme, NOW)], [undefined, undefined]);
  });

  it('knows no link of another tenant, and none that is over', async () => {
    const links = createSetupLinkStore({ store });
    await links.save(acme, 'a-token', link());
    for (const [tenant, now] of [
      [globex, NOW],
      [acme, later(60)],
    ] as const) {
      assert.equal(await links.find(tenant, 'a-token', now), undefined);
      assert.equal(await links.take(tenant, 'a-token', now), undefined);
    }
    assert.ok(await links.take(acme, 'a-token', later(59)));
  });

  it('replaces the unused one of the same purpose, and no other', async () => {
    const links = createSetupLinkStore({ store });
    await links.save(acme, 'first', link());
    await links.save(acme, 'ada', link(later(60), ada));
    await links.save(globex, 'elsewhere', link());
    await links.save(acme, 'second', link());
    const found = await Promise.all(['first', 'second', 'ada'].map((token) => links.find(acme, token, NOW)));
    assert.deepEqual(found.map(Boolean), [false, true, true]);
    assert.ok(await links.find(globex, 'elsewhere', NOW));
  });

  it('removes what is over', async () => {
    const links = createSetupLinkStore({ store });
    await links.save(acme, 'old', link());
    await links.save(globex, 'new', link(later(600)));
    assert.equal(await links.removeExpired(later(120), 10), 1);
    assert.ok(await links.find(globex, 'new', NOW));
  });
});

describe('The counters of tries', () => {
  const RULE: TriesRule = { free: 3, pauses: [10, 20], windowSeconds: 100 };
  const count = (now: Date, key = 'key', tenant = acme) => createTriesStore({ store }).count(tenant, key, { rule: RULE, now });

  it('let the free ones through, then make each further one wait longer', async () => {
    for (let tries = 0; tries < 3; tries += 1) assert.equal((await count(NOW)).blockedUntil, null);
    assert.deepEqual((await count(later(1))).blockedUntil, later(10));
    assert.equal((await count(later(10))).blockedUntil, null);
    assert.deepEqual((await count(later(11))).blockedUntil, later(30));
    assert.equal((await count(later(30))).blockedUntil, null);
    assert.deepEqual((await count(later(31))).blockedUntil, later(50), 'the last pause stands for all that follow');
  });

  it('move nothing while one is blocked, and begin anew after the window', async () => {
    for (let tries = 0; tries < 3; tries += 1) await count(NOW);
    for (let tries = 0; tries < 20; tries += 1) await count(later(2));
    assert.deepEqual((await count(later(9))).blockedUntil, later(10));
    for (let tries = 0; tries < 3; tries += 1) assert.equal((await count(later(100))).blockedUntil, null);
    assert.deepEqual((await count(later(101))).blockedUntil, later(110));
  });

  it('of many at once only the free ones', async () => {
    const key = randomBytes(8).toString('hex');
    const all = await Promise.all(Array.from({ length: 30 }, () => count(NOW, key)));
    assert.equal(all.filter(({ blockedUntil }) => blockedUntil === null).length, 3);
  });

  it('are each tenant’s and each key’s own, and hold no name', async () => {
    for (let tries = 0; tries < 3; tries += 1) await count(NOW, 'ada@acme.example');
    assert.equal((await count(NOW, 'bob@acme.example')).blockedUntil, null);
    assert.equal((await count(NOW, 'ada@acme.example', globex)).blockedUntil, null);
    assert.ok(!JSON.stringify(await store.db().selectFrom('login_failures').selectAll().execute()).includes('@'));
  });

  it('are forgiven after a right one, which is remembered', async () => {
    const tries = createTriesStore({ store });
    for (let tried = 0; tried < 3; tried += 1) await count(NOW);
    await tries.forgive(acme, 'key', { trustUntil: later(1000) });
    assert.deepEqual(await count(later(1)), { blockedUntil: null, isTrusted: true });
    assert.equal(await tries.removeExpired(later(500), 10), 0, 'what is trusted is kept');
    assert.equal((await count(later(1001))).isTrusted, false);
    assert.equal(await tries.removeExpired(later(2000), 10), 1);
  });
});
