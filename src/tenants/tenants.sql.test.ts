import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { newId, type TenantId } from '#kernel/ids.ts';
import { openStore } from '#sql/store.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createDomainStore } from './domains.sql.ts';
import { defaultSettings } from './settings.ts';
import type { Domain, Tenant } from './tenant.ts';
import { createTenantStore } from './tenants.sql.ts';

let kit: TestTenants;
before(async () => {
  kit = await openTestTenants();
});
after(() => kit.close());

function tenant(name: string, given: Partial<Tenant> = {}): Tenant {
  const now = kit.world.now();
  return {
    id: newId<TenantId>('tnt', kit.world),
    name,
    displayName: name,
    region: 'default',
    status: 'active',
    settings: defaultSettings,
    createdAt: now,
    updatedAt: now,
    ...given,
  };
}

describe('The tenants in the database', () => {
  test('come back as they were put', async () => {
    const tenants = createTenantStore(kit);
    const initech = tenant('initech', {
      displayName: 'Initech “Ü”',
      region: 'eu',
      settings: { ...defaultSettings, traceDays: 3, idTokenAlgorithm: 'RS256' },
    });
    assert.equal(await tenants.insert(initech), 'inserted');
    assert.deepEqual(await tenants.findByName('initech'), initech);
    assert.deepEqual(await tenants.find(initech.id), initech);
    assert.equal(await tenants.findByName('Initech'), undefined);
  });

  test('get the default for a setting that their row does not know', async () => {
    assert.deepEqual((await createTenantStore(kit).findByName('acme'))?.settings, defaultSettings);
  });

  test('keep their name and birth through every update', async () => {
    const tenants = createTenantStore(kit);
    const hooli = tenant('hooli');
    await tenants.insert(hooli);
    await tenants.update({ ...hooli, name: 'stolen', createdAt: new Date(0), displayName: 'Hooli', status: 'suspended' });
    const found = await tenants.find(hooli.id);
    assert.deepEqual(
      [found?.name, found?.createdAt, found?.displayName, found?.status],
      ['hooli', hooli.createdAt, 'Hooli', 'suspended'],
    );
  });

  test('have one holder of a name, also when a transaction asked before', async () => {
    const tenants = createTenantStore(kit);
    assert.equal(await tenants.insert(tenant('acme')), 'name-taken');
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => kit.store.transact(() => tenants.insert(tenant('massive')))),
    );
    assert.deepEqual(answers.sort(), ['inserted', 'name-taken', 'name-taken', 'name-taken']);
  });

  test('are held for a change: two changes at once are both kept', async () => {
    const tenants = createTenantStore(kit);
    const pied = tenant('pied-piper');
    await tenants.insert(pied);
    const change = (settings: Partial<Tenant['settings']>) =>
      kit.store.transact(async () => {
        const held = await tenants.hold('pied-piper');
        assert.ok(held);
        await tenants.update({ ...held, settings: { ...held.settings, ...settings } });
      });
    await Promise.all([change({ traceDays: 9 }), change({ accessTokenSeconds: 99 }), change({ refreshTokenSeconds: 999 })]);
    const { settings } = (await tenants.find(pied.id)) ?? pied;
    assert.deepEqual([settings.traceDays, settings.accessTokenSeconds, settings.refreshTokenSeconds], [9, 99, 999]);
  });
});

describe('The domains in the database', () => {
  const domains = () => createDomainStore(kit);
  const domain = (name: string, state: Domain['state'], includeSubdomains = false): Domain => ({
    name,
    includeSubdomains,
    state,
    token: 'token',
    createdAt: kit.world.now(),
    provenAt: state === 'proven' ? kit.world.now() : null,
  });
  beforeEach(async () => void (await kit.store.db().deleteFrom('domains').execute()));

  test('come back as they were put, to their tenant only', async () => {
    const given = domain('acme.example', 'proven', true);
    assert.equal(await domains().put(kit.acme, given), 'put');
    assert.deepEqual(await domains().find(kit.acme, 'acme.example'), given);
    assert.equal(await domains().find(kit.globex, 'acme.example'), undefined);
    assert.deepEqual(await domains().list(kit.globex), []);
    assert.equal(await domains().remove(kit.globex, 'acme.example'), false);
    assert.deepEqual(await domains().list(kit.acme), [given]);
    assert.equal(await domains().remove(kit.acme, 'acme.example'), true);
    assert.deepEqual(await domains().list(kit.acme), []);
  });

  test('may be claimed by many and owned by one', async () => {
    assert.equal(await domains().put(kit.acme, domain('acme.example', 'pending')), 'put');
    assert.equal(await domains().put(kit.globex, domain('acme.example', 'pending')), 'put');
    assert.equal(await domains().put(kit.globex, domain('acme.example', 'proven')), 'put');
    assert.equal(await domains().put(kit.acme, domain('acme.example', 'proven')), 'owned-by-another');
    assert.equal(await domains().put(kit.acme, domain('acme.example', 'vouched')), 'owned-by-another');
    assert.equal((await domains().find(kit.acme, 'acme.example'))?.state, 'pending');
    await domains().remove(kit.globex, 'acme.example');
    assert.equal(await domains().put(kit.acme, domain('acme.example', 'vouched')), 'put');
  });

  for (const [name, first, second, outcome] of [
    [
      'a subdomain of a domain with subdomains',
      domain0('acme.example', true),
      domain0('eu.acme.example', false),
      'owned-by-another',
    ],
    [
      'a domain with subdomains above an owned one',
      domain0('eu.acme.example', false),
      domain0('acme.example', true),
      'owned-by-another',
    ],
    ['a subdomain two levels below', domain0('acme.example', true), domain0('a.b.acme.example', true), 'owned-by-another'],
    ['a subdomain of a domain without subdomains', domain0('acme.example', false), domain0('eu.acme.example', true), 'put'],
    ['a domain without subdomains above an owned one', domain0('eu.acme.example', true), domain0('acme.example', false), 'put'],
    ['a neighbour with the same ending', domain0('acme.example', true), domain0('evilacme.example', true), 'put'],
  ] as const) {
    test(`${outcome === 'put' ? 'can' : 'cannot'} be owned beside another tenant's: ${name}`, async () => {
      assert.equal(await domains().put(kit.globex, domain(first.name, 'vouched', first.includeSubdomains)), 'put');
      assert.equal(await domains().put(kit.acme, domain(second.name, 'vouched', second.includeSubdomains)), outcome);
      // One tenant may have both.
      await domains().remove(kit.acme, second.name);
      assert.equal(await domains().put(kit.globex, domain(second.name, 'vouched', second.includeSubdomains)), 'put');
    });
  }

  test('have one owner when several prove at once on several nodes', async () => {
    const others = await Promise.all(
      ['umbrella', 'wonka'].map(async (name) => {
        const one = tenant(name);
        await createTenantStore(kit).insert(one);
        return one.id;
      }),
    );
    const owners = [kit.acme, kit.globex, ...others];
    const answers = await Promise.all(
      owners.map((owner, at) =>
        domains().put(owner, domain(at % 2 ? 'race.example' : 'sub.race.example', 'vouched', at % 2 === 1)),
      ),
    );
    assert.equal(answers.filter((answer) => answer === 'put').length, 1);
  });
});

function domain0(name: string, includeSubdomains: boolean) {
  return { name, includeSubdomains };
}

test("A removed tenant takes its rows along, and nobody else's", async () => {
  const database = openStore(':memory:');
  await database.migrate();
  const tenants = createTenantStore({ store: database });
  const domains = createDomainStore({ store: database });
  const [one, other] = [tenant('one-tenant'), tenant('other-tenant')];
  for (const { id, name } of [one, other]) {
    await tenants.insert(id === one.id ? one : other);
    await domains.put(id, {
      name: `${name}.example`,
      includeSubdomains: false,
      state: 'vouched',
      token: 't',
      createdAt: new Date(0),
      provenAt: null,
    });
  }
  await tenants.remove(one.id);
  assert.deepEqual(
    [await tenants.find(one.id), (await domains.list(one.id)).length, (await domains.list(other.id)).length],
    [undefined, 0, 1],
  );
  await database.close();
});
