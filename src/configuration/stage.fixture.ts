import { createSignInMethodStore } from '#directory/sign-in-methods.sql.ts';
import { createApplicationStore } from '#openid-provider/applications.sql.ts';
import { createArtifactStore } from '#openid-provider/artifacts.sql.ts';
import { createDomainStore } from '#tenants/domains.sql.ts';
import { createTenantStore } from '#tenants/tenants.sql.ts';
import type { Call, TestAnswer } from '#test/tenant/api.ts';
import { findUses } from '#upstream/index.ts';
import { type ExchangeNeeds, type ExchangeStage, openExchangeStage } from '../upstream/exchange/stage.fixture.ts';
import { configurationRoutes } from './configuration.routes.ts';
import type { ConfigurationNeeds } from './needs.ts';

export interface ConfigurationStage extends ExchangeStage {
  readonly all: ConfigurationNeeds;
  apply(document: unknown, wish?: object, call?: Call): Promise<TestAnswer>;
  /** The bytes of an export. */
  export(tenant?: string): Promise<string>;
}

const EMPTIED = ['domains', 'applications'] as const;

export async function openConfigurationStage(): Promise<ConfigurationStage> {
  let all: ConfigurationNeeds | undefined;
  const stage = await openExchangeStage((scope, needs, parts) => {
    all = needsOf(needs, parts.store, parts.keyring);
    configurationRoutes(scope, { ...all, authorization: parts.authorization });
  });
  if (!all) throw new Error('no routes');
  return {
    ...stage,
    all,
    async empty() {
      await stage.empty();
      for (const table of EMPTIED) await stage.api.store.db().deleteFrom(table).execute();
      await stage.api.store.db().updateTable('tenants').set({ display_name: 'Acme', settings: '{}' }).execute();
    },
    apply: (document, wish = {}, call = {}) => stage.api.call('POST', '/apply', { ...call, body: { document, ...wish } }),
    export: async (tenant = 'acme') => (await stage.raw('GET', '/export', { tenant })).text,
  };
}

function needsOf(
  needs: ExchangeNeeds,
  store: Parameters<typeof createDomainStore>[0]['store'],
  keyring: Parameters<typeof createApplicationStore>[0]['keyring'],
): ConfigurationNeeds {
  return {
    ...needs,
    groups: needs.groups as ConfigurationNeeds['groups'],
    tenants: createTenantStore({ store }),
    domains: createDomainStore({ store }),
    signInMethods: createSignInMethodStore({ store }),
    applications: createApplicationStore({ store, keyring }),
    artifacts: createArtifactStore({ store }),
    endSessionsOfUser: async () => {},
    endSessionsOfTenant: async () => {},
    hasIdentityProvider: async () => false,
    findUses: findUses.bind(null, needs.connections),
  };
}
