import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { ConnectionDirectory } from '#upstream/index.ts';

/** Slugs never change, so that a name once known holds for good. */
const NAMES_KEPT = 5000;

/** What applications know an identity provider by: its slug, or its id once it is gone. */
export function createConnectionNames(
  connections: Pick<ConnectionDirectory, 'find'>,
): (tenant: TenantId, id: ConnectionId) => Promise<string> {
  const names = new Map<string, string>();
  return async (tenant, id) => {
    const key = `${tenant} ${id}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const connection = await connections.find(tenant, id);
    if (!connection) return id;
    if (names.size >= NAMES_KEPT) names.clear();
    names.set(key, connection.slug);
    return connection.slug;
  };
}
