import { nameKeyOf } from '#directory/index.ts';
import type { TenantId } from '#kernel/ids.ts';
import type { ConnectionRegister, StoredConnection } from './connection-register.ts';
import { namesOf } from './grants.ts';

const PAGE = 100;

/** Names of the identity providers whose documents name this group or role. */
export async function findUses(
  connections: Pick<ConnectionRegister, 'listStored'>,
  tenant: TenantId,
  { kind, name }: { kind: 'group' | 'role'; name: string },
): Promise<string[]> {
  const wanted = nameKeyOf(name);
  const all = await listAll(connections, tenant);
  return all
    .filter(({ document }) => namesOf(document)[kind === 'group' ? 'groups' : 'roles'].some((used) => nameKeyOf(used) === wanted))
    .map(({ document }) => document.name);
}

/** Every connection of a tenant; there are few. */
export async function listAll(
  connections: Pick<ConnectionRegister, 'listStored'>,
  tenant: TenantId,
): Promise<StoredConnection[]> {
  const found: StoredConnection[] = [];
  for (;;) {
    const page = await connections.listStored(tenant, { limit: PAGE, after: found.at(-1)?.id });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}
