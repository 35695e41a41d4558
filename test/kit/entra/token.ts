import { createHash, randomBytes } from 'node:crypto';
import type { SigningKey } from '../oidc/keys.ts';
import { type Aadsts, errorBody, statusOf } from './aadsts.ts';
import type { Grant } from './authorize.ts';
import { findClient, type TokenRequest } from './client.ts';
import type { App } from './directory.ts';
import type { GraphToken } from './graph.ts';
import { makeIdToken, pairwise } from './tokens.ts';

/** What the endpoint keeps between requests. */
export interface TokenState {
  codes: Map<string, Grant>;
  redeemed: Set<string>;
  refreshTokens: Map<string, Grant>;
  graphTokens: Map<string, GraphToken>;
  /** Tokens of people, good for userinfo. */
  accessTokens: Map<string, Grant>;
  key(): SigningKey;
  signInHost: string;
  graphHost: string;
  /** Claims of the next ID token that differ. */
  takeChange(): Record<string, unknown> | undefined;
}

export interface TokenResponse {
  status: number;
  json: Record<string, unknown>;
}

/** @see Learn, "OAuth 2.0 authorization code flow", "OAuth 2.0 client credentials flow" */
export async function answerToken(request: TokenRequest, state: TokenState): Promise<TokenResponse> {
  const app = await findClient(request);
  if (typeof app === 'number') return refuse(app, request.now);
  switch (request.form.get('grant_type') ?? '') {
    case 'authorization_code':
      return redeem(app, request, state);
    case 'refresh_token':
      return refresh(app, request, state);
    case 'client_credentials':
      return forGraph(app, request, state);
    default:
      return refuse(70000, request.now);
  }
}

const refuse = (code: Aadsts, now: Date): TokenResponse => ({ status: statusOf(code), json: { ...errorBody(code, now) } });

function redeem(app: App, { form, now }: TokenRequest, state: TokenState): TokenResponse {
  const code = form.get('code') ?? '';
  if (state.redeemed.has(code)) return refuse(54005, now);
  const grant = state.codes.get(code);
  if (!grant || grant.app !== app) return refuse(70000, now);
  if (grant.redirectUri !== form.get('redirect_uri')) return refuse(50011, now);
  if (grant.challenge !== null && grant.challenge !== s256(form.get('code_verifier') ?? '')) return refuse(501481, now);
  state.redeemed.add(code);
  return tokensFor(grant, now, state);
}

/**
 * A new refresh token each time; the old one is not revoked by that. What ends them is the account.
 * @see Learn, "Refresh tokens in the Microsoft identity platform" (token revocation)
 */
function refresh(app: App, { form, now }: TokenRequest, state: TokenState): TokenResponse {
  const grant = state.refreshTokens.get(form.get('refresh_token') ?? '');
  if (!grant || grant.app !== app) return refuse(70000, now);
  if (grant.person.state === 'deleted') return refuse(50034, now);
  if (grant.person.state === 'disabled') return refuse(50057, now);
  if (app.assignedTo && !app.assignedTo.includes(grant.person.oid)) return { ...refuse(50105, now), status: 400 };
  return tokensFor({ ...grant, nonce: null }, now, state);
}

function tokensFor(grant: Grant, now: Date, state: TokenState): TokenResponse {
  const scopes = grant.scope.split(' ');
  const refreshToken = `1.${randomBytes(300).toString('base64url')}`;
  if (scopes.includes('offline_access')) state.refreshTokens.set(refreshToken, grant);
  const accessToken = randomBytes(600).toString('base64url');
  state.accessTokens.set(accessToken, grant);
  const issuing = { ...grant, now, key: state.key(), signInHost: state.signInHost, change: state.takeChange() };
  return {
    status: 200,
    json: {
      token_type: 'Bearer',
      scope: grant.scope,
      // Version 1.0 writes numbers as texts.
      expires_in: grant.version === '2.0' ? 3599 : '3599',
      ext_expires_in: grant.version === '2.0' ? 3599 : '3599',
      access_token: accessToken,
      ...(scopes.includes('offline_access') ? { refresh_token: refreshToken } : {}),
      ...(scopes.includes('openid') ? { id_token: makeIdToken(issuing) } : {}),
    },
  };
}

/** A token is given even where nothing was granted: it is Graph that refuses then. */
function forGraph(app: App, { directory, form, now }: TokenRequest, state: TokenState): TokenResponse {
  if (!app.known) return refuse(7000229, now);
  if (form.get('scope') !== `https://${state.graphHost}/.default`) return refuse(70011, now);
  const token = randomBytes(900).toString('base64url');
  const expiresAt = new Date(now.getTime() + 3_599_000);
  state.graphTokens.set(token, { directory, roles: [...app.granted], expiresAt });
  return { status: 200, json: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token } };
}

/** @see Learn, "Microsoft identity platform UserInfo endpoint": nothing that the ID token does not have, and no groups */
export function answerUserinfo(authorization: string | undefined, state: TokenState): TokenResponse {
  const grant = state.accessTokens.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
  if (!grant) return { status: 401, json: { error: { code: 'InvalidAuthenticationToken' } } };
  const { givenName, surname, mail, oid } = grant.person;
  const name = { name: `${givenName} ${surname}`, given_name: givenName, family_name: surname };
  return { status: 200, json: { sub: pairwise(grant.app.clientId, oid), ...name, ...(mail ? { email: mail } : {}) } };
}

const s256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
