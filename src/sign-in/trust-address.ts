import { type DomainStore, domainOfEmail, findDomain, type Tenant } from '#tenants/index.ts';
import type { Connection, UpstreamIdentity } from '#upstream/index.ts';
import { serves } from './choose-connection.ts';
import { readText } from './map-claims.ts';

/**
 * May this address be believed? Only when the provider vouches for this very address, it lies in a domain that the tenant owns, and,
 * where the provider is given domains, in one of those.
 *
 * `email_verified` speaks of the claim `email` and of no other (OpenID Connect Core §5.1): an address out of `preferred_username` is
 * what somebody typed. SAML has no word for verified: there the tenant's own domain is what counts (PRODUCT.md §3).
 */
export async function isAddressTrusted(
  domains: DomainStore,
  { tenant, connection, identity }: { tenant: Tenant; connection: Connection; identity: UpstreamIdentity },
  address: string | undefined,
): Promise<boolean> {
  const domain = address === undefined ? undefined : domainOfEmail(address);
  if (address === undefined || domain === undefined || !isVouchedFor(connection, identity, address)) return false;
  const owned = findDomain(await domains.list(tenant.id), domain);
  const { domains: own } = connection.policy.authentication;
  return owned !== undefined && (own.length === 0 || serves(connection, [domain, owned.name]));
}

function isVouchedFor({ kind }: Connection, { emailVerification, claims }: UpstreamIdentity, address: string): boolean {
  if (kind === 'saml') return emailVerification !== 'unverified';
  return emailVerification === 'verified' && readText(claims['email'])?.toLowerCase() === address.toLowerCase();
}
