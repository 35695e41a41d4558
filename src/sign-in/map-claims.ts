import {
  type Circumstances,
  type ClaimMapping,
  type ClaimMappings,
  evaluateMapping,
  evaluateText,
  findClaim,
  readClaim,
  readList,
  type UpstreamClaims,
} from '#upstream/index.ts';

/**
 * What came of a list: its values, or that it did not come, came without a value, or is known to be incomplete. These are different:
 * none of the last three may be read as another.
 */
export type ClaimList =
  | { kind: 'values'; values: readonly string[] }
  | { kind: 'missing' }
  | { kind: 'empty' }
  | { kind: 'overage' };

/** What a provider's claims say of a person. */
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
  groups: ClaimList;
  roles: ClaimList;
}

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

export function mapClaims(mappings: ClaimMappings, claims: UpstreamClaims, circumstances: Circumstances = {}): Attributes {
  const attributes: Attributes = {
    custom: mapCustom(mappings.custom, claims, circumstances),
    groups: mapList(mappings.groups, claims, circumstances),
    roles: mapList(mappings.roles, claims, circumstances),
  };
  for (const name of single) {
    const mapping = mappings[name];
    const value = mapping === undefined ? undefined : evaluateText(mapping, claims, circumstances);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

export { evaluateText, findClaim, readList, readText } from '#upstream/index.ts';

const MISSING: ClaimList = { kind: 'missing' };
const EMPTY: ClaimList = { kind: 'empty' };
const OVERAGE: ClaimList = { kind: 'overage' };

/** More values than are read is as good as an incomplete list. */
export function mapList(mapping: ClaimMapping | undefined, claims: UpstreamClaims, circumstances: Circumstances): ClaimList {
  if (mapping === undefined) return MISSING;
  const { kind, value } = read(mapping, claims, circumstances);
  if (kind === 'missing') return MISSING;
  if (kind === 'overage') return OVERAGE;
  const values = kind === 'empty' ? [] : readList(value);
  if (values === 'too-many') return OVERAGE;
  return values.length === 0 ? EMPTY : { kind: 'values', values };
}

type ReadValue = { kind: 'value' | 'default' | 'missing' | 'empty' | 'overage'; value?: unknown };

function read(mapping: ClaimMapping, claims: UpstreamClaims, circumstances: Circumstances): ReadValue {
  if (typeof mapping === 'string') return readClaim(claims, mapping, circumstances.overage ?? []);
  const { outcome, value } = evaluateMapping(mapping, claims, circumstances);
  return { kind: outcome, value };
}

function mapCustom(
  mappings: Record<string, ClaimMapping>,
  claims: UpstreamClaims,
  circumstances: Circumstances,
): Record<string, unknown> {
  const custom: Record<string, unknown> = {};
  for (const name in mappings) {
    const mapping = mappings[name] as ClaimMapping;
    const value =
      typeof mapping === 'string' ? findClaim(claims, mapping) : evaluateMapping(mapping, claims, circumstances).value;
    if (value !== undefined) custom[name] = value;
  }
  return custom;
}
