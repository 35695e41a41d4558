import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ApplicationId, ConnectionId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { upstreamProblems } from '#upstream/index.ts';
import { cursorOf, readCursor } from '../cursor.ts';
import { problems } from './problems.ts';
import { describe, type ShowNeeds } from './show.ts';
import { type StartVerificationNeeds, startVerification } from './start-verification.ts';
import { verificationJson, verificationSummary } from './verification.schema.ts';
import { visibleTo } from './visible.ts';

export type VerifyRoutesNeeds = StartVerificationNeeds & ShowNeeds & { authorization: Authorization };

const PATH = '/api/v1/identity-providers/:id/verify';
const tags = ['identity-providers'];
const params = z.object({ id: z.string().transform((id) => id as ConnectionId) });
const started = z.object({
  id: z.string(),
  url: z.string().describe('to be opened in a browser, once, within 15 minutes'),
  revision: z.int(),
  reference: z.string(),
  expiresAt: z.iso.datetime(),
});
const wish = z
  .strictObject({
    revision: z.int().min(1).optional().describe('the staged one, where there is one, else the current one'),
    applicationId: z.string().max(100).optional().describe('whose tokens are shown; default: an application with every scope'),
  })
  .nullish();
const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

/** POST and GET /api/v1/identity-providers/{id}/verify, GET …/verify/{ver}: test sign-ins that change nothing. */
export function verifyRoutes(scope: Gateway, needs: VerifyRoutesNeeds): void {
  registerStart(scope, needs);
  registerList(scope, needs);
  registerOne(scope, needs);
}

function registerStart(scope: Gateway, needs: VerifyRoutesNeeds): void {
  scope.route({
    method: 'POST',
    url: PATH,
    onRequest: needs.authorization.allow('identity-providers:write'),
    schema: {
      tags,
      summary: 'Start a test sign-in through a revision, switched on or not',
      params,
      body: wish,
      response: { 201: started },
    },
    handler: async ({ tenant, tenantUrl, caller, params: { id }, body }, reply) => {
      const { verification, url } = await startVerification(needs, {
        tenant,
        tenantUrl,
        by: actorOf(caller),
        connectionId: id,
        revision: body?.revision,
        applicationId: body?.applicationId as ApplicationId | undefined,
      });
      const { id: made, revision, reference, expiresAt } = verification;
      return reply.code(201).send({ id: made, url, revision, reference, expiresAt: expiresAt.toISOString() });
    },
  });
}

function registerList(scope: Gateway, needs: VerifyRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: PATH,
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: {
      tags,
      summary: 'List the test sign-ins of an identity provider, newest first',
      params,
      querystring: query,
      response: { 200: z.object({ items: z.array(verificationSummary), next: z.string().nullable() }) },
    },
    handler: async ({ tenant, params: { id }, query: { limit, cursor } }) => {
      if (!(await needs.connections.find(tenant.id, id))) throw new Problem(upstreamProblems.connection_unknown);
      const before = cursor === undefined ? undefined : readCursor(cursor);
      const page = { limit: limit + 1, before: before && { startedAt: before.startedAt, id: before.key } };
      const found = await needs.verifications.list(tenant.id, id, page);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return {
        items: await Promise.all(items.map((one) => describe(needs, tenant.id, one))),
        next: found.length > limit && last ? cursorOf(last.startedAt, last.id) : null,
      };
    },
  });
}

function registerOne(scope: Gateway, needs: VerifyRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: `${PATH}/:verification`,
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: {
      tags,
      summary:
        'The report of a test sign-in: what to change and where, every step, claims, mappings, person, memberships, tokens',
      params: params.extend({ verification: z.string() }),
      response: { 200: verificationJson },
    },
    handler: async ({ tenant, caller, params: { id, verification } }) => {
      if (!(await needs.connections.find(tenant.id, id))) throw new Problem(upstreamProblems.connection_unknown);
      const found = await needs.verifications.find(tenant.id, verification);
      if (!found || found.connectionId !== id) throw new Problem(problems.unknown);
      return visibleTo(caller, await describe(needs, tenant.id, found));
    },
  });
}
