import * as client from 'openid-client';
import { Refusal } from '../web.ts';
import { type AppConfig, CALLBACK_PATH } from './config.ts';
import { type Browser, remember, type SignedIn } from './sessions.ts';

/** What an application needs to do to use Sallyport; the whole of it is openid-client and these few calls. */
export interface RelyingParty {
  /** Address at the gateway that the browser is sent to. `idp` names an identity provider, or nobody: the gateway then asks. */
  begin(browser: Browser, idp: string | undefined): Promise<URL>;
  /** The tokens and the claims for the address that the browser came back to. */
  finish(browser: Browser, callback: URL): Promise<SignedIn>;
  refresh(known: SignedIn & { refreshToken: string }): Promise<SignedIn>;
  /** Address at the gateway that ends the session there and leads back. */
  signOut(idToken: string, backTo: string): Promise<URL>;
}

const SCOPE = 'openid profile email phone offline_access';

export function createRelyingParty(config: AppConfig & { url: string }): RelyingParty {
  const redirectUri = `${config.url}${CALLBACK_PATH}`;
  const gateway = discoverOnce(config);
  return {
    async begin(browser, idp) {
      const codeVerifier = client.randomPKCECodeVerifier();
      const nonce = client.randomNonce();
      const state = client.randomState();
      remember(browser, state, { codeVerifier, nonce });
      return client.buildAuthorizationUrl(await gateway(), {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        // A refresh token is given out for `offline_access` with consent (OpenID Connect Core §11).
        prompt: 'consent',
        ...(idp === undefined ? {} : { idp }),
      });
    },
    async finish(browser, callback) {
      const state = callback.searchParams.get('state') ?? '';
      const pending = browser.pending.get(state);
      browser.pending.delete(state);
      if (!pending) throw new Refusal(400, 'This sign-in was not begun in this browser, or it is over already.');
      const tokens = await client.authorizationCodeGrant(await gateway(), callback, {
        pkceCodeVerifier: pending.codeVerifier,
        expectedNonce: pending.nonce,
        expectedState: state,
        idTokenExpected: true,
      });
      return signedIn(await gateway(), tokens);
    },
    async refresh(known) {
      const tokens = await client.refreshTokenGrant(await gateway(), known.refreshToken);
      const fresh = await signedIn(await gateway(), tokens, known.claims);
      return {
        ...fresh,
        idToken: tokens.id_token ?? known.idToken,
        refreshToken: fresh.refreshToken ?? known.refreshToken,
        refreshes: known.refreshes + 1,
      };
    },
    async signOut(idToken, backTo) {
      return client.buildEndSessionUrl(await gateway(), { id_token_hint: idToken, post_logout_redirect_uri: backTo });
    },
  };
}

/** Reads the issuer's configuration at the first use; a gateway that is not up yet is asked again the next time. */
function discoverOnce(config: AppConfig): () => Promise<client.Configuration> {
  let found: Promise<client.Configuration> | undefined;
  const issuer = new URL(config.issuer);
  const execute = [client.enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [])];
  return () => {
    found ??= client
      .discovery(issuer, config.clientId, config.clientSecret, client.ClientSecretBasic(config.clientSecret), { execute })
      .catch((fault: unknown) => {
        found = undefined;
        throw fault;
      });
    return found;
  };
}

type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

async function signedIn(gateway: client.Configuration, tokens: Tokens, known?: client.IDToken): Promise<SignedIn> {
  const claims = tokens.claims() ?? known;
  if (!claims) throw new Error('There came no ID token.');
  const lifetimeSeconds = tokens.expiresIn();
  const receivedAt = new Date();
  return {
    claims,
    // Refuses another subject than the ID token's (OpenID Connect Core §5.3.2).
    userinfo: await client.fetchUserInfo(gateway, tokens.access_token, claims.sub),
    idToken: tokens.id_token ?? '',
    refreshToken: tokens.refresh_token,
    scope: tokens.scope,
    receivedAt,
    accessExpiresAt: lifetimeSeconds === undefined ? undefined : new Date(receivedAt.getTime() + lifetimeSeconds * 1000),
    refreshes: 0,
  };
}
