import type { TenantId, UserId } from '#kernel/ids.ts';

/** Somebody who has a password. */
export interface LocalAdministrator {
  readonly userId: UserId;
  readonly email: string | null;
  readonly changedAt: Date;
  /** When somebody last signed in with it. */
  readonly usedAt: Date | null;
  /** Active, and still a Full Administrator: nobody else gets in by a password. */
  readonly mayUse: boolean;
}

/** What the check of a password needs to know of an account. */
export interface KeptPassword {
  readonly userId: UserId;
  readonly hash: string;
  readonly mayUse: boolean;
}

export interface PasswordStore {
  /** Whether anybody at all signs in with a password in this tenant. */
  isAny(tenant: TenantId): Promise<boolean>;
  /** By e-mail address, without regard to case; one question, whether there is somebody or not. */
  findByEmail(tenant: TenantId, email: string): Promise<KeptPassword | undefined>;
  find(tenant: TenantId, id: UserId): Promise<KeptPassword | undefined>;
  list(tenant: TenantId): Promise<LocalAdministrator[]>;
  set(tenant: TenantId, id: UserId, password: { hash: string; changedAt: Date }): Promise<void>;
  noteUse(tenant: TenantId, id: UserId, at: Date): Promise<void>;
}
