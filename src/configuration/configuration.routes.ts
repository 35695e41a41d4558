import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyRouteSchemaDef, FastifyValidationResult } from 'fastify/types/schema.js';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { Permission } from '#kernel/permission.ts';
import { writeCanonical } from '#upstream/index.ts';
import { applyTenant } from './apply-tenant.ts';
import { exportTenant, exportTenantWithSecrets, passphraseBody } from './export-tenant.ts';
import type { ConfigurationChange, ConfigurationNeeds } from './needs.ts';
import { actions, kinds } from './plan.ts';
import { applyBody } from './read-apply.ts';
import { FIRST, tenantDocument } from './tenant-document.ts';

export type ConfigurationRoutesNeeds = ConfigurationNeeds & { authorization: Authorization };

const tags = ['configuration'];
/** Some hundred providers with their certificates and mappings. */
const APPLY_BYTES = 16_777_216;

/** What a document of the tenant shows. */
const READS: readonly Permission[] = [
  'settings:read',
  'domains:read',
  'roles:read',
  'users:read',
  'identity-providers:read',
  'applications:read',
];

const fault = z.object({ pointer: z.string(), code: z.string(), detail: z.string() });
const item = z.object({
  action: z.enum(actions),
  kind: z.enum(kinds),
  name: z.string(),
  differences: z
    .array(z.object({ pointer: z.string(), before: z.unknown(), after: z.unknown() }))
    .readonly()
    .describe('of what is changed; of secrets only that they are set'),
  faults: z.array(fault).readonly().describe('why it is refused, with pointers into the request'),
  staged: z.boolean().describe('waits for Verify, or will'),
  missing: z.array(z.string()).readonly().describe('pointers to secrets that the identity provider will wait for'),
});
const made = z.object({ name: z.string(), clientId: z.string(), clientSecret: z.string().nullable() });
const plan = z
  .object({
    applied: z.boolean(),
    items: z.array(item).readonly(),
    applications: z.array(made).readonly().describe('that were made or given a secret: told once, in this answer'),
  })
  .meta({ id: 'ConfigurationPlan' });

/** A whole tenant as a document, out and in. Under `tenantScope`. */
export function configurationRoutes(scope: Gateway, needs: ConfigurationRoutesNeeds): void {
  const reads = READS.map((permission) => needs.authorization.allow(permission));
  exportRoutes(scope, needs, reads);
  scope.route({
    method: 'POST',
    url: '/api/v1/apply',
    onRequest: reads,
    bodyLimit: APPLY_BYTES,
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Make the tenant what a document says, or say what that would come to; each step takes its own permission',
      body: applyBody,
      response: { 200: plan },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return applyTenant(needs, changeOf(request), request.body);
    },
  });
}

type Hooks = ReturnType<Authorization['allow']>[];

function exportRoutes(scope: Gateway, needs: ConfigurationRoutesNeeds, reads: Hooks): void {
  scope.route({
    method: 'GET',
    url: '/api/v1/export',
    onRequest: reads,
    schema: { tags, summary: 'Export the whole tenant, without people and secrets', response: { 200: tenantDocument } },
    handler: async (request, reply) => attach(request, reply, await exportTenant(needs, changeOf(request))),
  });
  scope.route({
    method: 'POST',
    url: '/api/v1/export',
    onRequest: [...reads, needs.authorization.allow('secrets:export')],
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Export the whole tenant with the secrets of its identity providers, encrypted to a passphrase',
      body: passphraseBody,
      response: { 200: tenantDocument },
    },
    handler: async (request, reply) =>
      attach(request, reply, await exportTenantWithSecrets(needs, changeOf(request), request.body)),
  });
}

/** The same facts make the same bytes. */
function attach({ tenant }: FastifyRequest, reply: FastifyReply, document: Record<string, unknown>): never {
  return reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename="${tenant.name}.tenant.json"`)
    .header('cache-control', 'no-store')
    .serializer((body: Record<string, unknown>) => writeCanonical(body, FIRST))
    .send(document) as never;
}

function changeOf({ tenant, tenantUrl, caller }: FastifyRequest): ConfigurationChange {
  const permissions = caller.kind === 'operator' ? 'all' : caller.permissions;
  return { tenant: tenant.id, of: tenant, tenantUrl, by: actorOf(caller), permissions };
}

/** The step judges the body, and tells all its faults at once; the schema is for the API's description. */
function acceptAnyBody<Schema>(route: FastifyRouteSchemaDef<Schema>): FastifyValidationResult {
  if (route.httpPart === 'body') return Object.assign((value: unknown) => ({ value }), { errors: null });
  return validatorCompiler(route as FastifyRouteSchemaDef<z.core.$ZodType>);
}
