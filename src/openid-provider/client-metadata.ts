import type { AdapterPayload } from 'oidc-provider';
import type { Tenant } from '#tenants/index.ts';
import type { Application } from './application.ts';
import { isLoopback, isPrivateUse } from './redirect-uri.ts';
import type { FoundApplication } from './request-scope.ts';
import { knownScopes } from './scopes.ts';

/** An application in the words of OpenID Connect Dynamic Client Registration 1.0 §2. */
export function clientMetadataOf({ application, secret }: FoundApplication, tenant: Tenant): AdapterPayload {
  return {
    client_id: application.id,
    client_name: application.name,
    ...(secret === null ? {} : { client_secret: secret }),
    redirect_uris: [...application.redirectUris],
    response_types: ['code'],
    response_modes: ['query', 'form_post'],
    grant_types: [...application.grantTypes],
    token_endpoint_auth_method: application.tokenEndpointAuthMethod,
    application_type: isNative(application) ? 'native' : 'web',
    ...(application.jwks ? { jwks: application.jwks } : {}),
    scope: application.scopes.filter((scope) => knownScopes.includes(scope)).join(' '),
    id_token_signed_response_alg: tenant.settings.idTokenAlgorithm,
  };
}

/** An app on somebody's own device, whose loopback port is not known beforehand. @see RFC 8252 §7 */
export function isNative({ kind, redirectUris }: Pick<Application, 'kind' | 'redirectUris'>): boolean {
  return kind === 'public' && redirectUris.some((uri) => isPrivateUse(uri) || isLoopback(uri));
}
