import type { ApplicationId, TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { Application, ApplicationSettings, ApplicationStore } from './application.ts';

type Row = Tables['applications'];

/** Sealed and not hashed: the secret is compared by oidc-provider, which needs it as it is. */
const placeOf = (tenant: TenantId, id: string): string => `applications.secret/${tenant}/${id}`;

/** Unsealing costs more than the read; every request of a sign-in needs the same secret. */
const SECRETS_KEPT = 1000;

export function createApplicationStore({ store, keyring }: { store: Store; keyring: Keyring }): ApplicationStore {
  const seal = (tenant: TenantId, id: string, secret: string | null): string | null =>
    secret === null ? null : keyring.seal(placeOf(tenant, id), secret);
  // By the sealed value, which is another one for every secret and place.
  const unsealed = new Map<string, string>();
  const unseal = (tenant: TenantId, id: string, sealed: string): string => {
    const place = placeOf(tenant, id);
    const known = unsealed.get(`${place} ${sealed}`);
    if (known !== undefined) return known;
    const secret = keyring.unseal(place, sealed);
    if (unsealed.size >= SECRETS_KEPT) unsealed.clear();
    unsealed.set(`${place} ${sealed}`, secret);
    return secret;
  };
  return {
    async find(tenant, id) {
      const row = await store.db().selectFrom('applications').selectAll()
        .where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst();
      if (!row) return undefined;
      return { application: toApplication(row), secret: row.sealed_secret === null ? null : unseal(tenant, id, row.sealed_secret) };
    },
    async list(tenant, { limit, after }) {
      const page = store.db().selectFrom('applications').selectAll().where('tenant_id', '=', tenant).orderBy('id').limit(limit);
      const rows = await (after === undefined ? page : page.where('id', '>', after)).execute();
      return rows.map(toApplication);
    },
    async insert(tenant, application, secret) {
      await store.db().insertInto('applications')
        .values({ tenant_id: tenant, ...columnsOf(application), sealed_secret: seal(tenant, application.id, secret) }).execute();
    },
    async update(tenant, application, secret) {
      const { id, ...columns } = columnsOf(application);
      await store.db().updateTable('applications')
        .set(secret === undefined ? columns : { ...columns, sealed_secret: seal(tenant, id, secret) })
        .where('tenant_id', '=', tenant).where('id', '=', id).execute();
    },
    async remove(tenant, id) {
      const { numDeletedRows } = await store.db().deleteFrom('applications').where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function columnsOf({ id, name, createdAt, updatedAt, ...document }: Application): Omit<Row, 'tenant_id' | 'sealed_secret'> {
  return { id, name, document: JSON.stringify(document), created_at: createdAt.getTime(), updated_at: updatedAt.getTime() };
}

function toApplication(row: Row): Application {
  const document = JSON.parse(row.document) as Omit<ApplicationSettings, 'name'>;
  return { id: row.id as ApplicationId, name: row.name, ...document, createdAt: new Date(row.created_at), updatedAt: new Date(row.updated_at) };
}
