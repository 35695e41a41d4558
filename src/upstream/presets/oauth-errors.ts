import { type Known, misconfigured, redirectUriDiffers } from './known-error.ts';
import type { Explainer, ProviderFacts } from './provider-explanation.ts';
import { vendorErrors } from './vendor-errors.ts';

/** The errors of the specifications, whoever sends them. @see RFC 6749 §4.1.2.1, §5.2, OpenID Connect Core 1.0 §3.1.2.6 */
const standard: readonly Known[] = [
  ...['login_required', 'interaction_required', 'account_selection_required'].map(
    (error): Known => ({
      error,
      means: {
        code: `oauth.${error}`,
        title: 'The person has to be asked something, and the request forbade it',
        whatToDo: 'It happens with prompt=none: the application starts again without it.',
        where: 'person',
        person: 'sign_in_first',
      },
    }),
  ),
  {
    error: 'consent_required',
    means: {
      code: 'oauth.consent_required',
      title: 'Nobody has consented to this application at the provider',
      whatToDo: 'An administrator of the provider grants consent for everybody.',
      where: 'provider',
      person: 'consent_missing',
    },
  },
  {
    error: 'invalid_client',
    means: {
      code: 'oauth.client_refused',
      title: 'The provider does not accept client id, secret or the way they are sent',
      whatToDo:
        'Compare client id and secret (its value, not its id; it may have expired), and choose the client authentication for which the client is registered.',
      where: 'here',
      pointer: '/oidc/clientSecret',
      person: 'misconfigured',
    },
  },
  {
    error: 'unauthorized_client',
    means: {
      code: 'oauth.client_not_permitted',
      title: 'The client may not use the authorization code flow',
      whatToDo: 'At the provider: allow the grant type Authorization Code for this client, and check that it is enabled.',
      ...misconfigured,
    },
  },
  {
    error: 'invalid_scope',
    means: {
      code: 'oauth.scope_refused',
      title: 'The provider does not know one of the scopes, or does not give it to this client',
      whatToDo: 'Take away what the provider does not list; openid must stay. Often it is offline_access.',
      where: 'here',
      pointer: '/oidc/scopes',
      person: 'misconfigured',
    },
  },
  { error: 'invalid_request', description: /redirect/i, means: { code: 'oauth.redirect_uri_differs', ...redirectUriDiffers } },
  {
    error: 'invalid_request',
    means: {
      code: 'oauth.request_refused',
      title: 'The provider could not understand the request',
      whatToDo: 'Fetch the configuration again, and compare the endpoints; the description names the parameter.',
      where: 'here',
      pointer: '/oidc/authorizationEndpoint',
      person: 'misconfigured',
    },
  },
  {
    error: 'unsupported_response_type',
    means: {
      code: 'oauth.code_flow_unsupported',
      title: 'The client is not registered for the response type code',
      whatToDo: 'At the provider: register it as a web application with the authorization code flow.',
      ...misconfigured,
    },
  },
  ...['server_error', 'temporarily_unavailable'].map(
    (error): Known => ({
      error,
      means: {
        code: `oauth.${error}`,
        title: 'The provider had a fault of its own, or too much to do',
        whatToDo: 'Try again in some minutes; then ask whoever runs the provider, whose log has the reason.',
        where: 'provider',
        person: 'provider_busy',
      },
    }),
  ),
];

/** The first that fits: what a vendor means goes before what a specification says. */
export function explainOauthError({ preset, error, description }: ProviderFacts): Explainer | undefined {
  return [...vendorErrors, ...standard].find(
    (known) =>
      (known.preset === undefined || known.preset === preset) &&
      (known.error === undefined || known.error === error) &&
      (known.description === undefined || known.description.test(description ?? '')),
  )?.means;
}
