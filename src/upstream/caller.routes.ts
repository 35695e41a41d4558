import type { FastifyRequest } from 'fastify';
import type { FastifyRouteSchemaDef, FastifyValidationResult } from 'fastify/types/schema.js';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import { line } from '#directory/index.ts';
import { Problem } from '#kernel/problem.ts';
import type { Change } from './needs.ts';
import { problems } from './problems.ts';

/** Who changes something where, as the authorization hook and the tenant's scope have found. */
export function changeOf({ tenant, tenantUrl, caller }: FastifyRequest): Change {
  return {
    tenant: tenant.id,
    tenantUrl,
    by: actorOf(caller),
    permissions: caller.kind === 'operator' ? 'all' : caller.permissions,
  };
}

/**
 * The revision that the caller has read, from `If-Match: "7"`; undefined when any will do.
 * @throws Problem `upstream.revision_differs` for a tag that is none of ours: it can match nothing
 * @see RFC 9110 §13.1.1
 */
export function revisionOf({ headers }: FastifyRequest): number | undefined {
  const tag = headers['if-match'];
  if (tag === undefined || tag === '*') return undefined;
  const [, revision] = /^"(\d{1,15})"$/.exec(tag) ?? [];
  if (revision === undefined) throw new Problem(problems.revision_differs);
  return Number(revision);
}

/** Why something goes live unverified: a sentence for whoever reads the audit log. */
export const overrideText = line(500);
/** Of a change: `?override=the+reason`. */
export const overrideQuery = z.strictObject({ override: overrideText.optional() });

/**
 * Lets every body through to the step, which tells its faults together with those that only it can find. The schema of the route is
 * for the API's description; queries and path parameters are checked as everywhere.
 */
export function acceptAnyBody<Schema>(route: FastifyRouteSchemaDef<Schema>): FastifyValidationResult {
  if (route.httpPart === 'body') return Object.assign((value: unknown) => ({ value }), { errors: null });
  return validatorCompiler(route as FastifyRouteSchemaDef<z.core.$ZodType>);
}
