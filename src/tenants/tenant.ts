import type { TenantId } from '#kernel/ids.ts';

/** Settings of a tenant that take effect today; each has a default. */
export interface TenantSettings {
  /** Signature algorithm of ID tokens. */
  idTokenAlgorithm: 'ES256' | 'RS256';
  /** A session ends after this long without use, and after the second however much it is used. */
  sessionIdleSeconds: number;
  sessionLifetimeSeconds: number;
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  /** How often a provider is asked again whether somebody with refresh tokens is still there; 0: never. */
  recheckMinutes: number;
  /** How long traces of sign-ins are kept. */
  traceDays: number;
  /** Language of mails to people whose own is not known. */
  language: 'en' | 'de';
  /** Addresses that get notices beside the administrators. */
  noticeRecipients: readonly string[];
}

export interface Tenant {
  readonly id: TenantId;
  /** `^[a-z][a-z0-9-]{1,58}[a-z0-9]$`, unique, never changed. */
  readonly name: string;
  readonly displayName: string;
  readonly region: string;
  readonly status: 'active' | 'suspended';
  readonly settings: TenantSettings;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface TenantStore {
  insert(tenant: Tenant): Promise<'inserted' | 'name-taken'>;
  findByName(name: string): Promise<Tenant | undefined>;
  find(id: TenantId): Promise<Tenant | undefined>;
  update(tenant: Tenant): Promise<void>;
  /** Removes the tenant and every row under it; its audit chain stays. */
  remove(id: TenantId): Promise<void>;
  list(page: { limit: number; after?: string }): Promise<Tenant[]>;
}

/** The store as the steps that change a tenant need it. */
export interface TenantRegister extends TenantStore {
  /** Reads a tenant for a change: nobody else changes it until the running transaction ends. */
  hold(name: string): Promise<Tenant | undefined>;
}

/** A domain that a tenant says is its own. Routes sign-ins and lets an e-mail be trusted only once proven or vouched for. */
export interface Domain {
  readonly name: string;
  readonly includeSubdomains: boolean;
  readonly state: 'pending' | 'proven' | 'vouched';
  /** What the TXT record `_sallyport.<name>` must hold. */
  readonly token: string;
  readonly createdAt: Date;
  readonly provenAt: Date | null;
}

export interface DomainStore {
  list(tenant: TenantId): Promise<readonly Domain[]>;
  find(tenant: TenantId, name: string): Promise<Domain | undefined>;
  put(tenant: TenantId, domain: Domain): Promise<'put' | 'owned-by-another'>;
  remove(tenant: TenantId, name: string): Promise<boolean>;
}
