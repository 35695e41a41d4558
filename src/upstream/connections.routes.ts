import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { pageOf, pageQuery, readPage } from '#directory/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { acceptAnyBody, changeOf, revisionOf } from './caller.routes.ts';
import { changeConnection, getConnection } from './change-connection.ts';
import { type ConnectionJson, connectionJson, describeConnection } from './connection-json.ts';
import type { StoredConnection } from './connection-register.ts';
import { connectionDocument } from './connections.schema.ts';
import { createConnection } from './create-connection.ts';
import { fetchConfiguration } from './fetch-configuration.ts';
import { type KeyRoutesNeeds, keyRoutes } from './keys/keys.routes.ts';
import type { ConnectionNeeds } from './needs.ts';
import { removeConnection } from './remove-connection.ts';

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
  settings: z.record(z.string(), z.unknown()).describe('fields of oidc or saml'),
  warnings: z.array(z.object({ code: z.string(), detail: z.string() })).readonly(),
});

/** Identity providers of a tenant, under `tenantScope`. */
export function connectionRoutes(scope: Gateway, needs: ConnectionRoutesNeeds): void {
  readRoutes(scope, needs);
  createRoutes(scope, needs);
  changeRoutes(scope, needs);
  keyRoutes(scope, needs);
}

function readRoutes(scope: Gateway, needs: ConnectionRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:read');
  scope.route({
    method: 'GET',
    url: PATH,
    onRequest,
    schema: { tags, summary: 'List the identity providers', querystring: pageQuery, response: { 200: pageOf(connectionJson) } },
    handler: async ({ tenant, tenantUrl, query }) => {
      const page = await readPage<StoredConnection>(
        query,
        ({ id }) => id,
        (wanted) => needs.connections.listStored(tenant.id, wanted),
      );
      return { ...page, items: page.items.map((stored) => describeConnection(needs.registry, stored, tenantUrl)) };
    },
  });
  scope.route({
    method: 'GET',
    url: `${PATH}/:id`,
    onRequest,
    schema: { tags, summary: 'Read an identity provider; secrets are never shown', params, response: { 200: connectionJson } },
    handler: async ({ tenant, tenantUrl, params: { id } }, reply) =>
      send(reply, needs, { stored: await getConnection(needs, { tenant: tenant.id, id }), tenantUrl }),
  });
}

function createRoutes(scope: Gateway, needs: ConnectionRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:write');
  scope.route({
    method: 'POST',
    url: PATH,
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: { tags, summary: 'Connect an identity provider', body: connectionDocument, response: { 201: connectionJson } },
    handler: async (request, reply) => {
      const stored = await createConnection(needs, changeOf(request), request.body);
      return send(reply.code(201), needs, { stored, tenantUrl: request.tenantUrl });
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
      summary: 'Change an identity provider by merge patch; If-Match names the revision that was read',
      params,
      body: z.record(z.string(), z.unknown()),
      response: { 200: connectionJson },
    },
    handler: async (request, reply) => {
      const change = { ...changeOf(request), id: request.params.id, revision: revisionOf(request) };
      return send(reply, needs, { stored: await changeConnection(needs, change, request.body), tenantUrl: request.tenantUrl });
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

/** With its revision as entity tag, for `If-Match`. */
function send(
  reply: Pick<FastifyReply, 'header'>,
  { registry }: ConnectionNeeds,
  shown: { stored: StoredConnection; tenantUrl: string },
): ConnectionJson {
  reply.header('etag', `"${shown.stored.revision}"`);
  return describeConnection(registry, shown.stored, shown.tenantUrl);
}
