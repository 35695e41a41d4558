import type { Actor, AuditLog } from '#audit/index.ts';
import type { GroupStore, RoleDirectory, UserDirectory } from '#directory/index.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Transact } from '#kernel/world.ts';
import type { ConnectionRegister } from './connection-register.ts';
import type { KeyNeeds } from './keys/new-key.ts';
import type { Registry } from './registry.ts';
import type { RevisionRegister } from './revisions/revision.ts';

/** What the steps that change connections stand on. */
export interface ConnectionNeeds extends KeyNeeds {
  connections: ConnectionRegister;
  revisions: RevisionRegister;
  registry: Registry;
  users: UserDirectory;
  groups: GroupStore;
  roles: RoleDirectory;
  audit: AuditLog;
  transact: Transact;
  /** Called in the transaction that switches off or removes: sessions, and the refresh tokens that rest on them. */
  endSessionsOfConnection(tenant: TenantId, id: ConnectionId): Promise<void>;
  /** Called in the transaction while the connection is still what it was: people's refresh tokens from there are revoked there. */
  giveBackTokens(tenant: TenantId, id: ConnectionId): Promise<void>;
}

/** Who changes something, and where. */
export interface Change {
  tenant: TenantId;
  /** Without trailing slash; redirect URIs and entity ids lie under it. */
  tenantUrl: string;
  by: Actor;
  /** `all` is the operator. */
  permissions: ReadonlySet<string> | 'all';
}
