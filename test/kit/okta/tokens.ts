import type { SigningKey } from '../oidc/keys.ts';
import { signJws } from '../oidc/keys.ts';
import type { AuthorizationServer, GroupsFilter, OktaApp, OktaPerson } from './org.ts';
import { randomId } from './org.ts';

export interface OktaGrant {
  server: AuthorizationServer;
  app: OktaApp;
  person: OktaPerson;
  scope: string;
  nonce: string | null;
  authenticatedAt: number;
}

/**
 * Beside an access token the ID token is thin: of `profile` it has the name and the user name, the rest is asked for at userinfo.
 * @see Okta, "OpenID Connect & OAuth 2.0 API" (ID token claims, scope-dependent claims)
 */
export function makeIdToken(
  grant: OktaGrant,
  { issuer, now, key, change }: { issuer: string; now: Date; key: SigningKey; change?: Record<string, unknown> },
): string {
  const { app, person, server, scope, nonce } = grant;
  const has = (name: string): boolean => scope.split(' ').includes(name);
  const seconds = Math.floor(now.getTime() / 1000);
  const claims = {
    sub: person.id,
    ver: 1,
    iss: issuer,
    aud: app.clientId,
    iat: seconds,
    exp: seconds + 3600,
    jti: `ID.${randomId()}`,
    amr: ['pwd'],
    idp: `00o${randomId()}`,
    ...(nonce === null ? {} : { nonce }),
    auth_time: grant.authenticatedAt,
    ...(has('profile') ? { name: `${person.firstName} ${person.lastName}`, preferred_username: person.login } : {}),
    ...(has('email') ? { email: person.email } : {}),
    // The org server sends groups for the scope `groups`; a claim of a custom server may be set to come always.
    ...(server.id === '' && has('groups') && app.groupsIn === 'id_token' ? filtered(app.groupsFilter, person) : {}),
    ...(server.id === '' ? {} : filtered(server.groupsFilter, person)),
    ...change,
  };
  const header = JSON.stringify({ kid: key.kid, alg: 'RS256' });
  return signJws(header, JSON.stringify(claims), { alg: 'RS256', key: key.privateKey });
}

/** @see Okta, "OpenID Connect & OAuth 2.0 API" (userinfo) */
export function userinfoOf({ person, scope, app, server }: OktaGrant): Record<string, unknown> {
  const has = (name: string): boolean => scope.split(' ').includes(name);
  const profile = {
    name: `${person.firstName} ${person.lastName}`,
    preferred_username: person.login,
    given_name: person.firstName,
    family_name: person.lastName,
    locale: 'en_US',
    zoneinfo: 'America/Los_Angeles',
    updated_at: 1_700_000_000,
  };
  return {
    sub: person.id,
    ...(has('profile') ? profile : {}),
    ...(has('email') ? { email: person.email, email_verified: person.emailVerified } : {}),
    ...(server.id === '' && has('groups') && app.groupsIn === 'userinfo' ? filtered(app.groupsFilter, person) : {}),
  };
}

function filtered(filter: GroupsFilter | null, { groups }: OktaPerson): Record<string, unknown> {
  return filter === null ? {} : { [filter.claim]: groups.filter((group) => matches(filter, group)) };
}

/** A regular expression must match the whole name: `.*` is everything. */
function matches({ kind, value }: GroupsFilter, group: string): boolean {
  switch (kind) {
    case 'STARTS_WITH':
      return group.startsWith(value);
    case 'EQUALS':
      return group === value;
    case 'CONTAINS':
      return group.includes(value);
    case 'REGEX':
      return new RegExp(`^(?:${value})$`).test(group);
  }
}
