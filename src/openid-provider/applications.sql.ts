import type { ApplicationId, TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { Application, ApplicationSettings, ApplicationStore } from './application.ts';
import type { FoundApplication } from './request-scope.ts';

type Row = Tables['applications'];

/** Sealed and not hashed: the secret is compared by oidc-provider, which needs it as it is. */
const placeOf = (tenant: TenantId, id: string): string => `applications.secret/${tenant}/${id}`;

interface Needs {
  readonly store: Store;
  readonly keyring: Keyring;
}

export function createApplicationStore(needs: Needs): ApplicationStore {
  const { seal, unseal } = createSeals(needs.keyring);
  return { ...readers(needs.store, unseal), ...writers(needs.store, seal) };
}

/** Unsealing costs more than the read; every request of a sign-in needs the same secret. */
const SECRETS_KEPT = 10_000;
/** Some 1.5 kB each. */
const APPLICATIONS_KEPT = 10_000;

interface Seals {
  seal(tenant: TenantId, id: string, secret: string | null): string | null;
  unseal(tenant: TenantId, id: string, sealed: string | null): string | null;
}

function createSeals(keyring: Keyring): Seals {
  // By place and sealed value, which is another one for every secret.
  const unsealed = new Map<string, string>();
  return {
    seal: (tenant, id, secret) => (secret === null ? null : keyring.seal(placeOf(tenant, id), secret)),
    unseal(tenant, id, sealed) {
      if (sealed === null) return null;
      const place = placeOf(tenant, id);
      const known = unsealed.get(`${place} ${sealed}`);
      if (known !== undefined) return known;
      const secret = keyring.unseal(place, sealed);
      if (unsealed.size >= SECRETS_KEPT) unsealed.clear();
      unsealed.set(`${place} ${sealed}`, secret);
      return secret;
    },
  };
}

function readers(store: Store, unseal: Seals['unseal']): Pick<ApplicationStore, 'find' | 'list'> {
  const kept = store.keep<FoundApplication>({ of: ['applications', 'tenants'], most: APPLICATIONS_KEPT });
  return {
    async find(tenant, id) {
      return kept(`${tenant} ${id}`, async () => {
        const row = await store.first(findById, { tenant, id });
        return row && { application: toApplication(row), secret: unseal(tenant, id, row.sealed_secret) };
      });
    },
    async list(tenant, { limit, after }) {
      const page = store.db().selectFrom('applications').selectAll().where('tenant_id', '=', tenant).orderBy('id').limit(limit);
      const rows = await (after === undefined ? page : page.where('id', '>', after)).execute();
      return rows.map(toApplication);
    },
  };
}

const findById = statement((db, { tenant, id }: Given<{ tenant: string; id: string }>) =>
  db.selectFrom('applications').select(columns).where('tenant_id', '=', tenant).where('id', '=', id),
);

const columns = ['id', 'name', 'document', 'sealed_secret', 'created_at', 'updated_at'] as const;

function writers(store: Store, seal: Seals['seal']): Omit<ApplicationStore, 'find' | 'list'> {
  return {
    async insert(tenant, application, secret) {
      const row = { tenant_id: tenant, ...columnsOf(application), sealed_secret: seal(tenant, application.id, secret) };
      await store.db().insertInto('applications').values(row).execute();
    },
    async update(tenant, application, secret) {
      const { id, ...columns } = columnsOf(application);
      const change = secret === undefined ? columns : { ...columns, sealed_secret: seal(tenant, id, secret) };
      await store.db().updateTable('applications').set(change).where('tenant_id', '=', tenant).where('id', '=', id).execute();
    },
    async remove(tenant, id) {
      const remove = store.db().deleteFrom('applications').where('tenant_id', '=', tenant).where('id', '=', id);
      return (await remove.executeTakeFirst()).numDeletedRows > 0n;
    },
  };
}

function columnsOf({ id, name, createdAt, updatedAt, ...document }: Application): Omit<Row, 'tenant_id' | 'sealed_secret'> {
  return { id, name, document: JSON.stringify(document), created_at: createdAt.getTime(), updated_at: updatedAt.getTime() };
}

/** What documents do not say that were written before it could be said. */
const OF_EARLIER_RELEASES = { initiateLoginUri: null, launchUrls: [] };

function toApplication(row: Omit<Row, 'tenant_id' | 'sealed_secret'>): Application {
  const document = { ...OF_EARLIER_RELEASES, ...(JSON.parse(row.document) as Omit<ApplicationSettings, 'name'>) };
  return {
    id: row.id as ApplicationId,
    name: row.name,
    ...document,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
