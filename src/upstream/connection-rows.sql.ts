import type { Insertable, Selectable } from 'kysely';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Tables } from '#sql/tables.ts';
import type { StoredConnection } from './connection-register.ts';
import type { ConnectionDocument } from './connections.schema.ts';

export type Row = Selectable<Tables['connections']>;
export type Written = Insertable<Tables['connections']>;

/** Where secrets lie: sealed for one connection, they open at no other. */
const placeOf = (tenant: string, id: string): string => `connections.sealed_secrets:${JSON.stringify([tenant, id])}`;

/** The row as it is written; columns that others keep are left alone. */
export function toRow(keyring: Keyring, tenant: TenantId, connection: StoredConnection): Written {
  const { id, slug, revision, trustRevision, document, secrets, createdAt, updatedAt } = connection;
  const sealed = Object.keys(secrets).length === 0 ? null : keyring.seal(placeOf(tenant, id), JSON.stringify(secrets));
  return {
    tenant_id: tenant,
    id,
    slug,
    kind: document.kind,
    name: document.name,
    enabled: document.enabled ? 1 : 0,
    revision,
    trust_revision: trustRevision,
    document: JSON.stringify({ ...document, slug }),
    sealed_secrets: sealed,
    created_at: createdAt.getTime(),
    updated_at: updatedAt.getTime(),
  };
}

/** @throws Error when the secrets are sealed for another place */
export function toStored(keyring: Keyring, row: Row): StoredConnection {
  const secrets =
    row.sealed_secrets === null
      ? {}
      : (JSON.parse(keyring.unseal(placeOf(row.tenant_id, row.id), row.sealed_secrets)) as Record<string, string>);
  return {
    id: row.id as ConnectionId,
    slug: row.slug,
    revision: row.revision,
    trustRevision: row.trust_revision,
    document: JSON.parse(row.document) as ConnectionDocument,
    secrets,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

/** What `holdForSignIn` holds, with its tenant. */
export const holdById = statement((db, { tenant, id }: Given<{ tenant: string; id: string }>, { rowLocks }) => {
  const query = db
    .selectFrom('connections')
    .innerJoin('tenants', 'tenants.id', 'connections.tenant_id')
    .select(['connections.id', 'connections.revision', 'connections.keys_version', 'tenants.status'])
    .where('connections.tenant_id', '=', tenant)
    .where('connections.id', '=', id);
  return rowLocks ? query.forShare() : query;
});
