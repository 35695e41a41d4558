import type { User, UserStore } from '#directory/index.ts';
import type { Trace } from '#kernel/trace.ts';
import type { DomainStore, Tenant } from '#tenants/index.ts';
import type { Connection, UpstreamIdentity, UserAttribute } from '#upstream/index.ts';
import type { Arrival } from './admit.ts';
import { type Attributes, findClaim, readText } from './map-claims.ts';
import { isAddressTrusted } from './trust-address.ts';

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
    const emailVerified = await isNewsTrusted(needs.domains, arriving, byLink);
    return { ...base, emailVerified, emailTrusted: false, byIdentifier: undefined, isEntered: true, holder: undefined };
  }
  const emailVerified = await isAddressTrusted(needs.domains, arriving, attributes.email);
  // What identifies is what must be trusted: with crossed claims the one address would vouch for the other.
  const emailTrusted =
    authentication.userAttribute === 'email' ? await isAddressTrusted(needs.domains, arriving, identifier) : emailVerified;
  const byIdentifier =
    identifier === undefined ? undefined : await needs.users.findByAttribute(tenant.id, authentication.userAttribute, identifier);
  trace.note('admission.match', {
    expected: `${authentication.userAttribute} = claim ${authentication.claim}`,
    received: { value: identifier ?? null, found: byIdentifier?.id ?? null, emailTrusted },
  });
  const isEntered = byIdentifier !== undefined && byIdentifier.lastSignInAt !== null;
  return {
    ...base,
    emailVerified,
    emailTrusted,
    byIdentifier,
    isEntered,
    holder: await findHolder(needs.users, tenant, attributes),
  };
}

/** A known person's address is judged anew only when something would change by it. */
async function isNewsTrusted(domains: DomainStore, arriving: Arriving, user: User): Promise<boolean> {
  const { email } = arriving.attributes;
  const isNews = email !== undefined && (!user.emailVerified || email.toLowerCase() !== user.email?.toLowerCase());
  return arriving.connection.policy.users.update && isNews ? isAddressTrusted(domains, arriving, email) : false;
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
