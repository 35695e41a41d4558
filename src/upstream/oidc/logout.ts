import type { Answer, LoggedOut, LogoutWish, Send, SignInWorld } from '../protocol.ts';
import type { OidcSettings } from './settings.ts';

/** So much of an ID token goes into an address; request lines of 8 kB are refused by many servers. A longer one is posted. */
const LONGEST_IN_ADDRESS = 4096;
/** `state` as this gateway makes it. */
const HANDLE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Asks the provider to end the session that this one came from. Our client id goes along, so that a provider which has forgotten the ID
 * token still knows whose address it is to return to.
 *
 * @see OpenID Connect RP-Initiated Logout 1.0 §2
 */
export function beginLogout(
  { endSessionEndpoint, postLogoutRedirectUri, clientId, issuer }: OidcSettings,
  { handle, session }: LogoutWish,
  { trace }: SignInWorld,
): { send: Send; remember: null } | undefined {
  if (!endSessionEndpoint) return undefined;
  // An ID token of the provider that was here before says who somebody is there: it goes to nobody else.
  const idToken = session.issuer === issuer ? session.idToken : undefined;
  const fields: Record<string, string> = {
    ...(idToken === undefined ? {} : { id_token_hint: idToken }),
    client_id: clientId,
    ...(postLogoutRedirectUri ? { post_logout_redirect_uri: postLogoutRedirectUri, state: handle } : {}),
  };
  trace.note('oidc.logout', { expected: endSessionEndpoint, received: { hint: idToken !== undefined, clientId } });
  const url = new URL(endSessionEndpoint);
  if ((idToken?.length ?? 0) > LONGEST_IN_ADDRESS) return { send: { kind: 'post', url, fields }, remember: null };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { send: { kind: 'redirect', url }, remember: null };
}

export const findLogoutHandle = ({ fields: { state } }: Answer): string | undefined =>
  state !== undefined && HANDLE.test(state) ? state : undefined;

/** The provider says nothing but that the browser is back: the state that was found is all there is to judge. @see §3 */
export const finishLogout = (): LoggedOut => ({ kind: 'unstated' });
