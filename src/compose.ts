import type { FastifyBaseLogger } from 'fastify';
import { auditRoutes, operatorAuditRoutes } from '#audit/audit-events.routes.ts';
import { groupRoutes } from '#directory/groups.routes.ts';
import { createBuiltInRoles } from '#directory/index.ts';
import { roleRoutes } from '#directory/roles.routes.ts';
import { userRoutes } from '#directory/users.routes.ts';
import { type Authorization, createAuthorization } from '#http/authorization.ts';
import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import { healthRoutes } from '#http/health.ts';
import { createLogger, logRequests } from '#http/logging.ts';
import { createMetrics, type Metrics } from '#http/metrics.ts';
import { type ApiDescription, describeApi, serveApiDescription } from '#http/openapi.ts';
import { createServer, type Gateway } from '#http/server.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { applicationRoutes } from '#openid-provider/applications.routes.ts';
import { findTokenUser } from '#openid-provider/index.ts';
import { createOpenIdProvider, registerOpenIdProvider } from '#openid-provider/openid-provider.routes.ts';
import { tenantsRoutes } from '#operator/tenants.routes.ts';
import { registerBegin, startSignIn } from '#sign-in/begin.routes.ts';
import { registerFinish } from '#sign-in/finish.routes.ts';
import { sendProblemPage } from '#sign-in/problem-page.routes.ts';
import { registerSignIns } from '#sign-in/sign-ins.routes.ts';
import { openKeyring } from '#sql/keyring.ts';
import { openStore, type Store } from '#sql/store.ts';
import { domainRoutes } from '#tenants/domains.routes.ts';
import { createTenantUrls, type ResolveTxt, type Tenant } from '#tenants/index.ts';
import { createResolveTxt } from '#tenants/resolve-txt.job.ts';
import { locateTenant, TENANT_PREFIX, tenantScope } from '#tenants/scope.routes.ts';
import { settingsRoutes } from '#tenants/settings.routes.ts';
import { connectionRoutes } from '#upstream/connections.routes.ts';
import { groupsSeenRoutes } from '#upstream/groups-seen/groups-seen.routes.ts';
import { createRegistry, findUses, type Registry } from '#upstream/index.ts';
import { makeRsaKey } from '#upstream/keys/make-keys.job.ts';
import { publishedRoutes } from '#upstream/keys/published.routes.ts';
import { startJobs } from './jobs.ts';
import { createRandomBytes } from './random.ts';
import type { Settings } from './settings.ts';
import { createStores, type Stores } from './stores.ts';

export interface Composition {
  readonly app: Gateway;
  readonly log: FastifyBaseLogger;
  /** Brings the schema to this release, then listens. */
  listen(): Promise<void>;
  /** Takes no new connections, finishes what runs, lets go of the store. */
  close(): Promise<void>;
}

/** What tests put in the place of the real world. */
export interface Overrides {
  world?: Partial<World>;
  resolveTxt?: ResolveTxt;
  /** No log lines. */
  quiet?: boolean;
}

/** The only place that knows everybody. */
export async function compose(settings: Settings, overrides: Overrides = {}): Promise<Composition> {
  const world: World = {
    now: () => new Date(),
    randomBytes: createRandomBytes(),
    fetch: createGuardedFetch({ allowPrivateNetwork: settings.allowPrivateNetwork }),
    ...overrides.world,
  };
  const store = openStore(settings.database);
  const registry = createRegistry({ allowPrivateNetwork: settings.allowPrivateNetwork });
  const urls = createTenantUrls(settings.urlTemplates);
  const stores = createStores({ store, keyring: openKeyring(settings.masterKeys), world, registry, urls });
  const log = createLogger({ level: overrides.quiet ? 'silent' : 'info' });
  const app = createServer({ locate: (host, path) => locateTenant(urls, host, path), sendProblemPage, logger: log });
  const metrics = createMetrics({ processMetrics: overrides.quiet ? 'leave out' : 'collect' });
  metrics.measureRequests(app);
  logRequests(app);
  const state = { serving: false };
  const description = await describeApi(app, { tenantPrefix: TENANT_PREFIX });
  const authorization = createAuthorization({
    operatorToken: settings.operatorToken,
    findTokenUser: (tenant, token) => findTokenUser({ ...stores, findPermissions: stores.roles.findPermissions }, tenant, token),
  });
  const parts: Parts = {
    stores,
    registry,
    urls,
    authorization,
    description,
    resolveTxt: overrides.resolveTxt ?? createResolveTxt(),
    countSignIn: metrics.countSignIn,
  };
  app.register(async (server) => serverRoutes(server as unknown as Gateway, parts));
  healthRoutes(app, { ping: store.ping, isServing: () => state.serving, metrics });
  tenantScope(app, { tenants: stores.tenants, urls }, (scope) => tenantRoutes(scope, parts));
  return finishUp({ app, log, store, stores, settings, registry, state, closeMetrics: metrics.close });
}

interface Parts {
  stores: Stores;
  registry: ReturnType<typeof createRegistry>;
  urls: ReturnType<typeof createTenantUrls>;
  authorization: Authorization;
  description: ApiDescription;
  resolveTxt: ResolveTxt;
  countSignIn: Metrics['countSignIn'];
}

function serverRoutes(app: Gateway, { stores, urls, authorization, description }: Parts): void {
  tenantsRoutes(app, {
    ...stores,
    urls,
    authorization,
    onTenantCreated: (tenant: Tenant) => createBuiltInRoles(stores, tenant.id),
    endSessionsOfTenant: stores.sessions.endOfTenant,
  });
  operatorAuditRoutes(app, { audit: stores.audit, authorization });
  serveApiDescription(app, () => description.ofServer(urls.serverUrl()));
}

function tenantRoutes(scope: Gateway, parts: Parts): void {
  const { stores, registry, authorization, description, resolveTxt, countSignIn } = parts;
  const protocolOf = (kind: keyof typeof registry) => registry[kind].protocol;
  const begin = { ...stores, protocolOf };
  registerBegin(scope, begin);
  registerFinish(scope, { ...begin, countSignIn });
  publishedRoutes(scope, { ...stores, registry });
  const providers = createOpenIdProvider(stores);
  registerOpenIdProvider(scope, {
    ...stores,
    providers,
    sendProblemPage,
    startSignIn: (exchange, wish) => startSignIn(begin, exchange, wish),
  });
  applicationRoutes(scope, { ...stores, authorization });
  const connecting = {
    ...stores,
    registry,
    authorization,
    makeRsaKey,
    endSessionsOfConnection: stores.sessions.endOfConnection,
  };
  connectionRoutes(scope, connecting);
  groupsSeenRoutes(scope, connecting);
  const directory = {
    ...stores,
    authorization,
    endSessionsOfUser: stores.sessions.endOfUser,
    hasIdentityProvider: async (tenant: TenantId, id: ConnectionId) => (await stores.connections.read(tenant, id)) !== undefined,
    findUses: findUses.bind(null, stores.connections),
  };
  userRoutes(scope, directory);
  groupRoutes(scope, directory);
  roleRoutes(scope, directory);
  domainRoutes(scope, { ...stores, authorization, resolveTxt });
  settingsRoutes(scope, { ...stores, authorization, endSessionsOfTenant: stores.sessions.endOfTenant });
  registerSignIns(scope, { ...stores, authorization });
  auditRoutes(scope, { ...stores, authorization });
  serveApiDescription(scope, (request) => description.ofTenant(request.tenantUrl));
}

function finishUp(parts: {
  app: Gateway;
  log: FastifyBaseLogger;
  store: Store;
  stores: Stores;
  settings: Settings;
  registry: Registry;
  state: { serving: boolean };
  closeMetrics: () => void;
}): Composition {
  const { app, log, store, stores, settings, state } = parts;
  const jobs = startJobs({
    ...stores,
    store,
    registry: parts.registry,
    makeRsaKey,
    onFailure: (error) => log.error({ err: error }, 'housekeeping failed'),
  });
  return {
    app,
    log,
    async listen() {
      await store.migrate();
      await app.listen({ host: settings.host, port: settings.port });
      state.serving = true;
    },
    async close() {
      state.serving = false;
      jobs.stop();
      parts.closeMetrics();
      await app.close();
      await stores.groupsSeen.flush().catch((error: unknown) => log.error({ err: error }, 'groups seen were not written'));
      await store.close();
    },
  };
}
