import { type JWTPayload, SignJWT } from 'jose';
import type { OidcClient } from '../config.ts';
import { type Grant, LIFETIME_SECONDS } from './grants.ts';
import type { OidcService } from './service.ts';

/**
 * What the scopes of a grant let out. Groups, roles and the phone number come with `profile`: providers of companies send them
 * without a scope of their own.
 *
 * @see OpenID Connect Core §5.1, §5.4
 */
export function claimsOf({ person, scopes }: Grant): JWTPayload {
  const profile = {
    name: `${person.givenName} ${person.familyName}`,
    given_name: person.givenName,
    family_name: person.familyName,
    preferred_username: person.email,
    locale: person.locale,
    phone_number: person.phone,
    groups: person.groups,
    roles: person.roles,
  };
  return {
    sub: person.id,
    ...(scopes.includes('profile') ? profile : {}),
    ...(scopes.includes('email') ? { email: person.email, email_verified: true } : {}),
  };
}

/** @see OpenID Connect Core §2; `nonce` only in answer to a code, not to a refresh (§12.2) */
export function signIdToken(
  service: OidcService,
  grant: Grant,
  options: { client: OidcClient; nonce: string | undefined },
): Promise<string> {
  const alg = options.client.idTokenAlgorithm ?? 'RS256';
  const key = service.keys[alg];
  const issuedAt = Math.floor(service.world.now().getTime() / 1000);
  const claims = {
    ...claimsOf(grant),
    auth_time: Math.floor(grant.authenticatedAt.getTime() / 1000),
    amr: ['user'],
    ...(grant.acr === undefined ? {} : { acr: grant.acr }),
    ...(options.nonce === undefined ? {} : { nonce: options.nonce }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' })
    .setIssuer(service.issuer)
    .setAudience(grant.clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS.access)
    .sign(key.privateKey);
}
