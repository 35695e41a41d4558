import type { Actor } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import { factsOf, type TenantNeeds } from './create-tenant.ts';
import { problems } from './problems.ts';

/**
 * Removes a tenant and every row under it; its audit chain stays, with this as its last event.
 * @param confirm the tenant's name again: there is no way back
 * @throws Problem `tenants.unknown`, `tenants.removal_unconfirmed`
 */
export function removeTenant(
  { by, name, confirm }: { by: Actor; name: string; confirm: string | undefined },
  needs: Omit<TenantNeeds, 'urls' | 'world'>,
): Promise<void> {
  return needs.transact(async () => {
    const tenant = await needs.tenants.hold(name);
    if (!tenant) throw new Problem(problems.unknown);
    if (confirm !== name) throw new Problem(problems.removal_unconfirmed);
    await needs.tenants.remove(tenant.id);
    await needs.audit.append(tenant.id, {
      action: 'tenant.removed',
      actor: by,
      target: `tenant:${name}`,
      before: factsOf(tenant),
    });
  });
}
