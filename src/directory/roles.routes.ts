import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { RoleId } from '#kernel/ids.ts';
import { acceptAnyBody, changeOf } from './caller.routes.ts';
import type { DirectoryNeeds } from './needs.ts';
import { pageOf, pageQuery, readPage } from './paging.ts';
import { changeRole, createRole, getRole, removeRole, roleDocument, roleJson } from './role-steps.ts';
import type { Role } from './user.ts';

export type RoleRoutesNeeds = DirectoryNeeds & { authorization: Authorization };

const params = z.object({ id: z.string().transform((id) => id as RoleId) });
const tags = ['roles'];

/** Roles of a tenant, under `tenantScope`. */
export function roleRoutes(scope: Gateway, needs: RoleRoutesNeeds): void {
  readRoutes(scope, needs);
  changeRoutes(scope, needs);
}

function readRoutes(scope: Gateway, needs: RoleRoutesNeeds): void {
  const onRequest = needs.authorization.allow('roles:read');
  scope.route({
    method: 'GET',
    url: '/api/v1/roles',
    onRequest,
    schema: { tags, summary: 'List roles by name', querystring: pageQuery, response: { 200: pageOf(roleJson) } },
    handler: ({ tenant, query }) =>
      readPage<Role>(
        query,
        ({ name }) => name,
        (page) => needs.roles.list(tenant.id, page),
      ),
  });
  scope.route({
    method: 'GET',
    url: '/api/v1/roles/:id',
    onRequest,
    schema: { tags, summary: 'Read a role', params, response: { 200: roleJson } },
    handler: ({ tenant, params: { id } }) => getRole(needs, { tenant: tenant.id, id }),
  });
}

function changeRoutes(scope: Gateway, needs: RoleRoutesNeeds): void {
  const onRequest = needs.authorization.allow('roles:write');
  scope.route({
    method: 'POST',
    url: '/api/v1/roles',
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: { tags, summary: 'Create a role of the tenant’s own', body: roleDocument, response: { 201: roleJson } },
    handler: async (request, reply) => reply.code(201).send(await createRole(needs, changeOf(request), request.body)),
  });
  scope.route({
    method: 'PATCH',
    url: '/api/v1/roles/:id',
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: { tags, summary: 'Change a role by merge patch', params, body: roleDocument.partial(), response: { 200: roleJson } },
    handler: (request) => changeRole(needs, { ...changeOf(request), id: request.params.id }, request.body),
  });
  scope.route({
    method: 'DELETE',
    url: '/api/v1/roles/:id',
    onRequest,
    schema: { tags, summary: 'Delete one of the tenant’s own roles that no identity provider names', params },
    handler: async (request, reply) => {
      await removeRole(needs, { ...changeOf(request), id: request.params.id });
      return reply.code(204).send();
    },
  });
}
