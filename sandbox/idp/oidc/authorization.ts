import { type Fields, Refusal, redirectTo, type Told } from '../../web.ts';
import { isAtGateway, type OidcClient } from '../config.ts';
import { findPerson, tellPicker } from '../pages.ts';
import type { Grant } from './grants.ts';
import type { OidcService } from './service.ts';

/** A request whose client and redirect URI are known to be real, so that faults may be told there. */
interface AuthorizationRequest {
  readonly client: OidcClient;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly fields: Fields;
}

/** @see OpenID Connect Core §3.1.2 */
export function beginAuthorization(service: OidcService, fields: Fields): Told {
  const request = readRequest(service, fields);
  const fault = findFault(request);
  if (fault) return answer(service, request, fault);
  return tellPicker({
    people: service.people,
    askedBy: new URL(request.redirectUri).host,
    action: '/oidc/sign-in',
    fields: Object.fromEntries(fields),
    loginHint: fields.get('login_hint'),
  });
}

/** The form of the picker: the same request, checked again, and a person. */
export function finishAuthorization(service: OidcService, form: Fields): Told {
  const request = readRequest(service, form);
  const person = findPerson(service.people, form.get('person'));
  const fault =
    findFault(request) ?? (person ? undefined : { error: 'access_denied', error_description: 'The person cancelled.' });
  if (fault || !person) return answer(service, request, fault ?? {});
  const grant: Grant = {
    clientId: request.client.clientId,
    redirectUri: request.redirectUri,
    person,
    scopes: words(form.get('scope')),
    nonce: form.get('nonce'),
    codeChallenge: form.get('code_challenge'),
    // The sandbox takes whatever is asked for as done, so that requested contexts can be tried.
    acr: words(form.get('acr_values'))[0],
    authenticatedAt: service.world.now(),
    revoked: false,
  };
  return answer(service, request, { code: service.grants.issue('code', grant) });
}

/** @throws Refusal instead of redirecting: nobody is sent to an address that is not registered (RFC 9700 §4.1) */
function readRequest(service: OidcService, fields: Fields): AuthorizationRequest {
  const client = service.clients.find((one) => one.clientId === fields.get('client_id'));
  if (!client) throw new Refusal(400, `No client is registered here as “${fields.get('client_id') ?? ''}”.`);
  const redirectUri = fields.get('redirect_uri') ?? '';
  if (!client.redirectUris.includes(redirectUri) && !isAtGateway(redirectUri, service.gateway, 'callback')) {
    throw new Refusal(400, `The redirect URI “${redirectUri}” is not registered for “${client.clientId}”.`);
  }
  return { client, redirectUri, state: fields.get('state'), fields };
}

function findFault({ fields }: AuthorizationRequest): Record<string, string> | undefined {
  const wrong = (error: string, error_description: string) => ({ error, error_description });
  if (fields.has('request')) return wrong('request_not_supported', 'Request objects are not read here.');
  if (fields.has('request_uri')) return wrong('request_uri_not_supported', 'Request objects are not fetched here.');
  if (fields.get('response_type') !== 'code') return wrong('unsupported_response_type', 'Only “code” is served.');
  if ((fields.get('response_mode') ?? 'query') !== 'query')
    return wrong('invalid_request', 'Only the response mode “query” is served.');
  if (!words(fields.get('scope')).includes('openid')) return wrong('invalid_scope', 'The scope “openid” is missing.');
  // Without PKCE a stolen code is worth a sign-in (RFC 9700 §2.1.1).
  if (!/^[\w-]{43}$/.test(fields.get('code_challenge') ?? '') || fields.get('code_challenge_method') !== 'S256') {
    return wrong('invalid_request', 'PKCE with S256 is required.');
  }
  if (words(fields.get('prompt')).includes('none')) return wrong('login_required', 'The sandbox keeps no session.');
  return undefined;
}

/** With `iss`, so that a client of several providers knows who answers (RFC 9207). */
function answer(service: OidcService, request: AuthorizationRequest, parameters: Record<string, string>): Told {
  const url = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (request.state !== undefined) url.searchParams.set('state', request.state);
  url.searchParams.set('iss', service.issuer);
  return redirectTo(url);
}

export function words(value: string | undefined): string[] {
  return (value ?? '').split(' ').filter((word) => word !== '');
}
