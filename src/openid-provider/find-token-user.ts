import type { TenantId, UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { ArtifactStore } from './artifacts.ts';
import { API_SCOPE } from './scopes.ts';

export interface TokenUserNeeds {
  artifacts: ArtifactStore;
  world: World;
  /** What the person may do; undefined unless the person exists and is active. */
  findPermissions(tenant: TenantId, userId: UserId): Promise<ReadonlySet<string> | undefined>;
}

/**
 * Finds the person in whose name an access token of this tenant may use the gateway's own API. The token must have been given for that
 * (`sallyport_api`): one that an administrator's sign-in has left with any application does not administer the tenant.
 */
export async function findTokenUser(
  { artifacts, world, findPermissions }: TokenUserNeeds,
  tenant: TenantId,
  token: string,
): Promise<{ id: string; permissions: ReadonlySet<string> } | undefined> {
  const kept = await artifacts.find(tenant, { kind: 'AccessToken', id: token });
  if (!kept?.accountId || !kept.expiresAt || kept.expiresAt <= world.now()) return undefined;
  const { scope } = kept.payload;
  if (typeof scope !== 'string' || !scope.split(' ').includes(API_SCOPE)) return undefined;
  const permissions = await findPermissions(tenant, kept.accountId);
  return permissions && { id: kept.accountId, permissions };
}
