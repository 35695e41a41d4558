import type { User, UserStore } from '#directory/index.ts';
import type { Trace } from '#kernel/trace.ts';
import { type DomainStore, domainOfEmail, findDomain, type Tenant } from '#tenants/index.ts';
import type { Connection, UpstreamIdentity, UserAttribute } from '#upstream/index.ts';
import type { Arrival } from './admit.ts';
import { serves } from './choose-connection.ts';
import { type Attributes, findClaim, readText } from './map-claims.ts';

export interface ArrivalNeeds {
  users: UserStore;
  domains: DomainStore;
}
export interface Arriving {
  tenant: Tenant;
  connection: Connection;
  identity: UpstreamIdentity;
  attributes: Attributes;
  trace: Trace;
}

/** Gathers what the decision needs; a known link spares every other question. */
export async function findArrival(needs: ArrivalNeeds, arriving: Arriving): Promise<Arrival> {
  const { tenant, connection, identity, attributes, trace } = arriving;
  const { authentication } = connection.policy;
  const link = { connectionId: connection.id, issuer: identity.issuer, subject: identity.subject };
  const byLink = identity.subjectKind === 'lasting' ? await needs.users.findByLink(tenant.id, link) : undefined;
  const identifier = readText(findClaim(identity.claims, authentication.claim));
  const matching = mapMatching(connection, identity);
  const base = { policy: connection.policy, identifier, matching, byLink };
  if (byLink) {
    trace.note('admission.link', { received: { user: byLink.id, subject: identity.subject } });
    return { ...base, emailTrusted: false, byIdentifier: undefined, holder: undefined };
  }
  const emailTrusted = await isEmailTrusted(needs.domains, arriving);
  const byIdentifier =
    identifier === undefined ? undefined : await needs.users.findByAttribute(tenant.id, authentication.userAttribute, identifier);
  trace.note('admission.match', {
    expected: `${authentication.userAttribute} = claim ${authentication.claim}`,
    received: { value: identifier ?? null, found: byIdentifier?.id ?? null, emailTrusted },
  });
  return { ...base, emailTrusted, byIdentifier, holder: await findHolder(needs.users, tenant, attributes) };
}

/**
 * An e-mail may find an account only when it is verified, in a domain that this tenant owns, and, where the provider is given domains,
 * in one of those. SAML has no word for verified: there the tenant's own domain is what counts (PRODUCT.md §3).
 */
async function isEmailTrusted(domains: DomainStore, { tenant, connection, identity, attributes }: Arriving): Promise<boolean> {
  const domain = attributes.email === undefined ? undefined : domainOfEmail(attributes.email);
  const vouched =
    identity.emailVerification === 'verified' || (connection.kind === 'saml' && identity.emailVerification === 'unstated');
  if (domain === undefined || !vouched) return false;
  const owned = findDomain(await domains.list(tenant.id), domain);
  return (
    owned !== undefined && (connection.policy.authentication.domains.length === 0 || serves(connection, [domain, owned.name]))
  );
}

function mapMatching(connection: Connection, identity: UpstreamIdentity): Partial<Record<UserAttribute, string>> {
  const entries = Object.entries(connection.policy.authentication.matchAttributes);
  return Object.fromEntries(entries.map(([attribute, claim]) => [attribute, readText(findClaim(identity.claims, claim))]));
}

/** Whoever holds one of the unique attributes already: a new account must not take them over. */
async function findHolder(
  users: UserStore,
  tenant: Tenant,
  { email, userId, userPrincipalName }: Attributes,
): Promise<User | undefined> {
  for (const [attribute, value] of Object.entries({ email, userId, userPrincipalName })) {
    const holder = value === undefined ? undefined : await users.findByAttribute(tenant.id, attribute, value);
    if (holder) return holder;
  }
  return undefined;
}
