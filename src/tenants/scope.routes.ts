import type { FastifyRequest } from 'fastify';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';
import type { Tenant, TenantStore } from './tenant.ts';
import { NOWHERE, type TenantUrls } from './urls.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant that the address names; set for every route under `tenantScope`. */
    tenant: Tenant;
    /** Its URL, the issuer, without trailing slash; made from the template, never from the request. */
    tenantUrl: string;
  }
}

/** Where tenant routes live inside the process. `~` keeps the prefix apart from everything that the outside may name. */
const INSIDE = '/~t';

/** The same as the router writes it. */
export const TENANT_PREFIX = `${INSIDE}/:tenant`;

/** Outside address to inside address, see `ServerParts.locate`. An outside path that names the inside prefix goes nowhere. */
export function locateTenant(urls: TenantUrls, host: string, target: string): string {
  const path = target.startsWith('/') ? target : pathOfAbsoluteForm(target);
  const found = urls.locate(host, path);
  if (found.tenant !== null) return `${INSIDE}/${found.tenant}${found.rest}`;
  return found.rest.startsWith(INSIDE) ? NOWHERE : found.rest;
}

/** `GET http://host/path` (RFC 9112 §3.2.2): the host in it is no more to be trusted than the Host header. */
function pathOfAbsoluteForm(target: string): string {
  const match = /^https?:\/\/[^/?#]*([/?].*)?$/i.exec(target);
  return match?.[1] ?? NOWHERE;
}

/**
 * Registers routes under every tenant's URL. A route sees an existing, active tenant, or is not reached.
 * @throws Problem `tenants.unknown`, `tenants.suspended`
 */
export function tenantScope(
  app: Gateway,
  needs: { tenants: TenantStore; urls: TenantUrls },
  register: (scope: Gateway) => void | Promise<void>,
): void {
  app.register(
    async (scope) => {
      scope.decorateRequest('tenantUrl', '');
      scope.addHook('onRequest', async (request: FastifyRequest) => {
        const { tenant: name } = request.params as { tenant: string };
        const tenant = await needs.tenants.findByName(name);
        if (!tenant) throw new Problem(problems.unknown);
        if (tenant.status !== 'active') throw new Problem(problems.suspended);
        request.tenant = tenant;
        request.tenantUrl = needs.urls.urlOf(tenant);
      });
      await register(scope);
    },
    { prefix: TENANT_PREFIX },
  );
}
