import { type Selectable, sql } from 'kysely';
import type { TenantId } from '#kernel/ids.ts';
import { isUniqueViolation } from '#sql/capabilities.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { namesAbove } from './domain-names.ts';
import type { Domain, DomainStore } from './tenant.ts';

/** First half of an advisory lock's key: every claim of a domain, whichever tenant's, one after the other. */
const CLAIM_LOCK = 7_301;

/** Tenants whose domains are kept; most have none or few. */
const TENANTS_KEPT = 10_000;

/** Domains in the database. Claims may repeat over tenants; a domain that is proven or vouched for has one owner. */
export function createDomainStore({ store }: { store: Store }): DomainStore {
  const kept = store.keep<readonly Domain[]>({ of: ['domains', 'tenants'], most: TENANTS_KEPT });
  return {
    list: async (tenant) => (await kept(tenant, async () => (await store.all(ofTenant, { tenant })).map(domainOf))) ?? [],
    async find(tenant, name) {
      const rows = store.db().selectFrom('domains').selectAll().where('tenant_id', '=', tenant).where('name', '=', name);
      const row = await rows.executeTakeFirst();
      return row && domainOf(row);
    },
    put: (tenant, domain) =>
      store.transact(async () => {
        if (domain.state !== 'pending' && (await isOwnedByAnother(store, tenant, domain))) return 'owned-by-another';
        try {
          await upsert(store, tenant, domain);
          return 'put';
        } catch (error) {
          if (isUniqueViolation(error)) return 'owned-by-another';
          throw error;
        }
      }),
    async remove(tenant, name) {
      const rows = store.db().deleteFrom('domains').where('tenant_id', '=', tenant).where('name', '=', name);
      return (await rows.executeTakeFirst()).numDeletedRows > 0n;
    },
  };
}

const ofTenant = statement((db, { tenant }: Given<{ tenant: string }>) =>
  db
    .selectFrom('domains')
    .select(['name', 'include_subdomains', 'state', 'token', 'created_at', 'proven_at'])
    .where('tenant_id', '=', tenant)
    .orderBy('name'),
);

/** One owner a domain also where subdomains are included: neither above nor below another tenant's. */
async function isOwnedByAnother(store: Store, tenant: TenantId, domain: Domain): Promise<boolean> {
  if (store.capabilities.concurrentWriters) await sql`select pg_advisory_xact_lock(${CLAIM_LOCK}, 0)`.execute(store.db());
  const above = namesAbove(domain.name);
  const found = await store
    .db()
    .selectFrom('domains')
    .select('name')
    .where('tenant_id', '<>', tenant)
    .where('state', '<>', 'pending')
    .where((has) =>
      has.or([
        has('name', '=', domain.name),
        ...(above.length > 0 ? [has.and([has('name', 'in', above), has('include_subdomains', '=', 1)])] : []),
        // A stored name holds neither % nor _, so it is no pattern.
        ...(domain.includeSubdomains ? [has('name', 'like', `%.${domain.name}`)] : []),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

async function upsert(store: Store, tenant: TenantId, domain: Domain): Promise<void> {
  const { tenant_id: _tenant, name: _name, created_at: _once, ...changeable } = rowOf(tenant, domain);
  await store
    .db()
    .insertInto('domains')
    .values(rowOf(tenant, domain))
    .onConflict((row) => row.columns(['tenant_id', 'name']).doUpdateSet(changeable))
    .execute();
}

type Row = Selectable<Tables['domains']>;

function domainOf(row: Omit<Row, 'tenant_id'>): Domain {
  return {
    name: row.name,
    includeSubdomains: row.include_subdomains === 1,
    state: row.state,
    token: row.token,
    createdAt: new Date(row.created_at),
    provenAt: row.proven_at === null ? null : new Date(row.proven_at),
  };
}

function rowOf(tenant: TenantId, domain: Domain): Row {
  return {
    tenant_id: tenant,
    name: domain.name,
    include_subdomains: domain.includeSubdomains ? 1 : 0,
    state: domain.state,
    token: domain.token,
    created_at: domain.createdAt.getTime(),
    proven_at: domain.provenAt?.getTime() ?? null,
  };
}
