import { fileURLToPath } from 'node:url';
import { auditRoutes, operatorAuditRoutes } from '#audit/audit-events.routes.ts';
import { configurationRoutes } from '#configuration/configuration.routes.ts';
import { groupRoutes } from '#directory/groups.routes.ts';
import { createBuiltInRoles } from '#directory/index.ts';
import { meRoutes } from '#directory/me.routes.ts';
import { roleRoutes } from '#directory/roles.routes.ts';
import { userRoutes } from '#directory/users.routes.ts';
import { type Authorization } from '#http/authorization.ts';
import { serveConsole } from '#http/console.ts';
import { type Metrics } from '#http/metrics.ts';
import { type ApiDescription, serveApiDescription } from '#http/openapi.ts';
import { type Gateway } from '#http/server.ts';
import type { ApplicationId, ConnectionId, TenantId } from '#kernel/ids.ts';
import { mailboxRoutes } from '#mail/mailbox.routes.ts';
import { type OpenMail } from '#mail/open-mail.ts';
import { answerAtOnce } from '#openid-provider/answer-at-once.routes.ts';
import { applicationRoutes } from '#openid-provider/applications.routes.ts';
import { findLanding, previewClaims, withConsole } from '#openid-provider/index.ts';
import { createOpenIdProvider, registerOpenIdProvider } from '#openid-provider/openid-provider.routes.ts';
import { setupLinkRoutes } from '#operator/setup-links.routes.ts';
import { tenantsRoutes } from '#operator/tenants.routes.ts';
import type { Session } from '#sessions/index.ts';
import { type BeginNeeds, registerBegin, startSignIn } from '#sign-in/begin.routes.ts';
import { registerConsent } from '#sign-in/consent/admin-consent.routes.ts';
import { registerDailyFigures } from '#sign-in/figures/daily-figures.routes.ts';
import { registerFinish } from '#sign-in/finish.routes.ts';
import {
  type Background,
  type BreakGlassEvent,
  countSignInsOf,
  createLogout,
  type Hashing,
  type PreviewedPerson,
  type RecheckNeeds,
  recheckPerson,
} from '#sign-in/index.ts';
import { leave, registerLogout } from '#sign-in/logout/logout.routes.ts';
import { announce } from '#sign-in/password/announce.job.ts';
import { localAdministratorRoutes } from '#sign-in/password/local-administrators.routes.ts';
import { createNetworkOf } from '#sign-in/password/network.routes.ts';
import { registerPassword } from '#sign-in/password/password.routes.ts';
import { registerSetup } from '#sign-in/password/setup.routes.ts';
import { sendProblemPage } from '#sign-in/problem-page.routes.ts';
import { registerSignIns } from '#sign-in/sign-ins.routes.ts';
import { previewRoutes } from '#sign-in/verify/preview.routes.ts';
import { verifyRoutes } from '#sign-in/verify/verify.routes.ts';
import { registerVerifyPages } from '#sign-in/verify/verify-page.routes.ts';
import { domainRoutes } from '#tenants/domains.routes.ts';
import type { createTenantUrls } from '#tenants/index.ts';
import { type ResolveTxt, type Tenant } from '#tenants/index.ts';
import { settingsRoutes } from '#tenants/settings.routes.ts';
import { connectionRoutes } from '#upstream/connections.routes.ts';
import { groupsSeenRoutes } from '#upstream/groups-seen/groups-seen.routes.ts';
import { providerHealthRoutes } from '#upstream/health/health.routes.ts';
import { refreshRoutes } from '#upstream/health/refresh.routes.ts';
import { createRefreshKeys } from '#upstream/health/refresh-at-sign-in.job.ts';
import type { createRegistry } from '#upstream/index.ts';
import { type Connection, findUses, type Pasted, preflight, type SignInWorld } from '#upstream/index.ts';
import type { makeRsaKey } from '#upstream/keys/make-keys.job.ts';
import { publishedRoutes } from '#upstream/keys/published.routes.ts';
import type { Settings } from './settings.ts';
import { type Stores } from './stores.ts';

/** What the build of the console leaves. */
const CONSOLE = fileURLToPath(new URL('../console/dist', import.meta.url));

/** What the routes are made from. */
export interface Parts {
  stores: Stores;
  registry: ReturnType<typeof createRegistry>;
  urls: ReturnType<typeof createTenantUrls>;
  authorization: Authorization;
  description: ApiDescription;
  resolveTxt: ResolveTxt;
  countSignIn: Metrics['countSignIn'];
  countProviderSignIn: Metrics['countProviderSignIn'];
  mail: OpenMail & Pick<Settings['mail'], 'from'>;
  background: Background;
  hashing: Hashing;
  makeRsaKey: typeof makeRsaKey;
  /** Proxies of ours before the gateway. */
  proxies: number;
}

/** Under the server's own address. */
export function serverRoutes(app: Gateway, { stores, urls, authorization, description }: Parts): void {
  tenantsRoutes(app, {
    ...stores,
    urls,
    authorization,
    onTenantCreated: (tenant: Tenant) => createBuiltInRoles(stores, tenant.id),
    endSessionsOfTenant: stores.sessions.endOfTenant,
  });
  setupLinkRoutes(app, { ...stores, urls, authorization });
  operatorAuditRoutes(app, { audit: stores.audit, authorization });
  serveApiDescription(app, () => description.ofServer(urls.serverUrl()));
}

/** Under every tenant's address. */
export function tenantRoutes(scope: Gateway, parts: Parts): void {
  const { stores, authorization, description, mail } = parts;
  const connecting = connectingParts(parts);
  signInRoutes(scope, parts, connecting);
  passwordRoutes(scope, parts);
  connectionRoutes(scope, connecting);
  refreshRoutes(scope, connecting);
  groupsSeenRoutes(scope, connecting);
  providerHealthRoutes(scope, { ...stores, published: stores.refreshes, authorization, sendsMail: mail.mailer !== null });
  administrationRoutes(scope, parts, connecting);
  if (mail.hasMailbox) mailboxRoutes(scope, { ...stores, from: mail.from });
  serveConsole(scope, CONSOLE);
  serveApiDescription(scope, (request) => description.ofTenant(request.tenantUrl));
}

/** From an application's request through a provider and back. */
function signInRoutes(scope: Gateway, parts: Parts, connecting: Connecting): void {
  const { stores, registry, countSignIn } = parts;
  const protocolOf = (kind: keyof typeof registry) => registry[kind].protocol;
  const begin = { ...stores, protocolOf, hasPasswords: stores.passwords.isAny };
  registerBegin(scope, begin);
  const applications = applicationsOf(parts);
  const onFailure = (error: unknown): void => scope.log.error({ err: error }, 'published keys were not read');
  const refreshKeys = createRefreshKeys({ ...connecting, onFailure });
  const verify = { ...begin, ...verifyParts(parts) };
  const providers = createOpenIdProvider({ ...stores, applications });
  registerFinish(scope, {
    ...verify,
    answerAtOnce: (signedIn) => answerAtOnce(providers.plain, stores.transact, signedIn),
    portalOf: protocolOf,
    findLanding: findLanding.bind(null, { applications }),
    signIns: countSignInsOf(stores.signIns, parts.countProviderSignIn),
    countSignIn,
    refreshKeys,
  });
  const onLogoutFault = (error: unknown): void => scope.log.error({ err: error }, 'nobody was sent to sign out at the provider');
  const logout = { ...stores, ...logoutOf(parts), protocolOf, refreshKeys, onLogoutFault };
  registerLogout(scope, logout);
  verifyingRoutes(scope, parts, begin);
  registerOpenIdProvider(scope, {
    ...stores,
    applications,
    providers,
    sendProblemPage,
    startSignIn: (exchange, wish) => startSignIn(begin, exchange, wish),
    leave: leave.bind(null, logout),
    onRefreshed: (tenant, session) => startRecheck(parts, tenant, session),
  });
}

/** Test sign-ins, consent of a directory's administrator, and what a provider is told of us. */
function verifyingRoutes(scope: Gateway, parts: Parts, begin: BeginNeeds): void {
  const { stores, registry, authorization } = parts;
  const verify = { ...stores, ...begin, ...verifyParts(parts), authorization };
  registerVerifyPages(scope, verify);
  verifyRoutes(scope, verify);
  previewRoutes(scope, verify);
  publishedRoutes(scope, { ...stores, registry });
  registerConsent(scope, {
    ...stores,
    authorization,
    consentRequestOf: ({ kind, settings }, wish) => registry[kind].protocol.consentRequest(settings, wish),
  });
}

/** What administrators look after beside their providers. */
function administrationRoutes(scope: Gateway, { stores, authorization, resolveTxt }: Parts, connecting: Connecting): void {
  const directory = {
    ...stores,
    authorization,
    endSessionsOfUser: connecting.endSessionsOfUser,
    hasIdentityProvider: async (tenant: TenantId, id: ConnectionId) => (await stores.connections.read(tenant, id)) !== undefined,
    findUses: findUses.bind(null, stores.connections),
  };
  const endSessionsOfTenant = stores.sessions.endOfTenant;
  meRoutes(scope, { ...stores, authorization });
  userRoutes(scope, directory);
  groupRoutes(scope, directory);
  roleRoutes(scope, directory);
  applicationRoutes(scope, { ...stores, authorization });
  domainRoutes(scope, { ...stores, authorization, resolveTxt });
  settingsRoutes(scope, { ...stores, authorization, endSessionsOfTenant });
  configurationRoutes(scope, { ...directory, ...connecting, endSessionsOfTenant });
  registerDailyFigures(scope, { ...stores, authorization });
  registerSignIns(scope, { ...stores, authorization });
  auditRoutes(scope, { ...stores, authorization });
}

/** Accounts for emergencies. */
function passwordRoutes(scope: Gateway, { stores, authorization, hashing, proxies, urls, countSignIn }: Parts): void {
  const needs = {
    ...stores,
    hashing,
    countSignIn,
    networkOf: createNetworkOf(proxies),
    announce: (tenant: Tenant, event: BreakGlassEvent) => announce({ ...stores, urls }, tenant, event),
  };
  registerPassword(scope, needs);
  registerSetup(scope, needs);
  localAdministratorRoutes(scope, { ...needs, authorization });
}

/** Those of the store, and the console. */
function applicationsOf({ stores, urls }: Parts) {
  return withConsole(stores.applications, async (id) => {
    const tenant = await stores.tenants.find(id);
    return tenant && urls.urlOf(tenant);
  });
}

type Connecting = ReturnType<typeof connectingParts>;

/** What the steps need that change identity providers. */
function connectingParts({ stores, registry, authorization, makeRsaKey, urls }: Parts) {
  const endSessionsOfConnection = stores.sessions.endOfConnection;
  const logout = logoutOf({ stores, registry });
  return { ...stores, ...logout, registry, authorization, makeRsaKey, endSessionsOfConnection, urlOf: urls.urlOf };
}

/** Signing out, over all protocols. */
export const logoutOf = ({ stores, registry }: Pick<Parts, 'stores' | 'registry'>) =>
  createLogout(stores, (kind) => registry[kind].protocol);

/** Whoever keeps coming by refresh tokens is asked about at the provider now and then; the application does not wait for it. */
function startRecheck({ stores, registry, background }: Parts, tenant: Tenant, session: Session): void {
  const needs: RecheckNeeds = {
    ...stores,
    ...logoutOf({ stores, registry }),
    askProvider: async ({ kind, settings }, refreshToken, world) =>
      registry[kind].protocol.recheck?.(settings, refreshToken, world),
  };
  background.start(`recheck ${tenant.id} ${session.uid}`, () => recheckPerson(needs, tenant, session));
}

/** What test sign-ins need from other floors. */
function verifyParts({ stores, registry }: Parts) {
  return {
    inspect: ({ kind, settings }: Connection, pasted: Pasted, world: SignInWorld) =>
      registry[kind].protocol.inspect(settings, pasted, world),
    preflight: (connection: Connection, world: SignInWorld) => preflight(registry, connection, world),
    isApplication: async (tenant: TenantId, id: ApplicationId) => (await stores.applications.find(tenant, id)) !== undefined,
    previewTokens: ({ id }: Tenant, { person, connection, identity, applicationId }: PreviewedPerson) => {
      const { authenticatedAt, amr, acr } = identity;
      return previewClaims(stores, id, { person, idp: connection.slug, authenticatedAt, amr, acr, applicationId });
    },
  };
}
