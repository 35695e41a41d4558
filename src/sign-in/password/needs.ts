import type { AuditLog } from '#audit/index.ts';
import type { RoleDirectory, User, UserDirectory } from '#directory/index.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { SessionStore } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { SignInLog } from '../sign-ins.ts';
import type { Hashing } from './hashing.ts';
import type { PasswordStore } from './passwords.ts';
import type { SetupLinkStore } from './setup-links.ts';
import type { TriesStore } from './tries.ts';

/** What happened to an account for emergencies: the other administrators are told. */
export interface BreakGlassEvent {
  readonly kind: 'used' | 'made' | 'reset' | 'password-changed';
  readonly user: Pick<User, 'id' | 'email'>;
  /** The network that it was done from. */
  readonly network: string;
  /** Finds the sign-in. */
  readonly reference: string | null;
}

/** What the steps of this folder stand on. */
export interface PasswordNeeds {
  passwords: PasswordStore;
  setupLinks: SetupLinkStore;
  tries: TriesStore;
  hashing: Hashing;
  users: UserDirectory;
  roles: RoleDirectory;
  sessions: SessionStore;
  signIns: SignInLog;
  audit: AuditLog;
  transact: Transact;
  world: World;
  /** Puts the mails into the running transaction. */
  announce(tenant: Tenant, event: BreakGlassEvent): Promise<void>;
}
