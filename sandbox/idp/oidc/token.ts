import { createHash, timingSafeEqual } from 'node:crypto';
import { type Asked, type Fields, type Told, tellJson } from '../../web.ts';
import type { OidcClient } from '../config.ts';
import { signIdToken } from './claims.ts';
import { type Grant, LIFETIME_SECONDS } from './grants.ts';
import type { OidcService } from './service.ts';

/** @see RFC 6749 §3.2, §4.1.3, §6; OpenID Connect Core §3.1.3 */
export async function tellToken(service: OidcService, asked: Asked): Promise<Told> {
  const client = authenticate(service.clients, asked);
  if (!client) {
    // A challenge only to those who used the header (RFC 6749 §5.2).
    const told = { error: 'invalid_client' };
    if (asked.headers.authorization === undefined) return tellJson(told, 401);
    return tellJson(told, 401, { 'www-authenticate': 'Basic realm="sandbox"' });
  }
  switch (asked.form.get('grant_type') ?? '') {
    case 'authorization_code': {
      const grant = service.grants.spend('code', asked.form.get('code') ?? '', client.clientId);
      if (!grant || grant.redirectUri !== asked.form.get('redirect_uri') || !isProven(grant, asked.form.get('code_verifier'))) {
        return tellJson({ error: 'invalid_grant' }, 400);
      }
      return tellTokens(service, grant, { client, nonce: grant.nonce });
    }
    case 'refresh_token': {
      const grant = service.grants.spend('refresh', asked.form.get('refresh_token') ?? '', client.clientId);
      return grant ? tellTokens(service, grant, { client, nonce: undefined }) : tellJson({ error: 'invalid_grant' }, 400);
    }
    default:
      return tellJson({ error: 'unsupported_grant_type' }, 400);
  }
}

async function tellTokens(
  service: OidcService,
  grant: Grant,
  options: { client: OidcClient; nonce: string | undefined },
): Promise<Told> {
  const mayRefresh = grant.scopes.includes('offline_access');
  return tellJson({
    token_type: 'Bearer',
    access_token: service.grants.issue('access', grant),
    expires_in: LIFETIME_SECONDS.access,
    id_token: await signIdToken(service, grant, options),
    scope: grant.scopes.join(' '),
    ...(mayRefresh ? { refresh_token: service.grants.issue('refresh', grant) } : {}),
  });
}

/** PKCE, S256 only. @see RFC 7636 §4.6 */
function isProven(grant: Grant, verifier: string | undefined): boolean {
  if (grant.codeChallenge === undefined) return false;
  return (
    /^[\w.~-]{43,128}$/.test(verifier ?? '') && createHash('sha256').update(verifier!).digest('base64url') === grant.codeChallenge
  );
}

/** `client_secret_basic`, `client_secret_post` or `none`; never two at once (RFC 6749 §2.3). */
function authenticate(clients: readonly OidcClient[], { headers, form }: Asked): OidcClient | undefined {
  const basic = readBasic(headers.authorization);
  if (basic && (form.has('client_secret') || (form.has('client_id') && form.get('client_id') !== basic.clientId)))
    return undefined;
  const given = basic ?? readPosted(form);
  const client = clients.find((one) => one.clientId === given.clientId);
  if (!client) return undefined;
  if (client.clientSecret === undefined) return given.secret === undefined ? client : undefined;
  return isSame(given.secret ?? '', client.clientSecret) ? client : undefined;
}

interface Credentials {
  clientId: string | undefined;
  secret: string | undefined;
}

function readPosted(form: Fields): Credentials {
  return { clientId: form.get('client_id'), secret: form.get('client_secret') };
}

function readBasic(header: string | undefined): Credentials | undefined {
  const encoded = /^Basic ([\w+/]+=*)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [clientId, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':').map(decodeForm);
  return { clientId, secret: secret.join(':') };
}

/** Both halves are form-encoded before they are joined (RFC 6749 §2.3.1). */
function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function isSame(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
