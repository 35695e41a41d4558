import type { FastifyRequest } from 'fastify';
import type { FastifyRouteSchemaDef, FastifyValidationResult } from 'fastify/types/schema.js';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import type { Change } from './needs.ts';

/** Who changes something where, as the authorization hook and the tenant's scope have found. */
export function changeOf({ tenant, caller }: FastifyRequest): Change {
  return { tenant: tenant.id, by: actorOf(caller), permissions: caller.kind === 'operator' ? 'all' : caller.permissions };
}

/**
 * Lets every body through to the step, which tells its faults together with those that only it can find. The schema of the route is
 * for the API's description; queries and path parameters are checked as everywhere.
 */
export function acceptAnyBody<Schema>(route: FastifyRouteSchemaDef<Schema>): FastifyValidationResult {
  if (route.httpPart === 'body') return Object.assign((value: unknown) => ({ value }), { errors: null });
  return validatorCompiler(route as FastifyRouteSchemaDef<z.core.$ZodType>);
}
