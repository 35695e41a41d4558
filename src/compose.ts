import type { FastifyBaseLogger } from 'fastify';
import type { DestinationStream } from 'pino';
import { createAuthorization } from '#http/authorization.ts';
import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import { healthRoutes } from '#http/health.ts';
import { createLogger, logRequests } from '#http/logging.ts';
import { createMetrics } from '#http/metrics.ts';
import { describeApi } from '#http/openapi.ts';
import { createServer, type Gateway } from '#http/server.ts';
import type { World } from '#kernel/world.ts';
import { openMail } from '#mail/open-mail.ts';
import { findTokenUser } from '#openid-provider/index.ts';
import { type Argon2id, argon2id, createBackground, createHashing } from '#sign-in/index.ts';
import { sendProblemPage } from '#sign-in/problem-page.routes.ts';
import { openKeyring } from '#sql/keyring.ts';
import { openStore, type Store } from '#sql/store.ts';
import { createTenantUrls, type ResolveTxt } from '#tenants/index.ts';
import { createResolveTxt } from '#tenants/resolve-txt.job.ts';
import { locateTenant, TENANT_PREFIX, tenantScope } from '#tenants/scope.routes.ts';
import { createProviderFigures } from '#upstream/health/figures-for-metrics.sql.ts';
import { createRegistry } from '#upstream/index.ts';
import { makeRsaKey } from '#upstream/keys/make-keys.job.ts';
import { type Jobs, startJobs } from './jobs.ts';
import { createRandomBytes } from './random.ts';
import { logoutOf, type Parts, serverRoutes, tenantRoutes } from './routes.ts';
import type { Settings } from './settings.ts';
import { createStores } from './stores.ts';

export interface Composition {
  readonly app: Gateway;
  readonly log: FastifyBaseLogger;
  readonly jobs: Jobs;
  /** When the work that no answer waits for is done. */
  settled(): Promise<void>;
  /** Brings the schema to this release, then listens. */
  listen(): Promise<void>;
  /** Takes no new connections, finishes what runs, lets go of the store. */
  close(): Promise<void>;
}

/** What tests put in the place of the real world. */
export interface Overrides {
  world?: Partial<World>;
  resolveTxt?: ResolveTxt;
  /** Derives keys from passwords. */
  argon2id?: Argon2id;
  makeRsaKey?: typeof makeRsaKey;
  /** No log lines. */
  quiet?: boolean;
  /** Where log lines go; the standard output unless given. */
  logTo?: DestinationStream;
}

/** The only place that knows everybody. */
export async function compose(settings: Settings, overrides: Overrides = {}): Promise<Composition> {
  const randomBytes = createRandomBytes();
  const world: World = { ...realWorld(settings, randomBytes), ...overrides.world };
  const store = openStore(settings.database);
  const registry = createRegistry({ allowPrivateNetwork: settings.allowPrivateNetwork });
  const urls = createTenantUrls(settings.urlTemplates);
  const stores = createStores({ store, keyring: openKeyring(settings.masterKeys, randomBytes), world, registry, urls });
  const log = createLogger({ level: overrides.quiet ? 'silent' : 'info', destination: overrides.logTo });
  const locate = (host: string, path: string): string => locateTenant(urls, host, path);
  const app = createServer({ locate, sendProblemPage, logger: log, randomBytes });
  const metrics = createMetrics({ processMetrics: overrides.quiet ? 'leave out' : 'collect' });
  metrics.measureRequests(app);
  createProviderFigures({ ...stores, store }).forEach(metrics.observe);
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
    ...replaceable(overrides),
    countSignIn: metrics.countSignIn,
    countProviderSignIn: metrics.countProviderSignIn,
    mail: { ...openMail(settings, log), from: settings.mail.from },
    proxies: settings.proxies,
    background: createBackground((error) => log.error({ err: error }, 'work in the background failed')),
  };
  app.register(async (server) => serverRoutes(server as unknown as Gateway, parts));
  healthRoutes(app, { ping: store.ping, isServing: () => state.serving, metrics });
  tenantScope(app, { tenants: stores.tenants, urls }, (scope) => tenantRoutes(scope, parts));
  return finishUp({ app, log, store, settings, parts, state, closeMetrics: metrics.close });
}

/** What is slow or speaks with the outside. */
function replaceable(given: Overrides): Pick<Parts, 'resolveTxt' | 'hashing' | 'makeRsaKey'> {
  return {
    resolveTxt: given.resolveTxt ?? createResolveTxt(),
    hashing: createHashing(given.argon2id ?? argon2id),
    makeRsaKey: given.makeRsaKey ?? makeRsaKey,
  };
}

function realWorld({ allowPrivateNetwork }: Settings, randomBytes: World['randomBytes']): World {
  return { now: () => new Date(), randomBytes, fetch: createGuardedFetch({ allowPrivateNetwork }) };
}

interface Finishing {
  app: Gateway;
  log: FastifyBaseLogger;
  store: Store;
  settings: Settings;
  parts: Parts;
  state: { serving: boolean };
  closeMetrics: () => void;
}

function finishUp(given: Finishing): Composition {
  const { app, log, store, settings, parts, state } = given;
  const { mail, stores } = parts;
  const jobs = startJobsOf(given);
  return {
    app,
    log,
    jobs,
    settled: parts.background.settled,
    async listen() {
      await store.migrate();
      await app.listen({ host: settings.host, port: settings.port });
      state.serving = true;
    },
    async close() {
      state.serving = false;
      jobs.stop();
      given.closeMetrics();
      mail.mailer?.close();
      await app.close();
      await parts.background.settled();
      await stores.groupsSeen.flush().catch((error: unknown) => log.error({ err: error }, 'groups seen were not written'));
      await store.close();
    },
  };
}

function startJobsOf({ log, store, parts: { mail, makeRsaKey, registry, stores, urls } }: Finishing): Jobs {
  return startJobs({
    ...stores,
    ...mail,
    store,
    registry,
    urls,
    urlOf: urls.urlOf,
    makeRsaKey,
    endSessionsOfConnection: stores.sessions.endOfConnection,
    ...logoutOf({ stores, registry }),
    onRevocationFault: ({ cause, ...fault }) =>
      log.warn({ fault, err: cause }, 'a refresh token was not revoked at its provider'),
    onFailure: (error) => log.error({ err: error }, 'housekeeping failed'),
  });
}
