import type { AuditLog } from '#audit/index.ts';
import type { TenantId } from '#kernel/ids.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { Tenant, TenantRegister, TenantUrls } from '#tenants/index.ts';

/** What the operator API stands on. */
export interface OperatorNeeds {
  tenants: TenantRegister;
  audit: AuditLog;
  urls: TenantUrls;
  transact: Transact;
  world: World;
  /** Called in the creating transaction: what every tenant is born with. */
  onTenantCreated(tenant: Tenant): Promise<void>;
  /** Called in the suspending transaction: sessions, and the refresh tokens that rest on them. */
  endSessionsOfTenant(tenant: TenantId): Promise<void>;
}
