import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { changeOf } from '../caller.routes.ts';
import { changeConnection, getConnection } from '../change-connection.ts';
import { problems } from '../problems.ts';
import { registeredOf } from '../read-document.ts';
import { currentJson, describeCurrent, describeDifferences, differenceJson } from '../revisions/revision-json.ts';
import type { Refresh } from './refresh.ts';
import { type RefreshNeeds, refreshConnection } from './refresh-connection.ts';

export type RefreshRoutesNeeds = RefreshNeeds & { authorization: Authorization };

const PATH = '/api/v1/identity-providers/:id/refresh';
const tags = ['identity-providers'];
const params = z.object({ id: z.string().transform((id) => id as ConnectionId) });
const moment = z.iso.datetime().nullable();

export const refreshJson = z.object({
  state: z.enum(['never', 'succeeded', 'failed']),
  url: z.string().nullable().describe('where the provider publishes its configuration'),
  attemptedAt: moment,
  succeededAt: moment,
  nextAt: moment.describe('when it is read by itself again'),
  validUntil: moment.describe('what the metadata says of itself'),
  problem: z
    .object({ code: z.string(), title: z.string(), detail: z.string().nullable(), remedy: z.string().nullable() })
    .nullable(),
  differences: z.array(differenceJson).describe('what is set, and what is published'),
  added: z
    .array(z.object({ fingerprint: z.string(), subject: z.string().nullable(), expiresAt: z.string().nullable() }))
    .describe('certificates that the last attempt added'),
  notes: z.array(z.object({ code: z.string(), detail: z.string() })),
  keys: z.array(z.string()).describe('published keys: kid, or SHA-256 of the certificate'),
});
export type RefreshJson = z.input<typeof refreshJson>;

export function describeRefresh(refresh: Refresh | undefined): RefreshJson {
  const { attemptedAt = null, succeededAt = null, nextAt = null, validUntil = null, problem = null, found } = refresh ?? {};
  return {
    state: attemptedAt === null ? 'never' : problem === null ? 'succeeded' : 'failed',
    url: found?.url ?? null,
    attemptedAt: attemptedAt?.toISOString() ?? null,
    succeededAt: succeededAt?.toISOString() ?? null,
    nextAt: nextAt?.toISOString() ?? null,
    validUntil: validUntil?.toISOString() ?? null,
    problem: problem === null ? null : { code: problem, ...(found?.words ?? { title: '', detail: null, remedy: null }) },
    differences: describeDifferences(found?.differences ?? []),
    added: [...(found?.added ?? [])],
    notes: [...(found?.notes ?? [])],
    keys: [...(found?.keys ?? [])],
  };
}

/** What a provider publishes, read again: what became of it, now, and taken over as a staged revision. Under `tenantScope`. */
export function refreshRoutes(scope: Gateway, needs: RefreshRoutesNeeds): void {
  readRoute(scope, needs);
  refreshRoute(scope, needs);
  stageRoute(scope, needs);
}

function readRoute(scope: Gateway, needs: RefreshRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: PATH,
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: {
      tags,
      summary: 'What the provider publishes, as it was last read, and in what it differs from what is set',
      params,
      response: { 200: refreshJson },
    },
    handler: async ({ tenant, params: { id } }) => {
      await getConnection(needs, { tenant: tenant.id, id });
      return describeRefresh(await needs.refreshes.read(tenant.id, id));
    },
  });
}

function refreshRoute(scope: Gateway, needs: RefreshRoutesNeeds): void {
  scope.route({
    method: 'POST',
    url: PATH,
    onRequest: needs.authorization.allow('identity-providers:write'),
    config: { problems: [problems.connection_unknown, problems.nothing_published, problems.refresh_under_way] },
    schema: {
      tags,
      summary: 'Read now what the provider publishes; new certificates are added, everything else is only told',
      params,
      response: { 200: refreshJson },
    },
    handler: async ({ tenant, params: { id } }) => describeRefresh(await refreshConnection(needs, { tenant, id })),
  });
}

function stageRoute(scope: Gateway, needs: RefreshRoutesNeeds): void {
  scope.route({
    method: 'POST',
    url: `${PATH}/stage`,
    onRequest: needs.authorization.allow('identity-providers:write'),
    config: { problems: [problems.connection_unknown, problems.nothing_to_stage] },
    schema: {
      tags,
      summary: 'Stage what the provider publishes as a revision, to be verified and activated',
      params,
      response: { 202: currentJson },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { tenant, tenantUrl } = request;
      const { document } = await getConnection(needs, { tenant: tenant.id, id });
      const changes = (await needs.refreshes.read(tenant.id, id))?.found.changes ?? {};
      const member = registeredOf(needs.registry, document)?.member;
      if (!member || Object.keys(changes).length === 0) throw new Problem(problems.nothing_to_stage);
      const change = { ...changeOf(request), id, wish: 'stage', origin: 'refreshed' } as const;
      const { stored, outcome } = await changeConnection(needs, change, { [member]: changes });
      if (outcome === 'unchanged') throw new Problem(problems.nothing_to_stage);
      return reply.code(202).send(await describeCurrent(needs, { tenant: tenant.id, tenantUrl }, stored));
    },
  });
}
