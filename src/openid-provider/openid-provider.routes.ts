import type { Gateway } from '#http/server.ts';
import type { ConnectionDirectory } from '#upstream/index.ts';
import { type AuthorizeNeeds, registerAuthorize } from './authorize.routes.ts';
import type { ProviderNeeds } from './configuration.ts';
import { type EndSessionNeeds, registerEndSession } from './end-session.routes.ts';
import type { Providers } from './enter.routes.ts';
import { registerInteraction } from './interaction.routes.ts';
import { registerJwks } from './jwks.routes.ts';
import { type LaunchNeeds, registerLaunch } from './launch.routes.ts';
import { registerMachines } from './machine.routes.ts';
import { createConnectionNames } from './name-connection.ts';
import { createProvider } from './provider.ts';
import { createTenantKeys, type TenantKeyNeeds } from './tenant-keys.ts';

export type OpenIdProviderNeeds = Omit<ProviderNeeds, 'nameConnection'> &
  TenantKeyNeeds & { connections: Pick<ConnectionDirectory, 'find'> };
export type OpenIdProviderRoutesNeeds = AuthorizeNeeds & EndSessionNeeds & LaunchNeeds;

/** The Providers of all tenants, see `provider.ts`. */
export function createOpenIdProvider({ connections, ...needs }: OpenIdProviderNeeds): Providers {
  const plain = { ...needs, nameConnection: createConnectionNames(connections) };
  const provider = createProvider(plain);
  return { provider, handle: provider.callback(), keysOf: createTenantKeys(needs), plain };
}

/** Everything that applications talk to, under `tenantScope`. */
export function registerOpenIdProvider(scope: Gateway, needs: OpenIdProviderRoutesNeeds): void {
  registerMachines(scope, needs);
  registerJwks(scope, needs);
  registerAuthorize(scope, needs);
  registerInteraction(scope, needs);
  registerEndSession(scope, needs);
  registerLaunch(scope, needs);
}
