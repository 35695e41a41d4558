import { emailKeyOf } from '#directory/index.ts';
import { type DomainStore, domainOfEmail, findDomain, type Tenant } from '#tenants/index.ts';
import {
  type ClaimMapping,
  type Connection,
  evaluateMapping,
  findClaim,
  readText,
  type UpstreamIdentity,
} from '#upstream/index.ts';
import { serves } from './choose-connection.ts';

/** An address, and how it was made of the claims. */
export interface Address {
  text: string | undefined;
  mapping: ClaimMapping | undefined;
}

/**
 * May this address be believed? Only when it is the provider's own word, the provider vouches for this very address, it lies in a domain
 * that the tenant owns, and, where the provider is given domains, in one of those.
 *
 * `email_verified` speaks of the claim `email` and of no other (OpenID Connect Core §5.1): an address out of `preferred_username` is
 * what somebody typed. SAML has no word for verified: there the tenant's own domain is what counts (PRODUCT.md §3).
 */
export async function isAddressTrusted(
  domains: DomainStore,
  { tenant, connection, identity }: { tenant: Tenant; connection: Connection; identity: UpstreamIdentity },
  address: Address,
): Promise<boolean> {
  const { text } = address;
  const domain = text === undefined ? undefined : domainOfEmail(text);
  if (text === undefined || domain === undefined) return false;
  if (!isOwnWord(identity, text, address.mapping) || !isVouchedFor(connection, identity, text)) return false;
  const owned = findDomain(await domains.list(tenant.id), domain);
  const { domains: own } = connection.policy.authentication;
  return owned !== undefined && (own.length === 0 || serves(connection, [domain, owned.name]));
}

function isVouchedFor({ kind }: Connection, { emailVerification, claims }: UpstreamIdentity, address: string): boolean {
  if (kind === 'saml') return emailVerification !== 'unverified';
  return emailVerification === 'verified' && isSameAddress(readText(claims['email']), address);
}

/**
 * A rule may cut an address out of a text that somebody chose, put a domain of the tenant's behind a name, or answer a fixed one: such an
 * address is the administrator's making, not the provider's word. It is that only when it is, case and space around it aside, the whole
 * first value of one claim.
 */
function isOwnWord({ claims, overage }: UpstreamIdentity, address: string, mapping: ClaimMapping | undefined): boolean {
  if (mapping === undefined) return false;
  if (typeof mapping === 'string') return true;
  const { outcome, claim } = evaluateMapping(mapping, claims, { overage });
  return outcome === 'value' && claim !== null && isSameAddress(readText(findClaim(claims, claim)), address);
}

/** By the key under which accounts are found: lower case that turns another alphabet's letter into an ASCII one is not the same. */
const isSameAddress = (one: string | undefined, other: string): boolean =>
  one !== undefined && emailKeyOf(one) === emailKeyOf(other);
