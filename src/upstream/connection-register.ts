import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { ConnectionDocument } from './connections.schema.ts';
import type { OwnKey } from './keys/own-keys.ts';

/** A connection as it is kept: the document without secrets and without what the gateway derives, the secrets apart. */
export interface StoredConnection {
  readonly id: ConnectionId;
  readonly slug: string;
  readonly revision: number;
  /** See `Connection.trustRevision`. */
  readonly trustRevision: number;
  readonly document: ConnectionDocument;
  readonly secrets: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What administration needs of the store; sign-in uses `ConnectionDirectory`. */
export interface ConnectionRegister {
  /** By id; `after` is the last id of the page before. */
  listStored(tenant: TenantId, page: { limit: number; after?: string }): Promise<StoredConnection[]>;
  read(tenant: TenantId, id: ConnectionId): Promise<StoredConnection | undefined>;
  /** Inside a transaction, nobody else changes this tenant's connections until it ends. */
  hold(tenant: TenantId): Promise<void>;
  /** `taken`: the slug is somebody's; nothing was written and the transaction goes on. */
  insert(tenant: TenantId, connection: StoredConnection): Promise<'inserted' | 'taken'>;
  /** Writes a newer revision in place of revision `over`; false when that is not the current one any more. */
  replace(tenant: TenantId, connection: StoredConnection, over: number): Promise<boolean>;
  /** With its keys and revisions. */
  remove(tenant: TenantId, id: ConnectionId): Promise<boolean>;
  /** Newest first. */
  listKeys(tenant: TenantId, id: ConnectionId): Promise<OwnKey[]>;
  addKeys(tenant: TenantId, keys: readonly OwnKey[]): Promise<void>;
}
