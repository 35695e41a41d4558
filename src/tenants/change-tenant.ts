import type { Actor } from '#audit/index.ts';
import type { TenantId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { factsOf, type TenantNeeds } from './create-tenant.ts';
import { problems } from './problems.ts';
import { changeSettings, findSettingsFaults } from './settings.ts';
import type { Tenant, TenantSettings } from './tenant.ts';

/** Name and region are not in it: they are in every URL that customers have configured. */
export interface TenantChange {
  displayName?: string;
  status?: Tenant['status'];
  settings?: Partial<TenantSettings>;
  /** Where the settings stand in the request body, for the faults; `/settings` unless told. */
  settingsPointer?: string;
}

/**
 * Changes what is named and leaves the rest. Suspending ends every session in the same transaction.
 * @throws Problem `tenants.unknown`, `tenants.input_invalid`
 */
export function changeTenant(
  { by, name, ...change }: TenantChange & { by: Actor; name: string },
  needs: Omit<TenantNeeds, 'urls'> & { endSessionsOfTenant(tenant: TenantId): Promise<void> },
): Promise<Tenant> {
  return needs.transact(async () => {
    const before = await needs.tenants.hold(name);
    if (!before) throw new Problem(problems.unknown);
    const after: Tenant = {
      ...before,
      displayName: change.displayName ?? before.displayName,
      status: change.status ?? before.status,
      settings: changeSettings(before.settings, change.settings ?? {}),
      updatedAt: needs.world.now(),
    };
    const errors = findSettingsFaults(after.settings, change.settingsPointer ?? '/settings');
    if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
    await needs.tenants.update(after);
    if (before.status === 'active' && after.status === 'suspended') await needs.endSessionsOfTenant(after.id);
    await needs.audit.append(after.id, {
      action: actionOf(before, after),
      actor: by,
      target: `tenant:${name}`,
      before: factsOf(before),
      after: factsOf(after),
    });
    return after;
  });
}

function actionOf(before: Tenant, after: Tenant): string {
  if (before.status === after.status) return 'tenant.changed';
  return after.status === 'suspended' ? 'tenant.suspended' : 'tenant.resumed';
}
