import type { Gateway } from '#http/server.ts';
import type { ConnectionDirectory } from '#upstream/index.ts';
import { type AuthorizeNeeds, registerAuthorize } from './authorize.routes.ts';
import { cookiesOfTenant } from './cookies.routes.ts';
import { type EndSessionNeeds, registerEndSession } from './end-session.routes.ts';
import { registerInteraction } from './interaction.routes.ts';
import { registerMachines } from './machine.routes.ts';
import { createConnectionNames } from './name-connection.ts';
import { createProviders, type Providers, type ProvidersNeeds } from './providers.ts';

export type OpenIdProviderNeeds = Omit<ProvidersNeeds, 'cookiesOf' | 'nameConnection'> & { connections: Pick<ConnectionDirectory, 'find'> };
export type OpenIdProviderRoutesNeeds = AuthorizeNeeds & EndSessionNeeds;

/** The Providers of all tenants, each made when it is first asked. */
export function createOpenIdProvider({ connections, ...needs }: OpenIdProviderNeeds): Providers {
  return createProviders({ ...needs, cookiesOf: cookiesOfTenant, nameConnection: createConnectionNames(connections) });
}

/** Everything that applications talk to, under `tenantScope`. */
export function registerOpenIdProvider(scope: Gateway, needs: OpenIdProviderRoutesNeeds): void {
  registerMachines(scope, needs);
  registerAuthorize(scope, needs);
  registerInteraction(scope, needs);
  registerEndSession(scope, needs);
}
