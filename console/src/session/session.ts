import { ApiProblem, readProblem } from '../../../src/client/index.ts';
import { consolePath, consoleUrl, tenantUrl } from '../place.ts';
import { challengeOf, randomText } from './pkce.ts';

const CLIENT_ID = 'sallyport-console';
const SCOPE = 'openid profile email offline_access sallyport_api';
const REDIRECT_URI = `${consoleUrl}/callback`;
/** What waits for the answer to come back, by state. Survives the round trip in this tab, holds no token. */
const WAITING = 'sallyport-console:waiting';

interface Tokens {
  access: string;
  refresh: string | undefined;
  /** Says at signing out whose session it is, so that nobody has to be asked. */
  id: string | undefined;
}

/** In memory alone: a reload signs in again by the session of the tenant, and nothing is left for other scripts to read. */
let tokens: Tokens | undefined;
let renewing: Promise<string | undefined> | undefined;

export const accessToken = (): string | undefined => tokens?.access;

/** Goes to the tenant's own authorization endpoint; whoever has signed in there comes back at once. */
export async function signIn(returnTo: string): Promise<never> {
  const [state, verifier] = [randomText(), randomText()];
  sessionStorage.setItem(WAITING, JSON.stringify({ state, verifier, returnTo }));
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    scope: SCOPE,
    redirect_uri: REDIRECT_URI,
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
  });
  location.assign(`${tenantUrl}/oauth/authorize?${query}`);
  return new Promise<never>(() => undefined);
}

/**
 * Takes the answer of the authorization endpoint out of the address.
 * @returns where the person wanted to be
 */
export async function takeAnswer(query: URLSearchParams): Promise<string> {
  const kept = JSON.parse(sessionStorage.getItem(WAITING) ?? '{}') as { state?: string; verifier?: string; returnTo?: string };
  sessionStorage.removeItem(WAITING);
  const error = query.get('error');
  if (error !== null) {
    throw new ApiProblem(403, {
      code: `console.${error}`,
      title: 'Signing in did not succeed.',
      detail: query.get('error_description'),
    });
  }
  // Login CSRF: an answer that this tab has not asked for.
  if (kept.state === undefined || kept.verifier === undefined || query.get('state') !== kept.state) return '/';
  await redeem({
    grant_type: 'authorization_code',
    code: query.get('code') ?? '',
    redirect_uri: REDIRECT_URI,
    code_verifier: kept.verifier,
  });
  return kept.returnTo ?? '/';
}

/** A new access token, once for all requests that wait for one; undefined when the session is over. */
export function renew(): Promise<string | undefined> {
  renewing ??= (async () => {
    const refresh = tokens?.refresh;
    if (refresh === undefined) return undefined;
    try {
      await redeem({ grant_type: 'refresh_token', refresh_token: refresh });
      return tokens?.access;
    } catch {
      tokens = undefined;
      return undefined;
    }
  })().finally(() => {
    renewing = undefined;
  });
  return renewing;
}

/** Ends the session of the tenant in this browser, and with it every application's. */
export async function signOut(): Promise<never> {
  const { refresh, id } = tokens ?? {};
  tokens = undefined;
  if (refresh !== undefined) {
    const body = new URLSearchParams({ client_id: CLIENT_ID, token: refresh, token_type_hint: 'refresh_token' });
    await fetch(`${tenantUrl}/oauth/revoke`, { method: 'POST', body }).catch(() => undefined);
  }
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    post_logout_redirect_uri: `${consoleUrl}/`,
    ...(id ? { id_token_hint: id } : {}),
  });
  location.assign(`${tenantUrl}/oauth/end-session?${query}`);
  return new Promise<never>(() => undefined);
}

/** Path and query inside the console of where the browser is now. */
export const whereNow = (): string => `${location.pathname.slice(consolePath.length) || '/'}${location.search}`;

async function redeem(grant: Record<string, string>): Promise<void> {
  const body = new URLSearchParams({ client_id: CLIENT_ID, ...grant });
  const answer = await fetch(`${tenantUrl}/oauth/token`, { method: 'POST', body });
  if (!answer.ok) throw await readProblem(answer);
  const { access_token: access, refresh_token: refresh, id_token: id } = (await answer.json()) as Record<string, string>;
  tokens = { access: access ?? '', refresh, id: id ?? tokens?.id };
}
