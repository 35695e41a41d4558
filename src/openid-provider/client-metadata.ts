import type { AdapterPayload } from 'oidc-provider';
import type { Tenant, TenantSettings } from '#tenants/index.ts';
import type { Application } from './application.ts';
import { isLoopback, isPrivateUse } from './redirect-uri.ts';
import type { FoundApplication } from './request-scope.ts';
import { knownScopes } from './scopes.ts';

type Algorithm = TenantSettings['idTokenAlgorithm'];

/** By what was found, which is one object for as long as nobody changes it. */
const known = new WeakMap<FoundApplication, { algorithm: Algorithm; metadata: AdapterPayload }>();

/** An application in the words of OpenID Connect Dynamic Client Registration 1.0 §2; the same object for the same application. */
export function clientMetadataOf(found: FoundApplication, tenant: Tenant): AdapterPayload {
  const algorithm = tenant.settings.idTokenAlgorithm;
  const made = known.get(found);
  if (made?.algorithm === algorithm) return made.metadata;
  const metadata = Object.freeze(write(found, algorithm));
  known.set(found, { algorithm, metadata });
  return metadata;
}

function write({ application, secret }: FoundApplication, algorithm: Algorithm): AdapterPayload {
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
    id_token_signed_response_alg: algorithm,
  };
}

/** An app on somebody's own device, whose loopback port is not known beforehand. @see RFC 8252 §7 */
export function isNative({ kind, redirectUris }: Pick<Application, 'kind' | 'redirectUris'>): boolean {
  return kind === 'public' && redirectUris.some((uri) => isPrivateUse(uri) || isLoopback(uri));
}
