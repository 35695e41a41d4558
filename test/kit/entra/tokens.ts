import { createHash, randomUUID } from 'node:crypto';
import type { SigningKey } from '../oidc/keys.ts';
import { signJws } from '../oidc/keys.ts';
import type { App, Directory, Person } from './directory.ts';

/** More groups than these do not fit. @see Learn, "Configure group claims for applications by using Microsoft Entra ID" */
export const MOST_GROUPS = { jwt: 200, saml: 150 } as const;
/** In an implicit answer there is room for five. @see Learn, "ID token claims reference" (hasgroups) */
const MOST_IMPLICIT = 5;

export interface Issuing {
  directory: Directory;
  app: App;
  person: Person;
  nonce: string | null;
  scope: string;
  /** The version follows the endpoint, not the manifest. @see Learn, "ID tokens in the Microsoft identity platform" */
  version: '1.0' | '2.0';
  signInHost: string;
  now: Date;
  key: SigningKey;
  /** Claims of this token that differ; `undefined` leaves one out. */
  change?: Record<string, unknown>;
}

/** Dated back by five minutes: published tokens have `exp - iat` = 3,900 seconds. @see Learn, "ID token claims reference" */
const BACKDATED_SECONDS = 300;
const LIFETIME_SECONDS = 3600;

export function issuerOf({ directory, version, signInHost }: Pick<Issuing, 'directory' | 'version' | 'signInHost'>): string {
  return version === '2.0' ? `https://${signInHost}/${directory.tid}/v2.0` : `https://sts.windows.net/${directory.tid}/`;
}

export function makeIdToken(issuing: Issuing): string {
  const { key, version, now, change } = issuing;
  const seconds = Math.floor(now.getTime() / 1000);
  const header = { typ: 'JWT', alg: 'RS256', ...(version === '1.0' ? { x5t: key.kid } : {}), kid: key.kid };
  const claims = {
    aud: issuing.app.clientId,
    iss: issuerOf(issuing),
    iat: seconds - BACKDATED_SECONDS,
    nbf: seconds - BACKDATED_SECONDS,
    exp: seconds + LIFETIME_SECONDS,
    ...(issuing.nonce === null ? {} : { nonce: issuing.nonce }),
    ...personClaims(issuing),
    ...groupClaims(issuing),
    ...change,
  };
  return signJws(JSON.stringify(header), JSON.stringify(claims), { alg: 'RS256', key: key.privateKey });
}

/** `oid` comes with scope `profile`, `sub` is pairwise, there is no `email_verified`. @see Learn, "ID token claims reference" */
function personClaims({ directory, app, person, version, scope }: Issuing): Record<string, unknown> {
  const scopes = scope.split(' ');
  const wants = (claim: App['optionalClaims'][number]): boolean => app.optionalClaims.includes(claim);
  const v2 = version === '2.0';
  const profile = v2
    ? { name: `${person.givenName} ${person.surname}`, preferred_username: person.upn }
    : { unique_name: person.upn };
  return {
    sub: pairwise(app.clientId, person.oid),
    tid: directory.tid,
    ver: version,
    uti: randomUUID(),
    rh: '0.AAAA',
    ...(scopes.includes('profile') || !v2 ? { oid: person.oid, ...profile } : {}),
    ...((scopes.includes('email') || wants('email')) && person.mail ? { email: person.mail } : {}),
    ...(wants('xms_edov') && person.mail ? { xms_edov: person.domainOwnerVerified } : {}),
    ...(wants('upn') || !v2 ? { upn: person.upn } : {}),
    ...(wants('given_name') || !v2 ? { given_name: person.givenName } : {}),
    ...(wants('family_name') || !v2 ? { family_name: person.surname } : {}),
    ...(person.roles.length > 0 ? { roles: person.roles } : {}),
  };
}

/** The link still names the retired Azure AD Graph. @see Learn, "ID token claims reference" (groups overage claim) */
export const groupsLink = (tid: string, oid: string): string => `https://graph.windows.net/${tid}/users/${oid}/getMemberObjects`;

function groupClaims({ app, directory, person }: Issuing): Record<string, unknown> {
  if (app.groupMembershipClaims === null || person.groups.length === 0) return {};
  if (person.groups.length <= MOST_GROUPS.jwt) return { groups: person.groups };
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: groupsLink(directory.tid, person.oid) } } };
}

/** What an ID token from the authorization endpoint has instead. */
export function implicitGroupClaims({ groups }: Person): Record<string, unknown> {
  return groups.length > MOST_IMPLICIT ? { hasgroups: true } : { groups };
}

export function pairwise(clientId: string, oid: string): string {
  return createHash('sha256').update(`${clientId} ${oid}`).digest('base64url');
}
