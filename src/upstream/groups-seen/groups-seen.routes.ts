import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { line, pageOf, pageQuery, readPage } from '#directory/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { changeOf, revisionOf } from '../caller.routes.ts';
import type { Changed, ConnectionChange } from '../change-connection.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { type ListedGroup, listSeen, seenStates } from './list-seen.ts';
import { labelSeen, mapSeen } from './map-seen.ts';
import type { SeenGroupRegister } from './seen.ts';

export type GroupsSeenRoutesNeeds = ConnectionNeeds & { groupsSeen: SeenGroupRegister; authorization: Authorization };

const PATH = '/api/v1/identity-providers/:id/groups-seen';
const tags = ['identity-providers'];
const params = z.object({ id: z.string().transform((id) => id as ConnectionId) });
const external = line(512).describe('value of the groups claim, as it comes');
const label = line(200).nullable().describe('what people call it; null: nothing');

const seenJson = z.object({
  external: z.string(),
  label: z.string().nullable(),
  state: z.enum(seenStates).describe('by-name: not mapped, and the group here of that name stands for it'),
  groups: z.array(z.string()).readonly().describe('groups here that it is mapped to'),
  suggestion: z.object({ id: z.string(), name: z.string() }).nullable(),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  times: z.int().describe('sign-ins that brought it, about'),
});
const answer = z.object({ external: z.string(), outcome: z.string(), revision: z.int() });

/** Groups that a provider has sent, under `tenantScope`. */
export function groupsSeenRoutes(scope: Gateway, needs: GroupsSeenRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: PATH,
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: {
      tags,
      summary: 'List the groups that the provider has sent, and what they stand for here',
      params,
      querystring: pageQuery.extend({
        state: z.enum(seenStates).optional(),
        q: line(200).optional().describe('part of the value, its label or a group it is mapped to'),
      }),
      response: { 200: pageOf(seenJson) },
    },
    handler: async ({ tenant, params: { id }, query }) => {
      const { state, q } = query;
      const page = await readPage<ListedGroup>(
        query,
        (group) => group.external,
        async ({ limit, after }) => {
          const found = await listSeen(needs, { tenant: tenant.id, id, state, q });
          return found.filter((group) => after === undefined || group.external > after).slice(0, limit);
        },
      );
      return { ...page, items: page.items.map(show) };
    },
  });
  mappingRoutes(scope, needs);
}

function mappingRoutes(scope: Gateway, needs: GroupsSeenRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:write');
  scope.route({
    method: 'POST',
    url: `${PATH}/map`,
    onRequest,
    schema: {
      tags,
      summary: 'Map a group that was seen to a group here, which is made when there is none',
      params,
      body: z.strictObject({ external, label: label.optional(), group: line(200) }),
      response: { 200: answer, 202: answer },
    },
    handler: async (request, reply) => {
      const changed = await mapSeen(needs, changingBy(request), request.body);
      return reply.code(statusOf(changed)).send(tell(request.body.external, changed));
    },
  });
  scope.route({
    method: 'POST',
    url: `${PATH}/label`,
    onRequest,
    schema: {
      tags,
      summary: 'Give a mapped group a label, or take it away',
      params,
      body: z.strictObject({ external, label }),
      response: { 200: answer, 202: answer },
    },
    handler: async (request, reply) => {
      const changed = await labelSeen(needs, changingBy(request), request.body);
      return reply.code(statusOf(changed)).send(tell(request.body.external, changed));
    },
  });
}

const changingBy = (request: FastifyRequest & { params: { id: ConnectionId } }): ConnectionChange => ({
  ...changeOf(request),
  id: request.params.id,
  revision: revisionOf(request),
});

const statusOf = ({ outcome }: Changed): 200 | 202 => (outcome === 'staged' ? 202 : 200);

const tell = (value: string, { stored, outcome }: Changed): z.input<typeof answer> => ({
  external: value,
  outcome,
  revision: stored.revision,
});

const show = ({ firstSeenAt, lastSeenAt, ...group }: ListedGroup): z.input<typeof seenJson> => ({
  ...group,
  firstSeenAt: firstSeenAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
});
