import type { User, UserStore } from '#directory/index.ts';
import type { Trace } from '#kernel/trace.ts';
import type { DomainStore, Tenant } from '#tenants/index.ts';
import {
  type Connection,
  describeMapping,
  evaluateText,
  type UpstreamIdentity,
  type UserAttribute,
  type Work,
} from '#upstream/index.ts';
import type { Arrival } from './admit.ts';
import type { Attributes } from './map-claims.ts';
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
  /** What the mappings of this sign-in may still do. */
  work: Work;
  trace: Trace;
}

const MOST_NAMED = 100;

/** Gathers what the decision needs; a known link spares every other question. */
export async function findArrival(needs: ArrivalNeeds, arriving: Arriving): Promise<Arrival> {
  const { tenant, connection, identity, attributes, trace } = arriving;
  const { authentication } = connection.policy;
  const link = { connectionId: connection.id, issuer: identity.issuer, subject: identity.subject };
  const byLink = identity.subjectKind === 'lasting' ? await needs.users.findByLink(tenant.id, link) : undefined;
  const identifier = evaluateText(authentication.claim, identity.claims, circumstancesOf(arriving));
  const matching = mapMatching(arriving);
  // Which claims there are instead: names, no values.
  if (identifier === undefined)
    trace.note('admission.claims_received', { received: Object.keys(identity.claims).slice(0, MOST_NAMED) });
  const base = { policy: connection.policy, identifier, matching, byLink };
  if (byLink) {
    trace.note('admission.link', { received: { user: byLink.id, subject: identity.subject } });
    const emailVerified = await isNewsTrusted(needs.domains, arriving, byLink);
    return { ...base, emailVerified, emailTrusted: false, byIdentifier: undefined, isEntered: true, holder: undefined };
  }
  const given = { text: attributes.email, mapping: connection.policy.claims.email };
  const emailVerified = await isAddressTrusted(needs.domains, arriving, given);
  // What identifies is what must be trusted: with crossed claims the one address would vouch for the other.
  const emailTrusted =
    authentication.userAttribute === 'email'
      ? await isAddressTrusted(needs.domains, arriving, { text: identifier, mapping: authentication.claim })
      : emailVerified;
  const byIdentifier =
    identifier === undefined ? undefined : await needs.users.findByAttribute(tenant.id, authentication.userAttribute, identifier);
  trace.note('admission.match', {
    expected: `${authentication.userAttribute} = claim ${describeMapping(authentication.claim)}`,
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
  const { users, claims } = arriving.connection.policy;
  const isNews = email !== undefined && (!user.emailVerified || email.toLowerCase() !== user.email?.toLowerCase());
  return users.update && isNews ? isAddressTrusted(domains, arriving, { text: email, mapping: claims.email }) : false;
}

const circumstancesOf = ({ identity, work }: Arriving) => ({ overage: identity.overage, work });

function mapMatching(arriving: Arriving): Partial<Record<UserAttribute, string>> {
  const { connection, identity } = arriving;
  const entries = Object.entries(connection.policy.authentication.matchAttributes);
  return Object.fromEntries(
    entries.map(([attribute, mapping]) => [attribute, evaluateText(mapping, identity.claims, circumstancesOf(arriving))]),
  );
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
