import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import {
  changeTenant,
  createTenant,
  problems,
  removeTenant,
  settingsShape,
  TENANT_NAME,
  type Tenant,
  type TenantUrls,
} from '#tenants/index.ts';
import type { OperatorNeeds } from './needs.ts';

export type TenantsRoutesNeeds = OperatorNeeds & { authorization: Authorization };

const nameShape = z.string().regex(TENANT_NAME);
const displayNameShape = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);
const tenantShape = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  region: z.string(),
  status: z.enum(['active', 'suspended']),
  url: z.url().describe('everything of the tenant lives under it'),
  issuer: z.url(),
  settings: settingsShape,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const listShape = z.object({ items: z.array(tenantShape), next: z.string().nullable() });
const changeShape = z
  .strictObject({
    displayName: displayNameShape,
    status: z.enum(['active', 'suspended']).describe('suspending ends every session'),
    settings: settingsShape.partial(),
  })
  .partial();
const pageShape = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50), cursor: nameShape.optional() });
const confirmShape = z.strictObject({ confirm: z.string().max(60).optional().describe('the name of the tenant again') });
/** Any text: a name that cannot be is the name of no tenant. */
const params = z.object({ name: z.string() });
const tags = ['tenants'];

/** Tenants, on the server's own address, for operators. */
export function tenantsRoutes(app: Gateway, needs: TenantsRoutesNeeds): void {
  readRoutes(app, needs);
  createRoute(app, needs);
  changeRoutes(app, needs);
}

function readRoutes(app: Gateway, { tenants, urls, authorization }: TenantsRoutesNeeds): void {
  const onRequest = authorization.allowOperator;
  app.route({
    method: 'GET',
    url: '/api/v1/tenants',
    onRequest,
    schema: { tags, summary: 'List the tenants by name', querystring: pageShape, response: { 200: listShape } },
    handler: async ({ query: { limit, cursor } }) => {
      const found = await tenants.list({ limit: limit + 1, after: cursor });
      const items = found.slice(0, limit);
      return {
        items: items.map((tenant) => show(tenant, urls)),
        next: found.length > limit ? (items.at(-1)?.name ?? null) : null,
      };
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/tenants/:name',
    onRequest,
    config: { problems: [problems.unknown] },
    schema: { tags, summary: 'Read a tenant', params, response: { 200: tenantShape } },
    handler: async (request) => {
      const tenant = await tenants.findByName(request.params.name);
      if (!tenant) throw new Problem(problems.unknown);
      return show(tenant, urls);
    },
  });
}

function createRoute(app: Gateway, needs: TenantsRoutesNeeds): void {
  const body = z.strictObject({
    name: nameShape.describe('part of every URL of the tenant; never changed'),
    displayName: displayNameShape.optional(),
    region: z.enum(needs.urls.regions).optional(),
    settings: settingsShape.partial().optional(),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/tenants',
    onRequest: needs.authorization.allowOperator,
    config: { problems: [problems.name_taken, problems.input_invalid] },
    schema: { tags, summary: 'Create a tenant', body, response: { 201: tenantShape } },
    handler: async (request, reply) => {
      const tenant = await createTenant({ by: actorOf(request.caller), ...request.body }, needs);
      return reply.code(201).send(show(tenant, needs.urls));
    },
  });
}

function changeRoutes(app: Gateway, needs: TenantsRoutesNeeds): void {
  const onRequest = needs.authorization.allowOperator;
  app.route({
    method: 'PATCH',
    url: '/api/v1/tenants/:name',
    onRequest,
    config: { problems: [problems.unknown, problems.input_invalid] },
    schema: {
      tags,
      summary: 'Change, suspend or resume a tenant; what is not named stays',
      params,
      body: changeShape,
      response: { 200: tenantShape },
    },
    handler: async (request) => {
      const tenant = await changeTenant({ by: actorOf(request.caller), name: request.params.name, ...request.body }, needs);
      return show(tenant, needs.urls);
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/tenants/:name',
    onRequest,
    config: { problems: [problems.unknown, problems.removal_unconfirmed] },
    schema: { tags, summary: 'Remove a tenant and everything under it; its audit log stays', params, querystring: confirmShape },
    handler: async (request, reply) => {
      await removeTenant({ by: actorOf(request.caller), name: request.params.name, confirm: request.query.confirm }, needs);
      return reply.code(204).send();
    },
  });
}

function show({ createdAt, updatedAt, ...tenant }: Tenant, urls: TenantUrls): z.input<typeof tenantShape> {
  const url = urls.urlOf(tenant);
  return { ...tenant, url, issuer: url, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
