import type { Client, KoaContextWithOIDC } from 'oidc-provider';

/**
 * Whether a page of that origin may read our answer: pages of the application itself, at its redirect URIs, and of public clients or
 * with an access token only. A confidential client has no business in a browser.
 */
export function isAllowedOrigin({ oidc }: KoaContextWithOIDC, origin: string, client: Client): boolean {
  if (origin === 'null') return false;
  if (oidc.route !== 'userinfo' && client.clientAuthMethod !== 'none') return false;
  return (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin);
}
