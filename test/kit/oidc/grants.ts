import { createHash, randomBytes } from 'node:crypto';
import type { IdpClient } from './client-checks.ts';
import type { Grant } from './contract.ts';

/** What is wrong with an authorization request; null when nothing is. @see OpenID Connect Core 1.0 §3.1.2.2, RFC 7636 §4.4.1 */
export function faultOfRequest(fields: URLSearchParams, clients: ReadonlyMap<string, IdpClient>): string | null {
  const client = clients.get(fields.get('client_id') ?? '');
  if (!client) return 'unknown client';
  if (!client.redirectUris.includes(fields.get('redirect_uri') ?? '')) return 'unknown redirect_uri';
  if (fields.get('response_type') !== 'code') return 'response_type';
  if (!(fields.get('scope') ?? '').split(' ').includes('openid')) return 'scope';
  const challenge = fields.get('code_challenge') ?? '';
  if (fields.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(challenge)) return 'PKCE S256 is required';
  return new Set(fields.keys()).size === [...fields.keys()].length ? null : 'repeated parameter';
}

/** Codes and refresh tokens, each good once. */
export interface Grants {
  issue(fields: URLSearchParams): string;
  refreshable(grant: Grant): string;
  /** A token of another client stays. */
  revoke(client: IdpClient, token: string): void;
  /** Finds what was granted to this client, once; nothing when client, redirect URI or verifier do not fit. @see RFC 7636 §4.6 */
  take(client: IdpClient, form: URLSearchParams): Grant | undefined;
}

export function createGrants(): Grants {
  const codes = new Map<string, Grant>();
  const refreshTokens = new Map<string, Grant>();
  const keep = (store: Map<string, Grant>, grant: Grant): string => {
    const handle = randomBytes(24).toString('base64url');
    store.set(handle, grant);
    return handle;
  };
  return {
    issue: (fields) =>
      keep(codes, {
        client: fields.get('client_id') ?? '',
        redirectUri: fields.get('redirect_uri') ?? '',
        challenge: fields.get('code_challenge') ?? '',
        nonce: fields.get('nonce'),
        scope: fields.get('scope') ?? '',
        maxAge: fields.get('max_age'),
      }),
    refreshable: (grant) => keep(refreshTokens, grant),
    revoke(client, token) {
      if (refreshTokens.get(token)?.client === client.clientId) refreshTokens.delete(token);
    },
    take(client, form) {
      const refreshing = form.get('grant_type') === 'refresh_token';
      const store = refreshing ? refreshTokens : codes;
      const handle = form.get(refreshing ? 'refresh_token' : 'code') ?? '';
      const grant = store.get(handle);
      store.delete(handle);
      if (!grant || grant.client !== client.clientId) return undefined;
      if (refreshing) return { ...grant, nonce: null };
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const fits = form.get('grant_type') === 'authorization_code' && form.get('redirect_uri') === grant.redirectUri;
      return fits && challenge === grant.challenge ? grant : undefined;
    },
  };
}
