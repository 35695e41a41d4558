import type { Selectable } from 'kysely';
import type { TenantId } from '#kernel/ids.ts';
import { isUniqueViolation } from '#sql/capabilities.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { readSettings } from './settings.ts';
import type { Tenant, TenantRegister } from './tenant.ts';

/** Some 600 bytes each. */
const TENANTS_KEPT = 10_000;

/** Tenants in the database. `findByName` is on the way of every request: kept, or one look into a unique index. */
export function createTenantStore({ store }: { store: Store }): TenantRegister {
  const selectBy = (column: 'id' | 'name', value: string) =>
    store.db().selectFrom('tenants').selectAll().where(column, '=', value);
  const kept = store.keep<Tenant>({ of: ['tenants'], most: TENANTS_KEPT });
  const one = async (rows: Promise<Row | undefined>): Promise<Tenant | undefined> => {
    const row = await rows;
    return row && tenantOf(row);
  };
  return {
    findByName: (name) => kept(name, () => one(store.first(findByName, { name }))),
    find: (id) => one(selectBy('id', id).executeTakeFirst()),
    hold(name) {
      const query = selectBy('name', name);
      // No key update: rows under the tenant, which only need it to stay, are written meanwhile.
      return one((store.capabilities.rowLocks ? query.forNoKeyUpdate() : query).executeTakeFirst());
    },
    async insert(tenant) {
      try {
        // Asked first, because a failed insert would end a transaction of PostgreSQL; the unique index decides between two nodes.
        if (await selectBy('name', tenant.name).executeTakeFirst()) return 'name-taken';
        await store.db().insertInto('tenants').values(rowOf(tenant)).execute();
        return 'inserted';
      } catch (error) {
        if (isUniqueViolation(error)) return 'name-taken';
        throw error;
      }
    },
    async update(tenant) {
      const { id, name: _never, created_at: _once, ...changeable } = rowOf(tenant);
      await store.db().updateTable('tenants').set(changeable).where('id', '=', id).execute();
    },
    async remove(id) {
      await store.db().deleteFrom('tenants').where('id', '=', id).execute();
    },
    async list({ limit, after }) {
      const all = store.db().selectFrom('tenants').selectAll().orderBy('name').limit(limit);
      return (await (after === undefined ? all : all.where('name', '>', after)).execute()).map(tenantOf);
    },
  };
}

type Row = Selectable<Tables['tenants']>;

const findByName = statement((db, { name }: Given<{ name: string }>) =>
  db
    .selectFrom('tenants')
    .select(['id', 'name', 'display_name', 'region', 'status', 'settings', 'created_at', 'updated_at'])
    .where('name', '=', name),
);

function tenantOf(row: Row): Tenant {
  return {
    id: row.id as TenantId,
    name: row.name,
    displayName: row.display_name,
    region: row.region,
    status: row.status,
    settings: readSettings(row.settings),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

function rowOf(tenant: Tenant): Row {
  return {
    id: tenant.id,
    name: tenant.name,
    display_name: tenant.displayName,
    region: tenant.region,
    status: tenant.status,
    settings: JSON.stringify(tenant.settings),
    created_at: tenant.createdAt.getTime(),
    updated_at: tenant.updatedAt.getTime(),
  };
}
