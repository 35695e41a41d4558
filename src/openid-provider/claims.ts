import type { Person } from '#directory/index.ts';

/** What is told beside the person. */
export interface Telling {
  /** Slug of the identity provider. */
  idp: string | null;
  /** Public handle of the session; ID tokens only. */
  sid?: string;
  /** First-party applications get groups and roles with `openid`, others with the scopes of those names. */
  firstParty: boolean;
  scopes: ReadonlySet<string>;
}

/**
 * What applications are told of a person, in the names of OpenID Connect Core 1.0 §5.1. A claim without a value is left out (§5.3.2);
 * groups and roles are always lists, so that "none" is said and not guessed.
 */
export function claimsOf(
  { user, groups, roles }: Person,
  { idp, sid, firstParty, scopes }: Telling,
): { sub: string } & Record<string, unknown> {
  const { firstName, lastName, locale, phone, mobile } = user.profile;
  const name = [firstName, lastName].filter(Boolean).join(' ');
  const phoneNumber = phone ?? mobile;
  return {
    sub: user.id,
    ...(sid ? { sid } : {}),
    ...(idp ? { idp } : {}),
    ...(name ? { name } : {}),
    ...(firstName ? { given_name: firstName } : {}),
    ...(lastName ? { family_name: lastName } : {}),
    ...(locale ? { locale } : {}),
    ...(phoneNumber ? { phone_number: phoneNumber } : {}),
    ...(user.email ? { email: user.email, email_verified: user.emailVerified } : {}),
    updated_at: Math.floor(user.updatedAt.getTime() / 1000),
    ...(firstParty || scopes.has('groups') ? { groups: [...groups] } : {}),
    ...(firstParty || scopes.has('roles') ? { roles: [...roles] } : {}),
  };
}
