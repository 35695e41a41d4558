import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { readCookie } from '#http/cookies.ts';
import type { SendProblemPage } from '#http/server.ts';
import type { TenantId } from '#kernel/ids.ts';
import type { Transact } from '#kernel/world.ts';
import type { Session, SessionId, SessionStore } from '#sessions/index.ts';
import type { SigningAlgorithm } from '#signing-keys/index.ts';
import type { Tenant } from '#tenants/index.ts';
import { cookiesOfTenant } from './cookies.routes.ts';
import type { PlainNeeds } from './plain/plain.ts';
import { inScope, type RequestScope } from './request-scope.ts';
import type { TenantKeys } from './tenant-keys.ts';
import { UnitOfWork } from './unit-of-work.ts';

export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** The Providers of all tenants, which are one, ready to answer. */
export interface Providers {
  readonly provider: Provider;
  /** Answers a request; done when the answer is written, or put off. */
  readonly handle: ReturnType<Provider['callback']>;
  readonly keysOf: (tenant: TenantId, algorithm: SigningAlgorithm) => Promise<TenantKeys>;
  /** For what is answered without the Provider. */
  readonly plain: PlainNeeds;
}

export interface EnterNeeds {
  providers: Providers;
  transact: Transact;
  sendProblemPage: SendProblemPage;
  /** An application has just got tokens by a refresh token that rests on this session. Nobody waits for what follows. */
  onRefreshed?(tenant: Tenant, session: Session): void;
}

/** Everything that one request to the Provider shares. */
export function newScope(
  { transact }: { transact: Transact },
  request: FastifyRequest,
  known: Partial<RequestScope> = {},
): RequestScope {
  const { tenant, tenantUrl: issuer } = request;
  return {
    tenant,
    issuer,
    cookies: cookiesOfTenant(tenant, issuer),
    unit: new UnitOfWork(transact),
    applications: new Map(),
    ...known,
  };
}

export interface Entry {
  /** Canonical path and query under the tenant's URL. */
  target: string;
  scope?: RequestScope;
  /** `needed` where something is signed, or verified that we have signed. */
  keys?: 'needed';
}

/** Has the Provider answer for the tenant of this request. */
export async function enterProvider(needs: EnterNeeds, { request, reply }: Exchange, entry: Entry): Promise<unknown> {
  const { target, scope = newScope(needs, request), keys } = entry;
  const { handle, keysOf } = needs.providers;
  if (keys) scope.keys = await keysOf(request.tenant.id, request.tenant.settings.idTokenAlgorithm);
  pin(request.raw, request.tenantUrl, target);
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
  await inScope(scope, () => handle(request.raw, reply.raw));
  log(request, scope);
  const { refreshes, origin, failure, answered } = scope;
  if (refreshes && origin && failure === undefined && !answered) needs.onRefreshed?.(scope.tenant, origin);
  if (scope.refused) return needs.sendProblemPage(request, reply, scope.refused);
  return reply.hijack();
}

/** Calls the Provider outside of its own routes, for what only it can do, and makes what it writes durable. */
export async function withProvider<Result>(
  needs: EnterNeeds,
  { request }: Exchange,
  work: (provider: Provider) => Promise<Result>,
): Promise<Result> {
  pin(request.raw, request.tenantUrl, request.raw.url ?? '/');
  const scope = newScope(needs, request);
  return inScope(scope, async () => {
    try {
      const result = await work(needs.providers.provider);
      await scope.unit.end('keep');
      return result;
    } catch (error) {
      await scope.unit.end('undo').catch(() => {});
      throw error;
    }
  });
}

/** What else a proxy or a stranger may say of where a request came from. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-prefix'] as const;

/**
 * The Provider builds URLs, and the audiences that it accepts, from what the request says of host, protocol and path. All of it is
 * said by the tenant's URL instead, so that nobody's Host header gets into them (host header injection, OWASP ASVS 5.0 §V4.1).
 */
function pin(raw: FastifyRequest['raw'] & { originalUrl?: string }, tenantUrl: string, target: string): void {
  const issuer = new URL(tenantUrl);
  const base = issuer.pathname === '/' ? '' : issuer.pathname;
  raw.url = target;
  raw.originalUrl = `${base}${target}`;
  raw.headers.host = issuer.host;
  raw.headers['x-forwarded-host'] = issuer.host;
  raw.headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
  for (const name of FORWARDED) if (raw.headers[name] !== undefined) delete raw.headers[name];
}

/** The session of this browser, if it has one that is alive. */
export async function findSession(
  { sessions }: { sessions: SessionStore },
  request: FastifyRequest,
): Promise<RequestScope['session']> {
  const { names } = cookiesOfTenant(request.tenant, request.tenantUrl);
  const id = readCookie(request.headers.cookie, names.session) as SessionId | undefined;
  const session = id && (await sessions.find(request.tenant.id, id));
  return session && { id, session };
}

function log(request: FastifyRequest, { failure, answered, refused }: RequestScope): void {
  if (failure !== undefined) request.log.error({ err: failure, reference: request.id }, 'the OpenID Provider failed');
  else if (refused) request.log.info({ code: refused.code, facts: refused.facts, reference: request.id }, 'refused');
  else if (answered)
    request.log.info({ code: `openid_provider.${answered.error}`, facts: answered, reference: request.id }, 'refused');
}
