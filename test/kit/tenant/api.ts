import { createAuditLog } from '#audit/events.sql.ts';
import type { AuditChain } from '#audit/index.ts';
import { createRoleStore } from '#directory/roles.sql.ts';
import { type Authorization, createAuthorization } from '#http/authorization.ts';
import { createServer, type Gateway, sendProblem } from '#http/server.ts';
import type { UserId } from '#kernel/ids.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { locateTenant, tenantScope } from '#tenants/scope.routes.ts';
import { createTenantStore } from '#tenants/tenants.sql.ts';
import { openTestTenants, type TestTenants, type TestWorld } from './index.ts';

/** What the API shows of anything: a test names what it expects, and sees undefined where that is missing. */
export interface Shown {
  id: string;
  name: string;
  code: string;
  status: string;
  next: string | null;
  items: Shown[];
  permissions: string[];
  groups: { id: string; name: string; sources: string[] }[];
  roles: { id: string; name: string; sources: string[] }[];
  errors?: { pointer: string; code: string; detail: string }[];
  [other: string]: unknown;
}

export interface TestAnswer {
  status: number;
  body: Shown;
  headers: Record<string, string | string[] | number | undefined>;
}

export interface Call {
  /** `operator` (default), the id of a user whose roles count, or null for nobody. */
  as?: string | null;
  body?: unknown;
  tenant?: string;
  headers?: Record<string, string>;
}

export interface TestApi extends TestTenants {
  readonly audit: AuditChain;
  /** `call('POST', '/users', { body })` under the tenant's `/api/v1`. */
  call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, call?: Call): Promise<TestAnswer>;
  /** The same with the very bytes of the answer. */
  raw(method: string, path: string, call?: Call): Promise<{ status: number; text: string; headers: TestAnswer['headers'] }>;
}

const OPERATOR_TOKEN = 'operator-token-of-a-test';

/** Routes of one feature in this process, with real stores and real authorization; a user's token is `token-of.<id>`. */
export async function openTestApi(
  register: (scope: Gateway, parts: TestTenants & { audit: AuditChain; authorization: Authorization }) => void,
  world?: TestWorld,
): Promise<TestApi> {
  const given = await openTestTenants(world);
  const audit = createAuditLog(given);
  const roles = createRoleStore(given);
  const urls = createTenantUrls([{ region: 'na', template: 'https://sso.example.com/t/{tenant}' }]);
  const logger = {
    level: 'silent',
    child: () => logger,
    ...Object.fromEntries(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => [level, () => {}])),
  } as never;
  const app = createServer({
    logger,
    locate: (host, path) => locateTenant(urls, host, path),
    sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
  });
  const authorization = createAuthorization({
    operatorToken: OPERATOR_TOKEN,
    async findTokenUser(tenant, token) {
      const id = token.replace('token-of.', '') as UserId;
      const permissions = await roles.findPermissions(tenant, id);
      return permissions && { id, permissions };
    },
  });
  tenantScope(app, { tenants: createTenantStore(given), urls }, (scope) => register(scope, { ...given, audit, authorization }));
  await app.ready();
  const raw: TestApi['raw'] = async (method, path, { as = 'operator', body, tenant = 'acme', headers = {} } = {}) => {
    const token = as === 'operator' ? OPERATOR_TOKEN : `token-of.${as}`;
    const answer = await app.inject({
      method: method as 'GET',
      url: `/t/${tenant}/api/v1${path}`,
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      payload: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: answer.statusCode, text: answer.body, headers: answer.headers };
  };
  return {
    ...given,
    audit,
    raw,
    async call(method, path, call) {
      const { status, text, headers } = await raw(method, path, call);
      return { status, body: text === '' ? {} : JSON.parse(text), headers };
    },
    async close() {
      await app.close();
      await given.close();
    },
  };
}
