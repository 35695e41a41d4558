import { cloudOf, completeGroups, consentRequestOf, type GraphAccess } from '../microsoft/index.ts';
import type { ConsentRequest, ConsentWish, SignInWorld, UpstreamIdentity } from '../protocol.ts';
import type { SamlFields } from './settings.ts';

/** What Entra sends in the place of more than 150 groups. @see Microsoft Learn, "SAML token claims reference" (groups:src1) */
const GROUPS_LINK = 'http://schemas.microsoft.com/claims/groups.link';
const TENANT_ID = 'http://schemas.microsoft.com/identity/claims/tenantid';
const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
export const ENTRA_GROUPS = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';

/** How this connection asks Graph for groups; nothing where it is not to. */
export function graphAccessOf({ groupOverage, keys }: Pick<SamlFields, 'groupOverage' | 'keys'>): GraphAccess | undefined {
  if (!groupOverage?.resolve) return undefined;
  return {
    cloud: cloudOf({ graphUrl: groupOverage.graphUrl }),
    directoryId: groupOverage.directoryId.toLowerCase(),
    clientId: groupOverage.clientId,
    keys: keys.clientAssertion,
  };
}

/** Where the assertion only says where the groups are, they are completed through Graph, or known to be incomplete. */
export async function completeSamlGroups(
  identity: UpstreamIdentity,
  { groupOverage, graphAccess }: Pick<SamlFields, 'groupOverage'> & { graphAccess?: GraphAccess },
  world: SignInWorld,
): Promise<UpstreamIdentity> {
  const { claims } = identity;
  if (!Object.hasOwn(claims, GROUPS_LINK)) return identity;
  const person = { directoryId: claims[TENANT_ID], objectId: claims[OBJECT_ID] };
  const claim = groupOverage?.claim ?? ENTRA_GROUPS;
  return { ...identity, ...(await completeGroups({ claim, claims, person }, graphAccess, world)) };
}

/** People sign in without any consent; a registration that reads groups needs it. */
export function askConsent({ graphAccess }: { graphAccess?: GraphAccess }, wish: ConsentWish): ConsentRequest | undefined {
  return graphAccess && wish.purpose === 'directory' ? consentRequestOf(graphAccess, wish) : undefined;
}
