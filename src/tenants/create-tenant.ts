import type { Actor, AuditLog } from '#audit/index.ts';
import { newId, type TenantId } from '#kernel/ids.ts';
import { type InputFault, Problem } from '#kernel/problem.ts';
import type { Transact, World } from '#kernel/world.ts';
import { problems } from './problems.ts';
import { changeSettings, defaultSettings, findSettingsFaults } from './settings.ts';
import type { Tenant, TenantRegister, TenantSettings } from './tenant.ts';
import type { TenantUrls } from './urls.ts';

export interface NewTenant {
  /** Of the form `TENANT_NAME`, as the caller has checked. */
  name: string;
  displayName?: string;
  region?: string;
  settings?: Partial<TenantSettings>;
}

export interface TenantNeeds {
  tenants: TenantRegister;
  audit: AuditLog;
  urls: TenantUrls;
  transact: Transact;
  world: World;
}

/**
 * Makes a tenant and everything that a tenant is born with, or nothing.
 * @throws Problem `tenants.name_taken`, `tenants.input_invalid` with every fault
 */
export async function createTenant(
  { by, ...wanted }: NewTenant & { by: Actor },
  needs: TenantNeeds & { onTenantCreated(tenant: Tenant): Promise<void> },
): Promise<Tenant> {
  const now = needs.world.now();
  const tenant: Tenant = {
    id: newId<TenantId>('tnt', needs.world),
    name: wanted.name,
    displayName: wanted.displayName ?? wanted.name,
    region: wanted.region ?? needs.urls.regions[0] ?? 'default',
    status: 'active',
    settings: changeSettings(defaultSettings, wanted.settings ?? {}),
    createdAt: now,
    updatedAt: now,
  };
  const errors = [...findAddressFaults(tenant, needs.urls), ...findSettingsFaults(tenant.settings, '/settings')];
  if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
  return needs.transact(async () => {
    if ((await needs.tenants.insert(tenant)) === 'name-taken') {
      throw new Problem(problems.name_taken, {
        errors: [{ pointer: '/name', code: 'name_taken', detail: 'is the name of another tenant' }],
      });
    }
    await needs.onTenantCreated(tenant);
    await needs.audit.append(tenant.id, {
      action: 'tenant.created',
      actor: by,
      target: `tenant:${tenant.name}`,
      after: factsOf(tenant),
    });
    return tenant;
  });
}

/**
 * The region must be there, and the tenant be found at its own address: with regions as sub-domains, a tenant named eu would sit on
 * the server of that region.
 */
function findAddressFaults(tenant: Tenant, urls: TenantUrls): InputFault[] {
  if (!urls.regions.includes(tenant.region)) {
    return [{ pointer: '/region', code: 'region_unknown', detail: `is none of ${urls.regions.join(', ')}` }];
  }
  const { host, pathname } = new URL(urls.urlOf(tenant));
  if (urls.locate(host, pathname).tenant === tenant.name) return [];
  return [{ pointer: '/name', code: 'name_reserved', detail: `${host} is the address of the service itself` }];
}

/** What the audit log keeps of a tenant. */
export function factsOf({ name, displayName, region, status, settings }: Tenant): Record<string, unknown> {
  return { name, displayName, region, status, settings };
}
