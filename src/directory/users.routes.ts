import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';

import type { Gateway } from '#http/server.ts';
import type { TenantId, UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { acceptAnyBody, changeOf } from './caller.routes.ts';
import { changeUser } from './change-user.ts';
import { createUser } from './create-user.ts';
import type { DirectoryNeeds } from './needs.ts';
import { pageOf, pageQuery, readPage } from './paging.ts';
import { problems } from './problems.ts';
import { removeUser } from './remove-user.ts';
import { setSignInMethod, signInMethodDocument } from './set-sign-in-method.ts';
import { disableUser, enableUser } from './switch-user.ts';
import type { User } from './user.ts';
import { newUserDocument, userPatch } from './user-document.ts';
import { describeUsers, type UserJson, userJson } from './user-json.ts';

export type UserRoutesNeeds = DirectoryNeeds & { authorization: Authorization };

/** Any text: an id that cannot be is the id of nobody. */
const params = z.object({ id: z.string().transform((id) => id as UserId) });
const tags = ['users'];

/** Users of a tenant, under `tenantScope`. */
export function userRoutes(scope: Gateway, needs: UserRoutesNeeds): void {
  readRoutes(scope, needs);
  changeRoutes(scope, needs);
  switchRoutes(scope, needs);
  methodRoutes(scope, needs);
}

function readRoutes(scope: Gateway, needs: UserRoutesNeeds): void {
  const onRequest = needs.authorization.allow('users:read');
  scope.route({
    method: 'GET',
    url: '/api/v1/users',
    onRequest,
    schema: {
      tags,
      summary: 'List users, or find one by e-mail address',
      querystring: pageQuery.extend({ email: z.string().min(1).max(254).optional() }),
      response: { 200: pageOf(userJson) },
    },
    handler: async ({ tenant, query: { email, ...page } }) => {
      const { items, next } = await readPage<User>(
        page,
        ({ id }) => id,
        (wanted) => needs.users.list(tenant.id, { ...wanted, email }),
      );
      return { items: await describeUsers(needs, tenant.id, items), next };
    },
  });
  scope.route({
    method: 'GET',
    url: '/api/v1/users/:id',
    onRequest,
    schema: { tags, summary: 'Read a user', params, response: { 200: userJson } },
    handler: async ({ tenant, params: { id } }) => {
      const user = await needs.users.find(tenant.id, id);
      if (!user) throw new Problem(problems.user_unknown);
      return show(needs, tenant.id, user);
    },
  });
}

function changeRoutes(scope: Gateway, needs: UserRoutesNeeds): void {
  const onRequest = needs.authorization.allow('users:write');
  scope.route({
    method: 'POST',
    url: '/api/v1/users',
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: { tags, summary: 'Create a user', body: newUserDocument, response: { 201: userJson } },
    handler: async (request, reply) => {
      const user = await createUser(needs, changeOf(request), request.body);
      return reply.code(201).send(await show(needs, request.tenant.id, user));
    },
  });
  scope.route({
    method: 'PATCH',
    url: '/api/v1/users/:id',
    onRequest,
    validatorCompiler: acceptAnyBody,
    schema: {
      tags,
      summary: 'Change a user by merge patch; groups and roles are those given by hand',
      params,
      body: userPatch,
      response: { 200: userJson },
    },
    handler: async (request) =>
      show(needs, request.tenant.id, await changeUser(needs, { ...changeOf(request), id: request.params.id }, request.body)),
  });
  scope.route({
    method: 'DELETE',
    url: '/api/v1/users/:id',
    onRequest,
    schema: { tags, summary: 'Delete a user; roles are revoked first', params },
    handler: async (request, reply) => {
      await removeUser(needs, { ...changeOf(request), id: request.params.id });
      return reply.code(204).send();
    },
  });
}

function switchRoutes(scope: Gateway, needs: UserRoutesNeeds): void {
  const onRequest = needs.authorization.allow('users:write');
  scope.route({
    method: 'POST',
    url: '/api/v1/users/:id/disable',
    onRequest,
    schema: { tags, summary: 'Disable a user and end the sessions', params, response: { 200: userJson } },
    handler: async (request) =>
      show(needs, request.tenant.id, await disableUser(needs, { ...changeOf(request), id: request.params.id })),
  });
  scope.route({
    method: 'POST',
    url: '/api/v1/users/:id/enable',
    onRequest,
    schema: { tags, summary: 'Enable a disabled user, or one who waits for activation', params, response: { 200: userJson } },
    handler: async (request) =>
      show(needs, request.tenant.id, await enableUser(needs, { ...changeOf(request), id: request.params.id })),
  });
}

/** `PUT` says what is; `POST` is the same for callers that know only that verb. */
function methodRoutes(scope: Gateway, needs: UserRoutesNeeds): void {
  for (const method of ['PUT', 'POST'] as const) {
    scope.route({
      method,
      url: '/api/v1/users/:id/sign-in-method',
      onRequest: needs.authorization.allow('users:write'),
      validatorCompiler: acceptAnyBody,
      schema: {
        tags,
        summary: 'Say which identity provider a user signs in through',
        params,
        body: signInMethodDocument,
        response: { 200: userJson },
      },
      handler: async (request) =>
        show(
          needs,
          request.tenant.id,
          await setSignInMethod(needs, { ...changeOf(request), id: request.params.id }, request.body),
        ),
    });
  }
}

async function show(needs: UserRoutesNeeds, tenant: TenantId, user: User): Promise<UserJson> {
  const [described] = await describeUsers(needs, tenant, [user]);
  if (!described) throw new Error('a user that is there cannot be described');
  return described;
}
