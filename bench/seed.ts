import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { openKeyring } from '#sql/keyring.ts';
import { openStore } from '#sql/store.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { createRegistry } from '#upstream/index.ts';
import { createStores } from '../src/stores.ts';
import type { Target } from './journey.ts';
import type { MeasuredGateway } from './process.ts';

/** One tenant with a provider, an application and a person, as the API made it: what is copied. */
export interface Sample {
  tenant: TenantId;
  connection: ConnectionId;
  application: string;
  user: UserId;
}

const world: World = { now: () => new Date(), randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)), fetch };

/** Tenants written in one transaction: one commit on disk for so many. */
const BATCH = 250;

/**
 * Copies a tenant, its provider, application, groups and one linked person, so that ten thousand tenants stand within seconds. Keys are
 * shared, as making twenty thousand RSA pairs would take longer than everything else; each copy is sealed under its own place.
 */
export async function copyTenants(gateway: MeasuredGateway, sample: Sample, count: number): Promise<Target[]> {
  const store = openStore(gateway.database);
  const urls = createTenantUrls([{ region: 'default', template: `${gateway.serverUrl}/t/{tenant}` }]);
  const registry = createRegistry({ allowPrivateNetwork: true });
  const stores = createStores({ store, keyring: openKeyring([gateway.masterKey]), world, registry, urls });
  const targets: Target[] = [];
  try {
    const original = await readSample(stores, sample);
    for (let at = 0; at < count; at += BATCH) {
      await store.transact(async () => {
        for (let each = at; each < Math.min(at + BATCH, count); each++) targets.push(await copyOne(stores, original, each));
      });
    }
    return targets.map((target) => ({ ...target, tenantUrl: `${gateway.serverUrl}/t/${target.tenantUrl}` }));
  } finally {
    await store.close();
  }
}

type Stores = ReturnType<typeof createStores>;
type Original = Awaited<ReturnType<typeof readSample>>;

async function readSample({ tenants, connections, applications, users, groups }: Stores, sample: Sample) {
  const tenant = await tenants.find(sample.tenant);
  const connection = await connections.read(sample.tenant, sample.connection);
  const application = await applications.find(sample.tenant, sample.application as never);
  const user = await users.find(sample.tenant, sample.user);
  if (!tenant || !connection || !application || !user) throw new Error('the sample is not complete');
  const [link] = await users.listLinks(sample.tenant, sample.user);
  if (!link) throw new Error('nobody has signed in to the sample');
  return {
    tenant,
    connection,
    application,
    user,
    link,
    keys: await connections.listKeys(sample.tenant, sample.connection),
    groups: await groups.list(sample.tenant, { limit: 200 }),
    memberships: await groups.listMemberships(sample.tenant, sample.user),
  };
}

/** @returns the target with the tenant's name in the place of its URL */
async function copyOne(stores: Stores, original: Original, at: number): Promise<Target> {
  const id = (given: string): never => `${given}-${at}` as never;
  const { tenant, connection, application, user, link } = original;
  const name = `copy-${at}`;
  const tenantId: TenantId = id(tenant.id);
  await stores.tenants.insert({ ...tenant, id: tenantId, name });
  await stores.connections.insert(tenantId, { ...connection, id: id(connection.id) });
  await stores.connections.addKeys(
    tenantId,
    original.keys.map((key) => ({ ...key, id: id(key.id), connectionId: id(connection.id) })),
  );
  await stores.applications.insert(
    tenantId,
    { ...application.application, id: id(application.application.id) },
    application.secret,
  );
  await stores.users.insert(tenantId, { ...user, id: id(user.id) });
  await stores.users.link(tenantId, { ...link, id: id(link.id), userId: id(user.id), connectionId: id(connection.id) });
  for (const group of original.groups) await stores.groups.insert(tenantId, { ...group, id: id(group.id) });
  const memberOf = original.memberships.map(({ of }) => id(of.id));
  // Made at first need otherwise: a sign-in that makes its tenant's first key is not what is measured.
  await stores.signingKeys.getActive(tenantId, 'ES256');
  await stores.groups.setMemberships(tenantId, id(user.id), `idp:${id(connection.id)}`, memberOf, 'add');
  return {
    tenantUrl: name,
    slug: connection.slug,
    clientId: id(application.application.id),
    clientSecret: application.secret ?? '',
    redirectUri: application.application.redirectUris[0] ?? '',
  };
}
