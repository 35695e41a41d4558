import { completeGroups } from '../microsoft/index.ts';
import type { Overage, SignInWorld, UpstreamClaims } from '../protocol.ts';
import type { OidcSettings } from './settings.ts';
import { isObject } from './strict-json.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Entra's claim of groups. @see Microsoft Learn, "ID token claims reference" */
const GROUPS = 'groups';
/** Names that are looked at; a token that distributes more claims than these is no honest one. */
const MOST_NAMES = 50;

export interface Complete {
  claims: UpstreamClaims;
  overage: readonly Overage[];
}

/**
 * Claims that the provider says are kept elsewhere. Where they are is not asked: an endpoint and an access token in `_claim_sources` are
 * the sender's word. Entra's groups are completed through Graph where that is set up; all else stays known to be incomplete.
 *
 * @see OpenID Connect Core 1.0 §5.6.2; Microsoft Learn, "ID token claims reference" (groups overage claim, hasgroups)
 */
export async function completeClaims(
  { claims, idToken, userinfo }: { claims: UpstreamClaims; idToken: Claims; userinfo: Claims },
  settings: OidcSettings,
  world: SignInWorld,
): Promise<Complete> {
  const names = missingNames(idToken, userinfo);
  const others = names.filter((name) => name !== GROUPS);
  const overage = others.map((claim): Overage => ({ claim, code: null }));
  if (others.length > 0) world.trace.note('oidc.distributed_claims', { received: others });
  if (!names.includes(GROUPS)) return { claims, overage };
  const { tid, oid } = idToken;
  const person = { directoryId: tid, objectId: oid };
  const completed = await completeGroups({ claim: GROUPS, claims, person }, settings.graphAccess, world);
  return { claims: completed.claims, overage: [...overage, ...completed.overage] };
}

function missingNames(idToken: Claims, userinfo: Claims): string[] {
  const distributed = [idToken, userinfo].flatMap(({ _claim_names: names }) => (isObject(names) ? Object.keys(names) : []));
  // Instead of the list where that would make an address too long: there are some. A list beside it is what there is.
  const promised = idToken.hasgroups === true && !Array.isArray(idToken.groups) ? [GROUPS] : [];
  return [...new Set([...distributed, ...promised])].filter((name) => name.length <= 200).slice(0, MOST_NAMES);
}
