import type { ServerResponse } from 'node:http';
import { type AnswerChange, sendJson } from './changes.ts';
import type { IdpClient } from './client-checks.ts';
import type { Grants } from './grants.ts';

interface Revoking {
  grants: Grants;
  /** Undefined where it has not proven itself. */
  client: IdpClient | undefined;
  token: string;
  change: AnswerChange | undefined;
}

/** @see RFC 7009 §2.1, §2.2 */
export function answerRevocation({ grants, client, token, change }: Revoking, response: ServerResponse): void {
  if (!client) return sendJson(response, { error: 'invalid_client' }, { status: 401, ...change });
  if (change) return sendJson(response, {}, change);
  grants.revoke(client, token);
  response.writeHead(200).end();
}

/** Goes back only to addresses that the client has registered. @see OpenID Connect RP-Initiated Logout 1.0 §3 */
export function endSession(clients: ReadonlyMap<string, IdpClient>, fields: URLSearchParams, response: ServerResponse): void {
  const hint = fields.get('id_token_hint')?.split('.')[1];
  const aud = hint === undefined ? null : (JSON.parse(Buffer.from(hint, 'base64url').toString()) as { aud: string }).aud;
  const client = clients.get(aud ?? fields.get('client_id') ?? '');
  const target = fields.get('post_logout_redirect_uri') ?? '';
  if (!client?.postLogoutRedirectUris?.includes(target)) {
    response.writeHead(200).end('signed out at the provider');
    return;
  }
  const location = new URL(target);
  const state = fields.get('state');
  if (state !== null) location.searchParams.set('state', state);
  response.writeHead(303, { location: location.href }).end();
}
