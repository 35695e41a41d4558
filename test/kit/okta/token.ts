import { createHash, randomBytes } from 'node:crypto';
import type { SigningKey } from '../oidc/keys.ts';
import type { CodeGrant } from './authorize.ts';
import { findClient, type TokenRequest } from './client.ts';
import type { OktaApp } from './org.ts';
import { makeIdToken, type OktaGrant } from './tokens.ts';

/** One refresh token and those that came of the same sign-in. */
export interface RefreshToken {
  grant: OktaGrant;
  family: { alive: boolean };
  /** When it was exchanged for the next one; null: it is the current one. */
  rotatedAt: number | null;
}

export interface TokenState {
  codes: Map<string, CodeGrant>;
  refreshTokens: Map<string, RefreshToken>;
  accessTokens: Map<string, OktaGrant>;
  key(): SigningKey;
  issuer: string;
  takeChange(): Record<string, unknown> | undefined;
}

export interface Answer {
  status: number;
  json: Record<string, unknown>;
}

const refuse = (status: number, error: string, error_description: string): Answer => ({
  status,
  json: { error, error_description },
});
const REFRESH_REFUSED = 'The refresh token is invalid or expired.';

/** `/v1/token`. @see Okta, "OpenID Connect & OAuth 2.0 API" (token, possible errors) */
export async function answerToken(request: TokenRequest, state: TokenState): Promise<Answer> {
  const app = await findClient(request);
  if (Array.isArray(app)) return refuse(401, String(app[0]), String(app[1]));
  const client = app as OktaApp;
  switch (request.form.get('grant_type') ?? '') {
    case 'authorization_code':
      return redeem(client, request, state);
    case 'refresh_token':
      return refresh(client, request, state);
    default:
      return refuse(400, 'unsupported_grant_type', 'The grant type is not supported by the authorization server.');
  }
}

function redeem(app: OktaApp, { form, now }: TokenRequest, state: TokenState): Answer {
  const code = form.get('code') ?? '';
  const grant = state.codes.get(code);
  state.codes.delete(code);
  if (!grant || grant.app !== app || grant.redirectUri !== form.get('redirect_uri'))
    return refuse(400, 'invalid_grant', 'The authorization code is invalid or has expired.');
  if (grant.challenge !== null && grant.challenge !== s256(form.get('code_verifier') ?? ''))
    return refuse(400, 'invalid_grant', 'PKCE verification failed.');
  return tokensFor(grant, { now, family: { alive: true }, kept: undefined }, state);
}

/**
 * With rotation each use gives a new token; the one before stays good for the leeway, so that an answer that was lost locks nobody out.
 * Used later, it ends the whole family. Without rotation the same token comes back.
 * @see Okta, "Refresh access tokens and rotate refresh tokens" (refresh token reuse detection, grace period for token rotation)
 */
function refresh(app: OktaApp, { form, now }: TokenRequest, state: TokenState): Answer {
  const given = form.get('refresh_token') ?? '';
  const token = state.refreshTokens.get(given);
  if (!token?.family.alive || token.grant.app !== app) return refuse(400, 'invalid_grant', REFRESH_REFUSED);
  const { person } = token.grant;
  const assigned = app.assignedTo === null || app.assignedTo.includes(person.id);
  // Deactivating somebody, or taking the application away, revokes what they were given.
  if (person.state !== 'ACTIVE' || !assigned) return refuse(400, 'invalid_grant', REFRESH_REFUSED);
  if (app.refresh.rotation === 'STATIC') return tokensFor(token.grant, { now, family: token.family, kept: given }, state);
  if (token.rotatedAt !== null && now.getTime() - token.rotatedAt > app.refresh.leewaySeconds * 1000) {
    token.family.alive = false;
    return refuse(400, 'invalid_grant', REFRESH_REFUSED);
  }
  token.rotatedAt ??= now.getTime();
  return tokensFor(token.grant, { now, family: token.family, kept: undefined }, state);
}

function tokensFor(
  grant: OktaGrant,
  { now, family, kept }: { now: Date; family: RefreshToken['family']; kept: string | undefined },
  state: TokenState,
): Answer {
  const scopes = grant.scope.split(' ');
  const accessToken = randomBytes(48).toString('base64url');
  state.accessTokens.set(accessToken, grant);
  const refreshToken = kept ?? randomBytes(32).toString('base64url');
  if (scopes.includes('offline_access') && kept === undefined)
    state.refreshTokens.set(refreshToken, { grant: { ...grant, nonce: null }, family, rotatedAt: null });
  const idToken = makeIdToken(grant, { issuer: state.issuer, now, key: state.key(), change: state.takeChange() });
  return {
    status: 200,
    json: {
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: accessToken,
      scope: grant.scope,
      ...(scopes.includes('offline_access') ? { refresh_token: refreshToken } : {}),
      ...(scopes.includes('openid') ? { id_token: idToken } : {}),
    },
  };
}

const s256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
