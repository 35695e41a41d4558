import type { ClaimMappings, UpstreamClaims } from '#upstream/index.ts';

/** What a provider's claims say of a person. A list that did not come at all is `missing`: it is not an empty list. */
export interface Attributes {
  email?: string;
  userId?: string;
  userPrincipalName?: string;
  phone?: string;
  mobile?: string;
  firstName?: string;
  lastName?: string;
  locale?: string;
  securityId?: string;
  custom: Record<string, unknown>;
  groups: readonly string[] | 'missing';
  roles: readonly string[] | 'missing';
}

/** The longest single value that is kept, in characters; and the most values of a list. */
const LONGEST_VALUE = 1024;
const MOST_VALUES = 5000;

const single = [
  'email',
  'userId',
  'userPrincipalName',
  'phone',
  'mobile',
  'firstName',
  'lastName',
  'locale',
  'securityId',
] as const;

export function mapClaims(mappings: ClaimMappings, claims: UpstreamClaims): Attributes {
  const attributes: Attributes = {
    custom: mapCustom(mappings.custom, claims),
    groups: mapList(mappings.groups, claims),
    roles: mapList(mappings.roles, claims),
  };
  for (const name of single) {
    const claim = mappings[name];
    const value = claim === undefined ? undefined : readText(findClaim(claims, claim));
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

/**
 * A claim by its exact name; else, when the name has dots, by that path (Keycloak's `realm_access.roles`). Only own members count:
 * `__proto__` and `constructor` name nothing.
 */
export function findClaim(claims: UpstreamClaims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  if (!name.includes('.')) return undefined;
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The first value as text; empty text is no value. */
export function readText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'number' || typeof first === 'boolean') return String(first);
  if (typeof first !== 'string') return undefined;
  const text = first.trim();
  return text === '' || text.length > LONGEST_VALUE ? undefined : text;
}

function mapList(claim: string | undefined, claims: UpstreamClaims): readonly string[] | 'missing' {
  if (claim === undefined) return 'missing';
  const value = findClaim(claims, claim);
  if (value === undefined || value === null) return 'missing';
  const values = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
  const cleaned = values.map((one) => one.trim()).filter((one) => one !== '' && one.length <= LONGEST_VALUE);
  return [...new Set(cleaned)].slice(0, MOST_VALUES);
}

function mapCustom(mappings: Record<string, string>, claims: UpstreamClaims): Record<string, unknown> {
  const found = Object.entries(mappings).map(([name, claim]) => [name, findClaim(claims, claim)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}
