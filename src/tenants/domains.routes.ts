import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import { changeDomain, getDomain, removeDomain } from './change-domain.ts';
import { claimDomain, type DomainNeeds } from './claim-domain.ts';
import { problems } from './problems.ts';
import { proveDomain, type ResolveTxt, recordOf } from './prove-domain.ts';
import { domainNameShape, domainShape } from './shapes.ts';
import type { Domain } from './tenant.ts';

export type DomainRoutesNeeds = DomainNeeds & { authorization: Authorization; resolveTxt: ResolveTxt };

const params = z.object({ name: domainNameShape });
const claimShape = z.strictObject({ name: domainNameShape, includeSubdomains: z.boolean().default(false) });
const changeShape = z.strictObject({ includeSubdomains: z.boolean() });
const listShape = z.object({ items: z.array(domainShape), next: z.null() });
const tags = ['domains'];

/** Domains of a tenant, under `tenantScope`. */
export function domainRoutes(scope: Gateway, needs: DomainRoutesNeeds): void {
  readRoutes(scope, needs);
  claimRoutes(scope, needs);
  changeRoutes(scope, needs);
}

function readRoutes(scope: Gateway, { domains, authorization }: DomainRoutesNeeds): void {
  const onRequest = authorization.allow('domains:read');
  scope.route({
    method: 'GET',
    url: '/api/v1/domains',
    onRequest,
    schema: { tags, summary: 'List the domains', response: { 200: listShape } },
    handler: async ({ tenant }) => ({ items: (await domains.list(tenant.id)).map(show), next: null }),
  });
  scope.route({
    method: 'GET',
    url: '/api/v1/domains/:name',
    onRequest,
    config: { problems: [problems.domain_unknown] },
    schema: { tags, summary: 'Read a domain', params, response: { 200: domainShape } },
    handler: async (request) => show(await getDomain(domains, request.tenant, request.params.name)),
  });
}

function claimRoutes(scope: Gateway, needs: DomainRoutesNeeds): void {
  const onRequest = needs.authorization.allow('domains:write');
  scope.route({
    method: 'POST',
    url: '/api/v1/domains',
    onRequest,
    config: { problems: [problems.domain_invalid, problems.domain_public, problems.domain_exists, problems.domain_taken] },
    schema: { tags, summary: 'Claim a domain; an operator vouches for it', body: claimShape, response: { 201: domainShape } },
    handler: async ({ tenant, caller, body }, reply) => {
      const domain = await claimDomain({ tenant, by: actorOf(caller), ...body }, needs);
      return reply.code(201).send(show(domain));
    },
  });
  scope.route({
    method: 'POST',
    url: '/api/v1/domains/:name/prove',
    onRequest,
    config: {
      problems: [problems.domain_unknown, problems.domain_lookup_failed, problems.domain_not_proven, problems.domain_taken],
    },
    schema: { tags, summary: 'Look for the TXT record now', params, response: { 200: domainShape } },
    handler: async (request) =>
      show(await proveDomain({ tenant: request.tenant, by: actorOf(request.caller), ...request.params }, needs)),
  });
}

function changeRoutes(scope: Gateway, needs: DomainRoutesNeeds): void {
  const onRequest = needs.authorization.allow('domains:write');
  scope.route({
    method: 'PATCH',
    url: '/api/v1/domains/:name',
    onRequest,
    config: { problems: [problems.domain_unknown, problems.domain_taken] },
    schema: { tags, summary: 'Change a domain', params, body: changeShape, response: { 200: domainShape } },
    handler: async (request) =>
      show(
        await changeDomain({ tenant: request.tenant, by: actorOf(request.caller), ...request.params, ...request.body }, needs),
      ),
  });
  scope.route({
    method: 'DELETE',
    url: '/api/v1/domains/:name',
    onRequest,
    config: { problems: [problems.domain_unknown] },
    schema: { tags, summary: 'Give a domain up', params },
    handler: async (request, reply) => {
      await removeDomain({ tenant: request.tenant, by: actorOf(request.caller), ...request.params }, needs);
      return reply.code(204).send();
    },
  });
}

function show(domain: Domain): z.input<typeof domainShape> {
  const { name, includeSubdomains, state, createdAt, provenAt } = domain;
  return {
    name,
    includeSubdomains,
    state,
    record: recordOf(domain),
    createdAt: createdAt.toISOString(),
    provenAt: provenAt?.toISOString() ?? null,
  };
}
