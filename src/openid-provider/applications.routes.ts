import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ApplicationId } from '#kernel/ids.ts';
import type { Application } from './application.ts';
import { applicationDocument, applicationSettings, withDefaults } from './application-document.ts';
import {
  type ApplicationNeeds,
  changeApplication,
  createApplication,
  getApplication,
  removeApplication,
  renewSecret,
} from './change-application.ts';

export type ApplicationRoutesNeeds = ApplicationNeeds & { authorization: Authorization };

const tags = ['applications'];
const params = z.object({
  id: z
    .string()
    .max(100)
    .regex(/^[\x21-\x7e]+$/),
});
const changeShape = z.strictObject(applicationSettings).partial();
const applicationShape = z.object({
  id: z.string().describe('the client_id'),
  ...applicationSettings,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const withSecretShape = applicationShape.extend({ clientSecret: z.string().nullable().describe('told once, in this answer') });
const listShape = z.object({ items: z.array(applicationShape), next: z.string().nullable() });
const pageShape = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(100).optional(),
});

/** Applications of a tenant, under `tenantScope`. */
export function applicationRoutes(scope: Gateway, needs: ApplicationRoutesNeeds): void {
  readRoutes(scope, needs);
  createRoute(scope, needs);
  changeRoutes(scope, needs);
  secretRoute(scope, needs);
}

function readRoutes(scope: Gateway, { applications, authorization }: ApplicationRoutesNeeds): void {
  const onRequest = authorization.allow('applications:read');
  scope.route({
    method: 'GET',
    url: '/api/v1/applications',
    onRequest,
    schema: { tags, summary: 'List the applications', querystring: pageShape, response: { 200: listShape } },
    handler: async ({ tenant, query: { limit, cursor } }) => {
      const found = await applications.list(tenant.id, { limit: limit + 1, after: cursor });
      const items = found.slice(0, limit);
      return { items: items.map(show), next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  });
  scope.route({
    method: 'GET',
    url: '/api/v1/applications/:id',
    onRequest,
    schema: { tags, summary: 'Read an application', params, response: { 200: applicationShape } },
    handler: async (request) =>
      show(
        (await getApplication({ applications }, { tenant: request.tenant.id, id: request.params.id as ApplicationId }))
          .application,
      ),
  });
}

function createRoute(scope: Gateway, needs: ApplicationRoutesNeeds): void {
  const onRequest = needs.authorization.allow('applications:write');
  scope.route({
    method: 'POST',
    url: '/api/v1/applications',
    onRequest,
    schema: { tags, summary: 'Register an application', body: applicationDocument, response: { 201: withSecretShape } },
    handler: async ({ tenant, caller, body }, reply) => {
      const { application, secret } = await createApplication(
        needs,
        { tenant: tenant.id, by: actorOf(caller) },
        withDefaults(body),
      );
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...show(application), clientSecret: secret });
    },
  });
}

function changeRoutes(scope: Gateway, needs: ApplicationRoutesNeeds): void {
  const onRequest = needs.authorization.allow('applications:write');
  scope.route({
    method: 'PATCH',
    url: '/api/v1/applications/:id',
    onRequest,
    schema: {
      tags,
      summary: 'Change an application; a secret is told when the change calls for one',
      params,
      body: changeShape,
      response: { 200: withSecretShape.partial({ clientSecret: true }) },
    },
    handler: async (request, reply) => {
      const { application, secret } = await changeApplication(needs, changeOf(request), request.body);
      return reply
        .header('cache-control', 'no-store')
        .send({ ...show(application), ...(secret === null ? {} : { clientSecret: secret }) });
    },
  });
  scope.route({
    method: 'DELETE',
    url: '/api/v1/applications/:id',
    onRequest,
    schema: { tags, summary: 'Remove an application and end what it holds', params },
    handler: async (request, reply) => {
      await removeApplication(needs, changeOf(request));
      return reply.code(204).send();
    },
  });
}

function secretRoute(scope: Gateway, needs: ApplicationRoutesNeeds): void {
  scope.route({
    method: 'POST',
    url: '/api/v1/applications/:id/secret',
    onRequest: needs.authorization.allow('applications:write'),
    schema: {
      tags,
      summary: 'Renew the secret; the old one is worth nothing any more',
      params,
      response: { 200: withSecretShape },
    },
    handler: async (request, reply) => {
      const { application, secret } = await renewSecret(needs, changeOf(request));
      return reply.header('cache-control', 'no-store').send({ ...show(application), clientSecret: secret });
    },
  });
}

function changeOf(request: {
  tenant: { id: Parameters<typeof getApplication>[1]['tenant'] };
  caller: Parameters<typeof actorOf>[0];
  params: { id: string };
}) {
  return { tenant: request.tenant.id, by: actorOf(request.caller), id: request.params.id as ApplicationId };
}

function show(application: Application): z.input<typeof applicationShape> {
  const { redirectUris, postLogoutRedirectUris, launchUrls, grantTypes, scopes, createdAt, updatedAt, ...rest } = application;
  return {
    ...rest,
    redirectUris: [...redirectUris],
    postLogoutRedirectUris: [...postLogoutRedirectUris],
    launchUrls: [...launchUrls],
    grantTypes: [...grantTypes],
    scopes: [...scopes],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
