import { z } from 'zod';
import { pageOf, pageQuery, readPage } from '#directory/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { changeOf, overrideText, revisionOf } from '../caller.routes.ts';
import { getConnection } from '../change-connection.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { activateRevision, getRevision } from './activate-revision.ts';
import type { Revision } from './revision.ts';
import {
  currentJson,
  describeCurrent,
  describeRevisions,
  describeWhole,
  listedRevision,
  wholeRevision,
} from './revision-json.ts';
import { discardRevision, rollBack } from './roll-back.ts';

export type RevisionRoutesNeeds = ConnectionNeeds & { authorization: Authorization };

const PATH = '/api/v1/identity-providers/:id/revisions';
const tags = ['identity-providers'];
/** Any text: an id that cannot be is the id of nothing. */
const params = z.object({ id: z.string().transform((id) => id as ConnectionId) });
/** What is no number is the number of no revision. */
const oneParams = params.extend({
  number: z.string().transform((text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)),
});
/** A body may be left out. */
const reason = z.strictObject({ override: overrideText.optional() }).nullish();

/** Revisions of an identity provider: listed, read, activated, discarded, rolled back to. Under `tenantScope`. */
export function revisionRoutes(scope: Gateway, needs: RevisionRoutesNeeds): void {
  listRoute(scope, needs);
  readRoute(scope, needs);
  stepRoutes(scope, needs);
  discardRoute(scope, needs);
}

function listRoute(scope: Gateway, needs: RevisionRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:read');
  const response = { 200: pageOf(listedRevision) };
  scope.route({
    method: 'GET',
    url: PATH,
    onRequest,
    schema: {
      tags,
      summary: 'List the revisions, newest first; the last 200 are kept',
      params,
      querystring: pageQuery,
      response,
    },
    handler: async ({ tenant, params: { id }, query }) => {
      await getConnection(needs, { tenant: tenant.id, id });
      const { items, next } = await readPage<Revision>(
        query,
        ({ number }) => String(number),
        ({ limit, after }) => needs.revisions.list(tenant.id, id, { limit, before: numberOf(after) }),
      );
      return { items: await describeRevisions(needs, { tenant: tenant.id, id }, items), next };
    },
  });
}

function readRoute(scope: Gateway, needs: RevisionRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: `${PATH}/:number`,
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: {
      tags,
      summary: 'Read a revision: its document, and how it differs from its base and from the current one',
      params: oneParams,
      response: { 200: wholeRevision },
    },
    handler: async ({ tenant, tenantUrl, params: { id, number } }) => {
      const stored = await getConnection(needs, { tenant: tenant.id, id });
      const revision = await getRevision(needs, { tenant: tenant.id, id, number });
      return describeWhole(needs, { tenant: tenant.id, tenantUrl, stored }, revision);
    },
  });
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

function stepRoutes(scope: Gateway, needs: RevisionRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:write');
  const steps = [
    { path: 'activate', step: activateRevision, summary: 'Make a staged revision live, or switch the current draft on' },
    { path: 'roll-back', step: rollBack, summary: 'Make a new revision of what an earlier one said' },
  ];
  for (const { path, step, summary } of steps) {
    scope.route({
      method: 'POST',
      url: `${PATH}/:number/${path}`,
      onRequest,
      schema: { tags, summary, params: oneParams, body: reason, response: { 200: currentJson, 202: currentJson } },
      handler: async (request, reply) => {
        const { id, number } = request.params;
        const change = { ...changeOf(request), id, number, revision: revisionOf(request), override: request.body?.override };
        const { stored, outcome } = await step(needs, change);
        const shown = await describeCurrent(needs, { tenant: change.tenant, tenantUrl: change.tenantUrl }, stored);
        reply.header('etag', `"${shown.staged?.revision ?? shown.revision}"`);
        return reply.code(outcome === 'staged' ? 202 : 200).send(shown);
      },
    });
  }
}

function discardRoute(scope: Gateway, needs: RevisionRoutesNeeds): void {
  scope.route({
    method: 'DELETE',
    url: `${PATH}/:number`,
    onRequest: needs.authorization.allow('identity-providers:write'),
    schema: { tags, summary: 'Discard a staged revision', params: oneParams },
    handler: async (request, reply) => {
      await discardRevision(needs, { ...changeOf(request), ...request.params });
      return reply.code(204).send();
    },
  });
}
