import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { GroupId } from '#kernel/ids.ts';
import { acceptAnyBody, changeOf } from './caller.routes.ts';
import { changeGroup, createGroup, getGroup, groupDocument, groupJson, removeGroup } from './group-steps.ts';
import type { DirectoryNeeds } from './needs.ts';
import { pageOf, pageQuery, readPage } from './paging.ts';
import type { Group } from './user.ts';

export type GroupRoutesNeeds = DirectoryNeeds & { authorization: Authorization };

const params = z.object({ id: z.string().transform((id) => id as GroupId) });
const tags = ['groups'];

/** Groups of a tenant, under `tenantScope`. */
export function groupRoutes(scope: Gateway, needs: GroupRoutesNeeds): void {
  readRoutes(scope, needs);
  changeRoutes(scope, needs);
}

function readRoutes(scope: Gateway, needs: GroupRoutesNeeds): void {
  const onRequest = needs.authorization.allow('users:read');
  scope.route({
    method: 'GET',
    url: '/api/v1/groups',
    onRequest,
    schema: { tags, summary: 'List groups by name', querystring: pageQuery, response: { 200: pageOf(groupJson) } },
    handler: ({ tenant, query }) =>
      readPage<Group>(
        query,
        ({ name }) => name,
        (page) => needs.groups.list(tenant.id, page),
      ),
  });
  scope.route({
    method: 'GET',
    url: '/api/v1/groups/:id',
    onRequest,
    schema: { tags, summary: 'Read a group', params, response: { 200: groupJson } },
    handler: ({ tenant, params: { id } }) => getGroup(needs, { tenant: tenant.id, id }),
  });
}

function changeRoutes(scope: Gateway, needs: GroupRoutesNeeds): void {
  const onRequest = needs.authorization.allow('users:write');
  scope.route({
    method: 'POST',
    url: '/api/v1/groups',
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: { tags, summary: 'Create a group', body: groupDocument, response: { 201: groupJson } },
    handler: async (request, reply) => reply.code(201).send(await createGroup(needs, changeOf(request), request.body)),
  });
  scope.route({
    method: 'PATCH',
    url: '/api/v1/groups/:id',
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Change a group by merge patch',
      params,
      body: groupDocument.partial(),
      response: { 200: groupJson },
    },
    handler: (request) => changeGroup(needs, { ...changeOf(request), id: request.params.id }, request.body),
  });
  scope.route({
    method: 'DELETE',
    url: '/api/v1/groups/:id',
    onRequest,
    schema: { tags, summary: 'Delete a group that no identity provider names', params },
    handler: async (request, reply) => {
      await removeGroup(needs, { ...changeOf(request), id: request.params.id });
      return reply.code(204).send();
    },
  });
}
