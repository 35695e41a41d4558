import { auditRoutes, operatorAuditRoutes } from '#audit/audit-events.routes.ts';
import { createAuditLog } from '#audit/events.sql.ts';
import type { AuditChain } from '#audit/index.ts';
import { createAuthorization } from '#http/authorization.ts';
import { createLogger } from '#http/logging.ts';
import { describeApi, serveApiDescription } from '#http/openapi.ts';
import { createServer, type Gateway, sendProblem } from '#http/server.ts';
import type { TenantId } from '#kernel/ids.ts';
import { isProblem } from '#kernel/problem.ts';
import { openStore, type Store } from '#sql/store.ts';
import { domainRoutes } from '#tenants/domains.routes.ts';
import { createDomainStore } from '#tenants/domains.sql.ts';
import {
  createTenantUrls,
  type DomainStore,
  type ResolveTxt,
  type TenantRegister,
  type TenantUrls,
  type UrlTemplate,
} from '#tenants/index.ts';
import { locateTenant, TENANT_PREFIX, tenantScope } from '#tenants/scope.routes.ts';
import { settingsRoutes } from '#tenants/settings.routes.ts';
import { createTenantStore } from '#tenants/tenants.sql.ts';
import { openTestDatabase } from '#test/postgres/index.ts';
import { createTestWorld, type TestWorld } from '#test/tenant/index.ts';
import { tenantsRoutes } from './tenants.routes.ts';

export const OPERATOR = 'operator-token-of-a-test-0123456789';
/** Access tokens of one administrator of each of two tenants, by the tenant's name. */
export const ADMINISTRATOR: Readonly<Record<string, string>> = {
  acme: 'token-of-acme-administrator',
  globex: 'token-of-globex-administrator',
};
/** Somebody of acme who may read the settings and nothing else. */
export const READER = 'token-of-acme-reader';

export interface TestGateway {
  readonly app: Gateway;
  readonly store: Store;
  readonly world: TestWorld;
  readonly audit: AuditChain;
  readonly tenants: TenantRegister;
  readonly domains: DomainStore;
  readonly urls: TenantUrls;
  /** TXT records that the DNS has; a missing name has none, an `Error` is what a broken server gives. */
  readonly dns: Map<string, string[][] | Error>;
  readonly created: string[];
  readonly ended: TenantId[];
  /** What the hook of a created tenant does after noting it. */
  failOnCreation: Error | null;
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    given?: { token?: string; body?: unknown; host?: string; accept?: string },
  ): Promise<Answer>;
  /** Creates a tenant as an operator does. */
  addTenant(name: string): Promise<TenantId>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer's body, looked at by asserts
  readonly body: any;
  readonly headers: Record<string, unknown>;
  /** `pointer code` of every fault, sorted. */
  readonly faults: string[];
}

const TEMPLATES: readonly UrlTemplate[] = [{ region: 'default', template: 'https://sso.example.com/t/{tenant}' }];

/** Everything that this part of the gateway is, in process, on a database of its own. */
export async function openTestGateway(templates: readonly UrlTemplate[] = TEMPLATES): Promise<TestGateway> {
  const database = await openTestDatabase();
  const store = openStore(database.url);
  const world = createTestWorld();
  const urls = createTenantUrls(templates);
  const tenants = createTenantStore({ store });
  const parts = {
    tenants,
    urls,
    world,
    domains: createDomainStore({ store }),
    audit: createAuditLog({ store, world }),
    transact: store.transact,
  };
  const app = createServer({
    locate: (host, path) => locateTenant(urls, host, path),
    sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
    logger: createLogger({ level: 'silent' }),
  });
  const gateway: TestGateway = {
    app,
    store,
    ...parts,
    dns: new Map(),
    created: [],
    ended: [],
    failOnCreation: null,
    call: (method, url, given) => call(app, { method, url, ...given }),
    addTenant: async (name) =>
      (await gateway.call('POST', '/api/v1/tenants', { token: OPERATOR, body: { name } })).body.id as TenantId,
    async close() {
      await app.close();
      await store.close();
      await database.drop();
    },
  };
  const description = await describeApi(app, { tenantPrefix: TENANT_PREFIX });
  serveApiDescription(app, () => description.ofServer(urls.serverUrl()));
  registerAll(gateway, parts, (scope) => serveApiDescription(scope, ({ tenantUrl }) => description.ofTenant(tenantUrl)));
  await app.ready();
  return gateway;
}

type Parts = Pick<TestGateway, 'tenants' | 'domains' | 'audit' | 'urls' | 'world'> & Pick<Store, 'transact'>;

function registerAll(gateway: TestGateway, parts: Parts, also: (scope: Gateway) => void): void {
  const authorization = createAuthorization({
    operatorToken: OPERATOR,
    findTokenUser: (tenant, token) => findTokenUser(gateway, tenant, token),
  });
  const resolveTxt: ResolveTxt = async (name) => {
    const found = gateway.dns.get(name) ?? [];
    if (found instanceof Error) throw found;
    return found;
  };
  const needs = {
    ...parts,
    authorization,
    resolveTxt,
    onTenantCreated: async ({ name }: { name: string }) => {
      gateway.created.push(name);
      if (gateway.failOnCreation) throw gateway.failOnCreation;
    },
    endSessionsOfTenant: async (tenant: TenantId) => void gateway.ended.push(tenant),
  };
  tenantsRoutes(gateway.app, needs);
  operatorAuditRoutes(gateway.app, needs);
  tenantScope(gateway.app, needs, (scope) => {
    scope.get('/where', { schema: { hide: true } }, ({ tenant, tenantUrl }) => ({ tenant: tenant.name, url: tenantUrl }));
    settingsRoutes(scope, needs);
    domainRoutes(scope, needs);
    auditRoutes(scope, needs);
    also(scope);
  });
}

async function findTokenUser({ tenants }: TestGateway, tenant: TenantId, token: string) {
  const { name } = (await tenants.find(tenant)) ?? { name: '' };
  if (token === ADMINISTRATOR[name]) {
    const all = ['settings:read', 'settings:write', 'domains:read', 'domains:write', 'audit-events:read'];
    return { id: `usr_${name}`, permissions: new Set(all) };
  }
  return token === READER && name === 'acme' ? { id: 'usr_reader', permissions: new Set(['settings:read']) } : undefined;
}

async function call(
  app: Gateway,
  {
    method,
    url,
    token,
    body,
    host = 'sso.example.com',
    accept,
  }: Parameters<TestGateway['call']>[2] & { method: 'GET' | 'POST' | 'PATCH' | 'DELETE'; url: string },
): Promise<Answer> {
  const answer = await app.inject({
    method,
    url,
    headers: { host, ...(token ? { authorization: `Bearer ${token}` } : {}), ...(accept ? { accept } : {}) },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  const isJson =
    String(answer.headers['content-type']).includes('json') && !String(answer.headers['content-type']).includes('ndjson');
  const parsed = isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined;
  const faults = ((parsed?.errors ?? []) as { pointer: string; code: string }[])
    .map(({ pointer, code }) => `${pointer} ${code}`)
    .sort();
  return { status: answer.statusCode, text: answer.body, body: parsed, headers: answer.headers, faults };
}

/** Runs the work and answers the code of the problem that it must throw. */
export async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
  return 'nothing was refused';
}
