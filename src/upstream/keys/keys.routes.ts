import { z } from 'zod';
import { pageOf } from '#directory/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { changeOf } from '../caller.routes.ts';
import { getConnection } from '../change-connection.ts';
import { handOver, keyStates, keyUses } from './own-keys.ts';
import { problems } from './problems.ts';
import { activateKey, makeNextKey, type RollNeeds, removeKey, retireKey } from './roll-keys.ts';

export type KeyRoutesNeeds = RollNeeds & { authorization: Authorization };

const PATH = '/api/v1/identity-providers/:id/keys';
const tags = ['identity-providers'];
/** Any text: an id that cannot be is the id of nothing. */
const connection = z.string().transform((id) => id as ConnectionId);
const params = z.object({ id: connection });
const keyParams = z.object({ id: connection, key: z.string() });

const moment = z.iso.datetime();
const handedKey = z.object({
  id: z.string(),
  use: z.enum(keyUses),
  state: z
    .enum(keyStates)
    .describe('next: published and decrypting; active: signs; retired: published and decrypting until removed'),
  certificate: z.string().describe('PEM'),
  thumbprints: z.object({ x5t: z.string(), sha1: z.string(), sha256: z.string() }),
  jwk: z.record(z.string(), z.unknown()),
  createdAt: moment,
  expiresAt: moment,
  activatedAt: moment.nullable(),
  plannedAt: moment.nullable().describe('when it becomes active by itself'),
  retiredAt: moment.nullable(),
});

/** Our own keys towards an identity provider: listed, made, activated, retired, removed. Under `tenantScope`. */
export function keyRoutes(scope: Gateway, needs: KeyRoutesNeeds): void {
  listRoute(scope, needs);
  makeRoute(scope, needs);
  activateRoute(scope, needs);
  retireRoutes(scope, needs);
}

function listRoute(scope: Gateway, needs: KeyRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: PATH,
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: {
      tags,
      summary: 'Keys and certificates of ours for the provider’s administrator',
      params,
      response: { 200: pageOf(handedKey) },
    },
    handler: async ({ tenant, params: { id } }) => {
      await getConnection(needs, { tenant: tenant.id, id });
      return { items: (await needs.connections.listKeys(tenant.id, id)).map(handOver), next: null };
    },
  });
}

function makeRoute(scope: Gateway, needs: KeyRoutesNeeds): void {
  scope.route({
    method: 'POST',
    url: PATH,
    onRequest: needs.authorization.allow('identity-providers:write'),
    config: { problems: [problems.input_invalid, problems.next_waiting, problems.too_many] },
    schema: {
      tags,
      summary: 'Make the next key: published and decrypting at once, signing when it is activated',
      params,
      body: z.strictObject({ use: z.enum(keyUses) }),
      response: { 201: handedKey },
    },
    handler: async (request, reply) => {
      const { tenant, by } = changeOf(request);
      return reply.code(201).send(handOver(await makeNextKey(needs, { tenant, by, id: request.params.id }, request.body.use)));
    },
  });
}

const activation = z
  .strictObject({
    at: z.iso.datetime({ offset: true }).nullable().optional().describe('when; absent: now; null takes a plan back'),
  })
  .nullish();

function activateRoute(scope: Gateway, needs: KeyRoutesNeeds): void {
  scope.route({
    method: 'POST',
    url: `${PATH}/:key/activate`,
    onRequest: needs.authorization.allow('identity-providers:write'),
    config: { problems: [problems.input_invalid, problems.key_unknown, problems.key_expired, problems.key_active] },
    schema: {
      tags,
      summary: 'Let a key sign, now or at a planned moment; the one that did is retired',
      params: keyParams,
      body: activation,
      response: { 200: handedKey },
    },
    handler: async (request) => {
      const { tenant, by } = changeOf(request);
      const { id, key } = request.params;
      const at = request.body?.at;
      const wanted = { key, at: typeof at === 'string' ? new Date(at) : at };
      return handOver(await activateKey(needs, { tenant, by, id }, wanted));
    },
  });
}

function retireRoutes(scope: Gateway, needs: KeyRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:write');
  const config = { problems: [problems.key_unknown, problems.key_active] };
  scope.route({
    method: 'POST',
    url: `${PATH}/:key/retire`,
    onRequest,
    config,
    schema: {
      tags,
      summary: 'Take a key back that waits; it stays published and goes on decrypting until it is removed',
      params: keyParams,
      response: { 200: handedKey },
    },
    handler: async (request) => {
      const { tenant, by } = changeOf(request);
      return handOver(await retireKey(needs, { tenant, by, id: request.params.id }, request.params.key));
    },
  });
  scope.route({
    method: 'DELETE',
    url: `${PATH}/:key`,
    onRequest,
    config,
    schema: { tags, summary: 'Remove a key for good; never the active one', params: keyParams },
    handler: async (request, reply) => {
      const { tenant, by } = changeOf(request);
      await removeKey(needs, { tenant, by, id: request.params.id }, request.params.key);
      return reply.code(204).send();
    },
  });
}
