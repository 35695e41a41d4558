import { createPublicKey } from 'node:crypto';
import { compactVerify, decodeJwt } from 'jose';
import type { Person } from '../../people.ts';
import { type Asked, type Fields, Refusal, type Routes, redirectTo, type Told, tellJson } from '../../web.ts';
import { type IdpWorld, isAtGateway, type OidcClient } from '../config.ts';
import type { IdpKeys, SigningKey } from '../keys.ts';
import { tellSignedOut } from '../pages.ts';
import { beginAuthorization, finishAuthorization } from './authorization.ts';
import { claimsOf } from './claims.ts';
import type { Grants } from './grants.ts';
import { tellToken } from './token.ts';

export interface OidcService {
  readonly issuer: string;
  readonly clients: readonly OidcClient[];
  /** See `IdpConfig.gateway`. */
  readonly gateway?: string | undefined;
  readonly people: readonly Person[];
  readonly keys: IdpKeys['oidc'];
  readonly grants: Grants;
  readonly world: IdpWorld;
}

export function oidcRoutes(service: OidcService): Routes {
  return {
    'GET /.well-known/openid-configuration': () => tellJson(discovery(service.issuer)),
    'GET /oidc/jwks': () => tellJson({ keys: Object.values(service.keys).map((key) => key.publicJwk) }),
    'GET /oidc/authorize': ({ query }) => beginAuthorization(service, query),
    'POST /oidc/authorize': ({ form }) => beginAuthorization(service, form),
    'POST /oidc/sign-in': ({ form }) => finishAuthorization(service, form),
    'POST /oidc/token': (asked) => tellToken(service, asked),
    'GET /oidc/userinfo': (asked) => tellUserinfo(service, asked),
    'POST /oidc/userinfo': (asked) => tellUserinfo(service, asked),
    'GET /oidc/end-session': ({ query }) => endSession(service, query),
    'POST /oidc/end-session': ({ form }) => endSession(service, form),
  };
}

/** @see OpenID Connect Discovery §3, RFC 8414 §2 */
function discovery(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oidc/authorize`,
    token_endpoint: `${issuer}/oidc/token`,
    userinfo_endpoint: `${issuer}/oidc/userinfo`,
    jwks_uri: `${issuer}/oidc/jwks`,
    end_session_endpoint: `${issuer}/oidc/end-session`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    claims_supported: [
      'sub',
      'name',
      'given_name',
      'family_name',
      'preferred_username',
      'email',
      'email_verified',
      'phone_number',
      'locale',
      'groups',
      'roles',
      'auth_time',
      'acr',
      'amr',
    ],
    authorization_response_iss_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  };
}

/** @see OpenID Connect Core §5.3, RFC 6750 §3 */
function tellUserinfo({ grants }: OidcService, { headers }: Asked): Told {
  const token = /^Bearer ([\w-]+)$/i.exec(headers.authorization ?? '')?.[1];
  const grant = token === undefined ? undefined : grants.find('access', token);
  if (grant) return tellJson(claimsOf(grant));
  return tellJson({ error: 'invalid_token' }, 401, { 'www-authenticate': 'Bearer error="invalid_token"' });
}

/**
 * RP-initiated logout. There is no session to end; what is left is the way back, for registered addresses only.
 *
 * @see OpenID Connect RP-Initiated Logout §2, §3
 */
async function endSession(service: OidcService, fields: Fields): Promise<Told> {
  const hint = fields.get('id_token_hint');
  const hinted = hint === undefined ? undefined : await clientOfHint(service, hint);
  const clientId = fields.get('client_id') ?? hinted;
  if (hinted !== undefined && clientId !== hinted) throw new Refusal(400, 'The ID token is another client’s.');
  const back = fields.get('post_logout_redirect_uri');
  if (back === undefined) return tellSignedOut();
  const client = service.clients.find((one) => one.clientId === clientId);
  if (!client || !(client.postLogoutRedirectUris.includes(back) || isAtGateway(back, service.gateway, 'signed-out')))
    throw new Refusal(400, `“${back}” is not registered for after signing out.`);
  const url = new URL(back);
  const state = fields.get('state');
  if (state !== undefined) url.searchParams.set('state', state);
  return redirectTo(url);
}

/** Whose ID token it is. An old one is good enough here; a forged one is not. */
async function clientOfHint(service: OidcService, hint: string): Promise<string> {
  const keyOf = (kid: string | undefined): SigningKey | undefined => Object.values(service.keys).find((key) => key.kid === kid);
  try {
    await compactVerify(hint, (header) => createPublicKey(keyOf(header.kid)!.privateKey), {
      algorithms: Object.keys(service.keys),
    });
    return String(decodeJwt(hint).aud);
  } catch {
    throw new Refusal(400, 'The ID token was not issued here.');
  }
}
