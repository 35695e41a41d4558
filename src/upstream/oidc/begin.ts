import { createHash } from 'node:crypto';
import { buildAuthorizationUrl } from 'openid-client';
import { newSecret } from '#kernel/world.ts';
import type { Send, SignInWish, SignInWorld } from '../protocol.ts';
import { createLibrary } from './exchange.ts';
import { problems } from './problems.ts';
import type { Remembered } from './remembered.ts';
import type { OidcSettings } from './settings.ts';

/** Longest hint that is passed on: an e-mail address has at most 254 characters, a domain 253. */
const LONGEST_HINT = 320;

/**
 * The authorization request: code flow, PKCE S256 always, state, nonce, and what this sign-in asks of the provider.
 *
 * @throws Problem `oidc.client_key_missing`
 * @see OpenID Connect Core 1.0 §3.1.2.1, RFC 7636 §4.3, RFC 9700 §2.1.1
 */
export function begin(settings: OidcSettings, wish: SignInWish, world: SignInWorld): { send: Send; remember: Remembered } {
  checkClientKey(settings, world);
  const remember: Remembered = {
    handle: wish.handle,
    nonce: newSecret(world),
    verifier: newSecret(world),
    redirectUri: settings.redirectUri ? new URL(settings.redirectUri).href : wish.returnUrl.href,
    beganAt: Math.floor(world.now().getTime() / 1000),
    forced: wish.forceAuthn,
    maxAgeSeconds: shorter(settings.maxAgeSeconds, wish.maxAgeSeconds),
    // What the application asks for goes before what the provider is set to.
    acrValues: wish.acrValues.length > 0 ? [...wish.acrValues] : settings.acrValues,
  };
  const url = buildAuthorizationUrl(createLibrary(settings, world).configuration, parametersOf(settings, wish, remember));
  const { handle: _handle, nonce: _nonce, verifier: _verifier, ...shown } = remember;
  world.trace.note('oidc.request', { expected: settings.issuer, received: shown });
  return { send: { kind: 'redirect', url }, remember };
}

function parametersOf(settings: OidcSettings, wish: SignInWish, remember: Remembered): Record<string, string> {
  const { maxAgeSeconds, acrValues } = remember;
  return {
    redirect_uri: remember.redirectUri,
    scope: [...new Set(settings.scopes)].join(' '),
    state: remember.handle,
    nonce: remember.nonce,
    code_challenge: createHash('sha256').update(remember.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...hint('login_hint', wish.loginHint),
    ...(settings.kind === 'microsoft-oidc' ? hint('domain_hint', wish.domainHint) : {}),
    ...(wish.forceAuthn ? { prompt: 'login' } : {}),
    ...(maxAgeSeconds === null ? {} : { max_age: String(maxAgeSeconds) }),
    ...(acrValues.length === 0 ? {} : { acr_values: acrValues.join(' ') }),
    // There is no parameter of its own for methods. @see OpenID Connect Core 1.0 §5.5.1
    ...(settings.amrValues.length === 0
      ? {}
      : { claims: JSON.stringify({ id_token: { amr: { essential: true, values: settings.amrValues } } }) }),
  };
}

function hint(name: string, value: string | undefined): Record<string, string> {
  return value && value.length <= LONGEST_HINT ? { [name]: value } : {};
}

function shorter(...ages: (number | null | undefined)[]): number | null {
  const given = ages.filter((age) => age !== null && age !== undefined);
  return given.length === 0 ? null : Math.min(...given);
}

/** Before the person is sent away: they would come back to a sign-in that cannot be finished. */
function checkClientKey(settings: OidcSettings, world: SignInWorld): void {
  const { trace } = world;
  if (settings.clientAuthentication === 'private_key_jwt') {
    const keys = settings.keys?.clientAssertion.length ?? 0;
    trace.check({
      step: 'oidc.client_key',
      expected: 'at least one',
      received: keys,
      holds: keys > 0,
      otherwise: problems.client_key_missing,
    });
  }
  const expiry = settings.clientSecretExpiresAt;
  if (expiry && settings.clientSecret && new Date(expiry) <= world.now())
    trace.note('oidc.client_secret_expired', { received: expiry });
}
