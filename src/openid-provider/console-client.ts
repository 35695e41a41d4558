import type { ApplicationId, TenantId } from '#kernel/ids.ts';
import type { Application, ApplicationStore } from './application.ts';
import { API_SCOPE, OFFLINE_ACCESS } from './scopes.ts';

/** Client id of the console: the same in every tenant, and nobody's to change. */
export const CONSOLE_CLIENT_ID = 'sallyport-console' as ApplicationId;

/** The console of a tenant is an application of its own: public, with PKCE, on the tenant's own address, for the API alone. */
function consoleOf(tenantUrl: string): Application {
  const beginning = new Date(0);
  return {
    id: CONSOLE_CLIENT_ID,
    name: 'Sallyport console',
    kind: 'public',
    redirectUris: [`${tenantUrl}/console/callback`],
    postLogoutRedirectUris: [`${tenantUrl}/console/`],
    grantTypes: ['authorization_code', 'refresh_token'],
    tokenEndpointAuthMethod: 'none',
    jwks: null,
    firstParty: true,
    scopes: ['openid', 'profile', 'email', OFFLINE_ACCESS, API_SCOPE],
    initiateLoginUri: null,
    launchUrls: [`${tenantUrl}/console/`],
    enabled: true,
    createdAt: beginning,
    updatedAt: beginning,
  };
}

/**
 * The applications as the protocol sees them: those of the store, and the console. It is code and not a row, so that it is there in every
 * tenant, follows the tenant's address, and cannot be taken away. The API that administers applications does not see it.
 */
export function withConsole(
  applications: ApplicationStore,
  urlOf: (tenant: TenantId) => Promise<string | undefined>,
): ApplicationStore {
  return {
    ...applications,
    async find(tenant, id) {
      if (id !== CONSOLE_CLIENT_ID) return applications.find(tenant, id);
      const url = await urlOf(tenant);
      return url === undefined ? undefined : { application: consoleOf(url), secret: null };
    },
  };
}
