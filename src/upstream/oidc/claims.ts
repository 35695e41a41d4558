import type { UpstreamClaims } from '../protocol.ts';
import type { OidcSettings } from './settings.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Claims that the ID token was judged by; userinfo has no say in them. */
const OF_THE_TOKEN = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'nonce',
  'azp',
  'acr',
  'amr',
  'auth_time',
  'sid',
  'at_hash',
  'c_hash',
  'tid',
  'oid',
  'ver',
]);

/** What vouches for a value, and for which: it counts only beside the very value that it was sent with. */
const VOUCHERS: Readonly<Record<string, string>> = {
  email_verified: 'email',
  xms_edov: 'email',
  phone_number_verified: 'phone_number',
};

/**
 * The claims of one person from both sources: the named ones of each, all where none is named; the signed ID token goes first.
 * `email_verified` of one source is never joined with the `email` of the other unless both sent the same address.
 */
export function mergeClaims(idToken: Claims, userinfo: Claims, settings: OidcSettings): UpstreamClaims {
  const merged: Record<string, unknown> = {};
  const named = settings.idTokenClaims;
  const identity = settings.kind === 'microsoft-oidc' ? ['sub', 'tid', 'oid'] : ['sub'];
  const isWanted = (name: string): boolean => named.length === 0 || named.includes(name) || identity.includes(name);
  for (const [name, value] of Object.entries(idToken)) {
    const vouchedFor = VOUCHERS[name];
    // A word about an address that is not taken from here would vouch for whatever userinfo says.
    const vouches =
      vouchedFor === undefined ||
      (Object.hasOwn(idToken, vouchedFor) && (isWanted(vouchedFor) || idToken[vouchedFor] === userinfo[vouchedFor]));
    if (isWanted(name) && vouches) merged[name] = value;
  }
  for (const [name, value] of Object.entries(userinfo)) {
    if (OF_THE_TOKEN.has(name) || Object.hasOwn(merged, name)) continue;
    if (settings.userinfoClaims.length > 0 && !settings.userinfoClaims.includes(name)) continue;
    const vouchedFor = VOUCHERS[name];
    if (vouchedFor !== undefined && Object.hasOwn(merged, vouchedFor) && merged[vouchedFor] !== userinfo[vouchedFor]) continue;
    merged[name] = value;
  }
  return merged;
}

/**
 * What the provider says about the claim `email`. Only a literal `true` proves anything: `"true"`, 1 and the mere presence of an
 * address do not (nOAuth). Microsoft sends no `email_verified`; there the owner of the address's domain vouches by `xms_edov`,
 * which Microsoft documents as a boolean and sends, depending on the flow, as `true`, 1, "1" or "true". Nothing else counts.
 *
 * @see OpenID Connect Core 1.0 §5.1, Microsoft Entra optional claims reference (xms_edov)
 */
export function verificationOf(claims: UpstreamClaims, kind: OidcSettings['kind']): 'verified' | 'unverified' | 'unstated' {
  if (typeof claims.email !== 'string' || claims.email === '') return 'unstated';
  if (kind === 'microsoft-oidc') {
    const { xms_edov: vouched } = claims;
    if (vouched === undefined || vouched === null) return 'unstated';
    return vouched === true || vouched === 1 || vouched === '1' || vouched === 'true' ? 'verified' : 'unverified';
  }
  if (claims.email_verified === true) return 'verified';
  return claims.email_verified === false ? 'unverified' : 'unstated';
}
