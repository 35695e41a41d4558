import type { Actor, AuditLog } from '#audit/index.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { SignInMethodStore } from './sign-in-methods.ts';
import type { GroupDirectory, RoleDirectory, UserDirectory } from './user.ts';

/** What the steps of the directory stand on. */
export interface DirectoryNeeds {
  users: UserDirectory;
  groups: GroupDirectory;
  roles: RoleDirectory;
  signInMethods: SignInMethodStore;
  audit: AuditLog;
  transact: Transact;
  world: World;
  /** Called in the transaction that disables or removes: sessions, and the refresh tokens that rest on them. */
  endSessionsOfUser(tenant: TenantId, id: UserId): Promise<void>;
  hasIdentityProvider(tenant: TenantId, id: ConnectionId): Promise<boolean>;
  /** Names of the identity providers whose configuration names this group or role. */
  findUses(tenant: TenantId, used: { kind: 'group' | 'role'; name: string }): Promise<string[]>;
}

/** Who changes something, and where. `all` is the operator. */
export interface Change {
  tenant: TenantId;
  by: Actor;
  permissions: ReadonlySet<string> | 'all';
}
