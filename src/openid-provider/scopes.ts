/**
 * Scopes that applications may be registered for, and what each lets them see. Groups and roles come to first-party applications with
 * every sign-in, see `claims.ts`.
 */
export const scopeClaims = {
  openid: ['sub', 'sid', 'idp', 'amr', 'acr', 'auth_time', 'groups', 'roles'],
  profile: ['name', 'given_name', 'family_name', 'locale', 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number'],
  groups: ['groups'],
  roles: ['roles'],
} as const;

/** Refresh tokens. @see OpenID Connect Core 1.0 §11 */
export const OFFLINE_ACCESS = 'offline_access';

/**
 * Lets an access token use this gateway's own API in the person's name. Never given by default: otherwise every application into which
 * an administrator signs in could administer the tenant.
 */
export const API_SCOPE = 'sallyport_api';

export const knownScopes: readonly string[] = [...Object.keys(scopeClaims), OFFLINE_ACCESS, API_SCOPE];

/** What an application is registered for unless it says otherwise. */
export const defaultScopes: readonly string[] = Object.keys(scopeClaims);
