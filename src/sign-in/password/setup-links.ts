import type { TenantId, UserId } from '#kernel/ids.ts';

/** A link behind which a password is set. Its secret is in the address only; the store holds the hash. */
export interface SetupLink {
  /** Whose password it sets; null makes a new administrator. */
  readonly userId: UserId | null;
  /** Who made it, as the audit log writes it. */
  readonly madeBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface SetupLinkStore {
  /** Keeps a link; those for the same purpose that nobody has used are worth nothing from then on. */
  save(tenant: TenantId, token: string, link: SetupLink): Promise<void>;
  /** Of a link that can be used: looking takes nothing. */
  find(tenant: TenantId, token: string, now: Date): Promise<SetupLink | undefined>;
  /** Uses it, once ever, in one statement. */
  take(tenant: TenantId, token: string, now: Date): Promise<SetupLink | undefined>;
  /** The one for a new administrator that can be used. */
  findOpen(tenant: TenantId, now: Date): Promise<SetupLink | undefined>;
  removeExpired(now: Date, limit: number): Promise<number>;
}
