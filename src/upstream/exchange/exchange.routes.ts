import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { acceptAnyBody, changeOf } from '../caller.routes.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { currentJson, describeCurrent } from '../revisions/revision-json.ts';
import { writeCanonical } from './canonical.ts';
import { exchangedDocument, FIRST } from './document.ts';
import { type Exported, exportConnection, exportWithSecrets, passphraseBody } from './export-connection.ts';
import { importConnection } from './import-connection.ts';
import { importBody } from './read-import.ts';

export type ExchangeRoutesNeeds = ConnectionNeeds & { authorization: Authorization };

const PATH = '/api/v1/identity-providers';
const tags = ['identity-providers'];
const params = z.object({ id: z.string().transform((id) => id as ConnectionId) });
/** Ten thousand mappings, each with its names, and no more. */
const IMPORT_BYTES = 4_194_304;

/** Identity providers as documents, out and in. Under `tenantScope`. */
export function exchangeRoutes(scope: Gateway, needs: ExchangeRoutesNeeds): void {
  exportRoutes(scope, needs);
  importRoute(scope, needs);
}

function exportRoutes(scope: Gateway, needs: ExchangeRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: `${PATH}/:id/export`,
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: { tags, summary: 'Export a provider as a document, without secrets', params, response: { 200: exchangedDocument } },
    handler: async (request, reply) =>
      attach(reply, await exportConnection(needs, { ...changeOf(request), id: request.params.id })),
  });
  scope.route({
    method: 'POST',
    url: `${PATH}/:id/export`,
    onRequest: needs.authorization.allow('secrets:export'),
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Export a provider with its client secret and own keys, encrypted to a passphrase',
      params,
      body: passphraseBody,
      response: { 200: exchangedDocument },
    },
    handler: async (request, reply) =>
      attach(reply, await exportWithSecrets(needs, { ...changeOf(request), id: request.params.id }, request.body)),
  });
}

/** The same facts make the same bytes: what two exports differ in is what differs. */
function attach(reply: FastifyReply, { document, slug }: Exported): Exported['document'] {
  reply
    .header('content-disposition', `attachment; filename="${slug}.identity-provider.json"`)
    .header('cache-control', 'no-store')
    .serializer((body: Record<string, unknown>) => writeCanonical(body, FIRST));
  return document;
}

function importRoute(scope: Gateway, needs: ExchangeRoutesNeeds): void {
  scope.route({
    method: 'POST',
    url: `${PATH}/import`,
    onRequest: needs.authorization.allow('identity-providers:write'),
    bodyLimit: IMPORT_BYTES,
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Make a provider out of an exported document; the document may be the whole body',
      body: importBody,
      response: { 201: currentJson },
    },
    handler: async (request, reply) => {
      const change = changeOf(request);
      const stored = await importConnection(needs, change, request.body);
      reply.header('etag', `"${stored.revision}"`);
      return reply.code(201).send(await describeCurrent(needs, change, stored));
    },
  });
}
