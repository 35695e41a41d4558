import type { ConnectionId } from '#kernel/ids.ts';
import { domainOfEmail } from '#tenants/index.ts';
import type { Connection } from '#upstream/index.ts';

export interface ChoiceFacts {
  /** Enabled, and enabled for user authentication. */
  usable: readonly Connection[];
  /** `idp` parameter: slug or id. */
  idp?: string;
  /** `login_hint` or what was typed; a domain is read from it when it is an address. */
  loginHint?: string;
  domainHint?: string;
  /** The provider that was said to be this person's own, when the hint names somebody of whom that was said. */
  own?: ConnectionId;
  /** The tenant's proven or vouched-for domain that a name falls under: that name or, where so set, one above it. */
  findOwnedDomain(domain: string): string | undefined;
}

export type Choice =
  | { kind: 'connection'; connection: Connection; because: 'hint' | 'own' | 'default' | 'domain' | 'only' }
  | { kind: 'choose'; connections: readonly Connection[] }
  | { kind: 'ask'; connections: readonly Connection[]; wrong?: 'idp' | 'identifier' }
  | { kind: 'none' };

/**
 * Which provider a sign-in goes to: an explicit hint, else the one that was said to be this person's own (as long as it is switched
 * on), else the default provider (it turns domain routing off), else the person's domain, else the only provider there is, else the
 * person is asked. Of people without a provider of their own it says nothing, not even whether they exist.
 */
export function chooseConnection(facts: ChoiceFacts): Choice {
  const { usable, idp } = facts;
  if (usable.length === 0) return { kind: 'none' };
  if (idp !== undefined) {
    const hinted = usable.find(({ slug, id }) => slug === idp || id === idp);
    return hinted
      ? { kind: 'connection', connection: hinted, because: 'hint' }
      : { kind: 'ask', connections: usable, wrong: 'idp' };
  }
  const own = facts.own === undefined ? undefined : usable.find(({ id }) => id === facts.own);
  if (own) return { kind: 'connection', connection: own, because: 'own' };
  const preferred = usable.find(({ policy }) => policy.authentication.default);
  if (preferred) return { kind: 'connection', connection: preferred, because: 'default' };
  const routed = routeByDomain(facts);
  if (routed) return routed;
  const [only, ...others] = usable;
  if (only && others.length === 0 && only.policy.authentication.domains.length === 0) {
    return { kind: 'connection', connection: only, because: 'only' };
  }
  return { kind: 'ask', connections: usable };
}

function routeByDomain({ usable, loginHint, domainHint, findOwnedDomain }: ChoiceFacts): Choice | undefined {
  if (domainHint === undefined && loginHint === undefined) return undefined;
  const domain = domainHint?.toLowerCase() ?? domainOfEmail(loginHint?.trim() ?? '');
  const owned = domain === undefined ? undefined : findOwnedDomain(domain);
  const serving =
    domain === undefined || owned === undefined ? [] : usable.filter((connection) => serves(connection, [domain, owned]));
  const [first, ...others] = serving;
  if (first && others.length === 0) return { kind: 'connection', connection: first, because: 'domain' };
  if (first) return { kind: 'choose', connections: serving };
  return { kind: 'ask', connections: usable, wrong: 'identifier' };
}

/** Does this provider serve one of these domains? */
export function serves(connection: Connection, domains: readonly string[]): boolean {
  return connection.policy.authentication.domains.some((own) => domains.includes(own));
}
