import { newId, type RoleId, type TenantId } from '#kernel/ids.ts';
import { builtInRoles } from '#kernel/permission.ts';
import type { World } from '#kernel/world.ts';
import type { RoleStore } from './user.ts';

/** Whoever has it may do everything in a tenant; one such person must remain. */
export const FULL_ADMINISTRATOR = 'Full Administrator';

/** Gives a new tenant the roles that every tenant has; run it in the transaction that makes the tenant. Again, it changes nothing. */
export async function createBuiltInRoles({ roles, world }: { roles: RoleStore; world: World }, tenant: TenantId): Promise<void> {
  for (const name of Object.keys(builtInRoles)) {
    await roles.insert(tenant, { id: newId<RoleId>('rol', world), name, description: '', builtIn: true, permissions: [] });
  }
}
