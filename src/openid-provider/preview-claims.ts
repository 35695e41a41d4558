import type { Person } from '#directory/index.ts';
import type { ApplicationId, TenantId } from '#kernel/ids.ts';
import type { ApplicationStore } from './application.ts';
import { claimsOf } from './claims.ts';
import { API_SCOPE, defaultScopes, OFFLINE_ACCESS, scopeClaims } from './scopes.ts';

/** How the person signed in, as tokens tell it. */
export interface PreviewedSignIn {
  person: Person;
  /** Slug of the identity provider. */
  idp: string;
  authenticatedAt: Date | null;
  amr: readonly string[];
  acr: string | null;
  /** Null: an application with every scope. */
  applicationId: ApplicationId | null;
}

export interface PreviewedTokens {
  application: { id: string | null; name: string | null; scopes: readonly string[] };
  idToken: Record<string, unknown>;
  userinfo: Record<string, unknown>;
}

const ANY = { id: null, name: null, firstParty: true, scopes: defaultScopes };

/**
 * The claims that an application would get of a person who signed in so; those of one sign-in alone (`iss`, `aud`, `exp`, `nonce`, `sid`)
 * are not among them. Null when there is no such application.
 */
export async function previewClaims(
  { applications }: { applications: Pick<ApplicationStore, 'find'> },
  tenant: TenantId,
  { person, idp, applicationId, ...signIn }: PreviewedSignIn,
): Promise<PreviewedTokens | null> {
  const found = applicationId === null ? ANY : (await applications.find(tenant, applicationId))?.application;
  if (!found) return null;
  const scopes = found.scopes.filter((scope) => scope !== OFFLINE_ACCESS && scope !== API_SCOPE);
  const allowed = new Set(scopes.flatMap((scope): readonly string[] => scopeClaims[scope as keyof typeof scopeClaims] ?? []));
  const all = claimsOf(person, { idp, firstParty: found.firstParty, scopes: new Set(scopes) });
  const userinfo = Object.fromEntries(Object.entries(all).filter(([name]) => allowed.has(name)));
  const { authenticatedAt, amr, acr } = signIn;
  const idToken = {
    ...userinfo,
    ...(authenticatedAt === null ? {} : { auth_time: Math.floor(authenticatedAt.getTime() / 1000) }),
    ...(amr.length === 0 ? {} : { amr: [...amr] }),
    ...(acr === null ? {} : { acr }),
  };
  return { application: { id: found.id, name: found.name, scopes }, idToken, userinfo };
}
