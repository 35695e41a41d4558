import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { pageOf, pageQuery, readPage } from '#directory/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import { acceptAnyBody, changeOf, overrideQuery, revisionOf } from './caller.routes.ts';
import { changeConnection, getConnection } from './change-connection.ts';
import type { StoredConnection } from './connection-register.ts';
import { connectionDocument } from './connections.schema.ts';
import { createConnection } from './create-connection.ts';
import { exchangeRoutes } from './exchange/exchange.routes.ts';
import { fetchConfiguration } from './fetch-configuration.ts';
import { type KeyRoutesNeeds, keyRoutes } from './keys/keys.routes.ts';
import type { ConnectionNeeds } from './needs.ts';
import { presetRoutes } from './presets/presets.routes.ts';
import { removeConnection } from './remove-connection.ts';
import { type CurrentJson, currentJson, describeAll, describeCurrent } from './revisions/revision-json.ts';
import { revisionRoutes } from './revisions/revisions.routes.ts';

export type ConnectionRoutesNeeds = ConnectionNeeds & KeyRoutesNeeds & { authorization: Authorization };

const PATH = '/api/v1/identity-providers';
/** Any text: an id that cannot be is the id of nothing. */
const params = z.object({ id: z.string().transform((id) => id as ConnectionId) });
const tags = ['identity-providers'];

const source = z
  .strictObject({ issuer: z.string(), metadataUrl: z.string(), metadata: z.string() })
  .partial()
  .describe('exactly one of them');
const fetched = z.object({
  kind: z.string(),
  preset: z.string().nullable().describe('the vendor that it is recognised as'),
  settings: z.record(z.string(), z.unknown()).describe('fields of oidc or saml'),
  warnings: z.array(z.object({ code: z.string(), detail: z.string() })).readonly(),
});

/** Identity providers of a tenant, under `tenantScope`. */
export function connectionRoutes(scope: Gateway, needs: ConnectionRoutesNeeds): void {
  readRoutes(scope, needs);
  createRoutes(scope, needs);
  changeRoutes(scope, needs);
  revisionRoutes(scope, needs);
  keyRoutes(scope, needs);
  presetRoutes(scope, needs);
  exchangeRoutes(scope, needs);
}

function readRoutes(scope: Gateway, needs: ConnectionRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:read');
  scope.route({
    method: 'GET',
    url: PATH,
    onRequest,
    schema: { tags, summary: 'List the identity providers', querystring: pageQuery, response: { 200: pageOf(currentJson) } },
    handler: async ({ tenant, tenantUrl, query }) => {
      const page = await readPage<StoredConnection>(
        query,
        ({ id }) => id,
        (wanted) => needs.connections.listStored(tenant.id, wanted),
      );
      return { ...page, items: await describeAll(needs, { tenant: tenant.id, tenantUrl }, page.items) };
    },
  });
  scope.route({
    method: 'GET',
    url: `${PATH}/:id`,
    onRequest,
    schema: { tags, summary: 'Read an identity provider; secrets are never shown', params, response: { 200: currentJson } },
    handler: async ({ tenant, tenantUrl, params: { id } }, reply) =>
      show(reply, needs, { tenant: tenant.id, tenantUrl, stored: await getConnection(needs, { tenant: tenant.id, id }) }),
  });
}

function createRoutes(scope: Gateway, needs: ConnectionRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:write');
  scope.route({
    method: 'POST',
    url: PATH,
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Connect an identity provider: a draft, unless it says enabled',
      querystring: overrideQuery,
      body: connectionDocument,
      response: { 201: currentJson },
    },
    handler: async (request, reply) => {
      const change = { ...changeOf(request), override: request.query.override };
      const stored = await createConnection(needs, change, request.body);
      return show(reply.code(201), needs, { ...change, stored });
    },
  });
  scope.route({
    method: 'POST',
    url: `${PATH}/fetch-configuration`,
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Read an issuer, a metadata address or pasted metadata into fields; nothing is stored',
      body: source,
      response: { 200: fetched },
    },
    handler: ({ body }) => fetchConfiguration(needs, body),
  });
}

function changeRoutes(scope: Gateway, needs: ConnectionRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:write');
  scope.route({
    method: 'PATCH',
    url: `${PATH}/:id`,
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Change an identity provider by merge patch; a sensitive change of one that is on is staged (202)',
      params,
      querystring: overrideQuery,
      body: z.record(z.string(), z.unknown()),
      response: { 200: currentJson, 202: currentJson },
    },
    handler: async (request, reply) => {
      const { override } = request.query;
      const change = { ...changeOf(request), id: request.params.id, revision: revisionOf(request), override };
      const { stored, outcome } = await changeConnection(needs, change, request.body);
      return reply.code(outcome === 'staged' ? 202 : 200).send(await show(reply, needs, { ...change, stored }));
    },
  });
  scope.route({
    method: 'DELETE',
    url: `${PATH}/:id`,
    onRequest,
    schema: { tags, summary: 'Disconnect an identity provider and end its sessions', params },
    handler: async (request, reply) => {
      await removeConnection(needs, { ...changeOf(request), id: request.params.id, revision: revisionOf(request) });
      return reply.code(204).send();
    },
  });
}

/** With the revision that a change would build on as entity tag, for `If-Match`. */
async function show(
  reply: Pick<FastifyReply, 'header'>,
  needs: ConnectionNeeds,
  { stored, ...place }: { stored: StoredConnection; tenant: TenantId; tenantUrl: string },
): Promise<CurrentJson> {
  const shown = await describeCurrent(needs, place, stored);
  reply.header('etag', `"${shown.staged?.revision ?? shown.revision}"`);
  return shown;
}
