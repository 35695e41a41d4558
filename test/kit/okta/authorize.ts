import { randomBytes } from 'node:crypto';
import type { AuthorizationServer, OktaOrg, OktaPerson } from './org.ts';
import type { OktaGrant } from './tokens.ts';

/** What the browser gets: sent back to the application, or a page of Okta's own. */
export type Shown = { kind: 'redirect'; url: URL } | { kind: 'page'; error: string };

export interface CodeGrant extends OktaGrant {
  redirectUri: string;
  challenge: string | null;
}

export interface Asked {
  org: OktaOrg;
  server: AuthorizationServer;
  query: URLSearchParams;
  who: OktaPerson;
  now: Date;
}

const SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'device_sso'];
const NOT_ASSIGNED = 'User is not assigned to the client application.';
const POLICY = 'Policy evaluation failed for this request, please check the policy configurations.';
/** Published for public clients; that of "Require PKCE as additional verification" is not, and stands here for it. */
const PKCE_NEEDED = "PKCE code challenge is required when the token endpoint authentication method is 'NONE'.";

/** `/v1/authorize`. @see Okta, "OpenID Connect & OAuth 2.0 API" (authorize, possible errors) */
export function authorize({ org, server, query, who, now }: Asked, codes: Map<string, CodeGrant>): Shown {
  const app = org.apps.get(query.get('client_id') ?? '');
  if (!app) return { kind: 'page', error: 'Invalid value for client_id parameter.' };
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!app.redirectUris.includes(redirectUri))
    return { kind: 'page', error: "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings." };
  const state = query.get('state') ?? '';
  const refuse = (error: string, error_description: string): Shown => back(redirectUri, { state, error, error_description });
  const scope = query.get('scope') ?? '';
  // The org server knows `groups`; at a custom one it is a scope that somebody has to make.
  const known = server.id === '' ? [...SCOPES, 'groups'] : SCOPES;
  if (!scope.split(' ').every((one) => known.includes(one)))
    return refuse('invalid_scope', 'One or more scopes are not configured for the authorization server resource.');
  const challenge = query.get('code_challenge');
  if ((app.pkceRequired || app.authentication === 'none') && (!challenge || query.get('code_challenge_method') !== 'S256'))
    return refuse('invalid_request', PKCE_NEEDED);
  if (server.id !== '' && !server.policyAllows) return refuse('access_denied', POLICY);
  if (app.assignedTo && !app.assignedTo.includes(who.id)) return refuse('access_denied', NOT_ASSIGNED);
  if (who.state !== 'ACTIVE') return { kind: 'page', error: 'Unable to sign in' };
  const code = randomBytes(32).toString('base64url');
  const authenticatedAt = Math.floor(now.getTime() / 1000);
  codes.set(code, { server, app, person: who, scope, nonce: query.get('nonce'), authenticatedAt, redirectUri, challenge });
  return back(redirectUri, { code, state });
}

function back(redirectUri: string, fields: Record<string, string>): Shown {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { kind: 'redirect', url };
}
