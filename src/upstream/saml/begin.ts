import { type AuthnRequest, authnRequestXml, redirectUrl, writeDateTime } from '#wire/saml/index.ts';
import type { Send, SignInWish, SignInWorld } from '../protocol.ts';
import type { Expectation } from './evidence.ts';
import { nameIdFormatToAsk, type SamlSettings } from './settings.ts';

/** Sends the browser to the identity provider with an AuthnRequest, and says what the answer must be held against. */
export function begin(settings: SamlSettings, wish: SignInWish, world: SignInWorld): { send: Send; remember: Expectation } {
  const sentAt = world.now();
  const contexts = contextsOf(settings, wish);
  // SAML cannot ask for a maximum age: to be sure, a fresh sign-in is demanded.
  const forceAuthn = settings.forceAuthn || wish.forceAuthn || wish.maxAgeSeconds !== undefined;
  const request: AuthnRequest = {
    // An xs:ID must not begin with a digit; the handle may.
    id: `_${wish.handle}`,
    issueInstant: sentAt,
    issuer: settings.spEntityId,
    destination: settings.ssoUrl,
    acsUrl: wish.returnUrl.href,
    forceAuthn,
    requestedContexts: contexts,
    nameIdFormat: nameIdFormatToAsk(settings),
  };
  const send = sendRequest(settings, wish, request);
  world.trace.note('saml.request', {
    received: {
      id: request.id,
      binding: settings.ssoBinding,
      destination: settings.ssoUrl,
      forceAuthn,
      contexts,
      issuedAt: writeDateTime(sentAt),
    },
  });
  const remember: Expectation = {
    requestId: request.id,
    acsUrl: request.acsUrl,
    sentAt: sentAt.toISOString(),
    forceAuthn,
    maxAgeSeconds: wish.maxAgeSeconds ?? null,
    contexts,
  };
  return { send, remember };
}

/**
 * The contexts to ask for. Those of the connection are its administrator's rule: an application may choose among them, not replace them.
 * Without such a rule, the application's are asked for, as far as they are URIs.
 */
function contextsOf(settings: SamlSettings, wish: SignInWish): string[] {
  if (settings.requestedAuthnContexts.length === 0)
    return wish.acrValues.filter((value) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(value)).slice(0, 16);
  const chosen = settings.requestedAuthnContexts.filter((context) => wish.acrValues.includes(context));
  return chosen.length > 0 ? chosen : settings.requestedAuthnContexts;
}

function sendRequest(settings: SamlSettings, wish: SignInWish, request: AuthnRequest): Send {
  const signer = settings.signRequests ? settings.ownKeys.signing[0] : undefined;
  const hint: Record<string, string> =
    settings.loginHintParameter && wish.loginHint !== undefined ? { [settings.loginHintParameter]: wish.loginHint } : {};
  if (settings.ssoBinding === 'redirect') {
    const message = { xml: authnRequestXml(request), relayState: wish.handle, before: hint, signer };
    return { kind: 'redirect', url: redirectUrl(settings.ssoUrl, message) };
  }
  const url = new URL(settings.ssoUrl);
  for (const [name, value] of Object.entries(hint)) url.searchParams.set(name, value);
  const fields = { SAMLRequest: Buffer.from(authnRequestXml(request, signer)).toString('base64'), RelayState: wish.handle };
  return { kind: 'post', url, fields };
}
