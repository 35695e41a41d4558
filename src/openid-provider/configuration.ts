import type { AccessToken, Client, Configuration, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { TenantSettings } from '#tenants/index.ts';
import { type AccountNeeds, findAccount, isWelcome, rememberAuthentication } from './accounts.ts';
import { type AdapterNeeds, createAdapterFactory } from './adapter.ts';
import { newGrantId } from './grants.ts';
import { createInteractionPolicy, isFirstParty } from './interaction-policy.ts';
import { CODE_SECONDS, ID_TOKEN_SECONDS } from './lifetimes.ts';
import { isAllowedOrigin } from './origin.ts';
import { refuse } from './refuse.ts';
import { currentScope } from './request-scope.ts';
import { INTERACTION, RETRIED, routes } from './routes.ts';
import { knownScopes, OFFLINE_ACCESS, scopeClaims } from './scopes.ts';
import { createKeyPlaces } from './signer.ts';

export type ProviderNeeds = AdapterNeeds & AccountNeeds;

/** A consent page waits this long for its answer. */
const INTERACTION_SECONDS = 15 * 60;
/** Clocks of applications, for their signed requests and assertions. */
const SKEW_SECONDS = 15;
/** Client assertions are made for one request. @see RFC 7523 §3, OpenID Connect Core 1.0 §9 */
const LONGEST_ASSERTION_SECONDS = 60 * 60;

const signedRequestAlgorithms = ['RS256', 'PS256', 'ES256'] as const;
const off = { enabled: false } as const;

/** What the Provider speaks, how long things live, where it asks us. All that differs between tenants is asked for with each request. */
export function configurationOf(needs: ProviderNeeds): Configuration {
  return {
    adapter: createAdapterFactory(needs),
    jwks: { keys: createKeyPlaces() },
    routes: { ...routes },
    scopes: [...knownScopes],
    claims: { ...scopeClaims },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: {
      clientAuthSigningAlgValues: [...signedRequestAlgorithms],
      requestObjectSigningAlgValues: [...signedRequestAlgorithms],
      idTokenSigningAlgValues: ['ES256', 'RS256'],
    },
    conformIdTokenClaims: false,
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: SKEW_SECONDS,
    extraParams: ['idp', 'domain_hint', RETRIED],
    pkce: { required: () => true },
    // Names are the tenant's, see `provider.ts`; Secure goes with the protocol of the issuer.
    cookies: { keys: [], long: { httpOnly: true, sameSite: 'lax', path: '/' }, short: { httpOnly: true, sameSite: 'lax' } },
    ttl: lifetimes,
    features: featuresOf(needs),
    interactions: { policy: createInteractionPolicy(), url: (_ctx, { uid }) => `${currentScope().issuer}${INTERACTION}/${uid}` },
    findAccount: (ctx, sub, source) => findAccount(needs, currentScope().tenant.id, { ctx, sub, source }),
    loadExistingGrant: (ctx) => loadGrant(needs, ctx),
    extraTokenClaims: (ctx) => rememberAuthentication(ctx),
    // Tokens end with their session by what `SessionDependants` does, without a look at the session each time.
    expiresWithSession: async () => false,
    issueRefreshToken: async (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && source.scopes.has(OFFLINE_ACCESS),
    rotateRefreshToken: true,
    revokeGrantPolicy: () => true,
    clientBasedCORS: isAllowedOrigin,
    assertJwtClientAuthClaimsAndHeader: async (ctx, claims) => checkAssertion(ctx, claims, needs.world.now()),
    renderError: (ctx, out, error) => refuse(ctx, out, error),
  };
}

const settings = (): TenantSettings => currentScope().tenant.settings;

const lifetimes: Configuration['ttl'] = {
  AccessToken: () => settings().accessTokenSeconds,
  AuthorizationCode: CODE_SECONDS,
  IdToken: ID_TOKEN_SECONDS,
  Interaction: INTERACTION_SECONDS,
  // The family ends that long after the sign-in, however often it is renewed: then the identity provider is asked again.
  RefreshToken: (_ctx, token: RefreshToken) => Math.max(1, settings().refreshTokenSeconds - token.totalLifetime()),
  Session: () => settings().sessionIdleSeconds,
  Grant: () => settings().refreshTokenSeconds,
};

function featuresOf(needs: ProviderNeeds): Configuration['features'] {
  return {
    devInteractions: off,
    dPoP: off,
    pushedAuthorizationRequests: off,
    resourceIndicators: off,
    claimsParameter: off,
    registration: off,
    // Ours, in `end-session.routes.ts`: theirs needs a script in its page, and keeps sessions for browsers that have none.
    rpInitiatedLogout: off,
    userinfo: { enabled: true },
    requestObjects: { enabled: true, requireSignedRequestObject: false },
    introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => mayIntrospect(needs, client, token as AccessToken) },
    revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => client.clientId === token.clientId },
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
  };
}

/** A new family each time; for other people's applications only after they were consented to. */
async function loadGrant(needs: ProviderNeeds, ctx: KoaContextWithOIDC) {
  const { client, session, provider } = ctx.oidc;
  const userId = session?.accountId;
  if (!client || !userId) return undefined;
  const basis = isFirstParty(ctx) ? 'registered' : 'consented';
  return provider.Grant.find(
    newGrantId({ applicationId: client.clientId as never, basis, userId: userId as never }, needs.world),
  );
}

/**
 * Only the client that a token was given to may ask about it, and only one that proves who it is: anybody may call themselves by a
 * public client's name.
 * @see RFC 7662 §2.1, §4
 */
async function mayIntrospect({ users }: ProviderNeeds, client: Client, token: AccessToken): Promise<boolean> {
  if (client.clientAuthMethod === 'none' || token.clientId !== client.clientId) return false;
  const { tenant, unit } = currentScope();
  const user = await unit.read(() => users.find(tenant.id, token.accountId as never));
  return user !== undefined && isWelcome(user);
}

/**
 * Only the issuer is the audience of an assertion, as one string: an assertion for any other server's token endpoint cannot be brought here.
 * @see CVE-2025-27370, CVE-2025-27371; draft-ietf-oauth-rfc7523bis
 */
function checkAssertion({ oidc }: KoaContextWithOIDC, { aud, exp }: { aud?: unknown; exp?: unknown }, now: Date): void {
  if (aud !== oidc.issuer)
    throw new errors.InvalidClientAuth({ detail: 'the audience of a client assertion is the issuer, alone' });
  const latest = now.getTime() / 1000 + LONGEST_ASSERTION_SECONDS;
  if (typeof exp !== 'number' || exp > latest)
    throw new errors.InvalidClientAuth({ detail: 'the client assertion is valid for too long' });
}
