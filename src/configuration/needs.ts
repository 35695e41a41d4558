import type { DirectoryNeeds } from '#directory/index.ts';
import type { TenantId } from '#kernel/ids.ts';
import type { ApplicationNeeds } from '#openid-provider/index.ts';
import type { DomainStore, Tenant, TenantRegister } from '#tenants/index.ts';
import type { ConnectionChange, ConnectionNeeds } from '#upstream/index.ts';

/** What is exported and applied stands on all floors below. */
export interface ConfigurationNeeds extends ConnectionNeeds, DirectoryNeeds, ApplicationNeeds {
  tenants: TenantRegister;
  domains: DomainStore;
  groups: DirectoryNeeds['groups'];
  endSessionsOfTenant(tenant: TenantId): Promise<void>;
}

/** Who does it, to which tenant. */
export interface ConfigurationChange extends ConnectionChange {
  of: Tenant;
  /** Why sensitive changes go live unverified. */
  override?: string;
}
