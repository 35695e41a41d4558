import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ApplicationId } from '#kernel/ids.ts';
import type { Application } from './application.ts';
import {
  type ApplicationNeeds,
  changeApplication,
  createApplication,
  getApplication,
  removeApplication,
  renewSecret,
} from './change-application.ts';
import { defaultScopes } from './scopes.ts';

export type ApplicationRoutesNeeds = ApplicationNeeds & { authorization: Authorization };

const tags = ['applications'];
const params = z.object({
  id: z
    .string()
    .max(100)
    .regex(/^[\x21-\x7e]+$/),
});
const uris = z.array(z.string().min(1).max(2000)).max(50);

const settingsShape = {
  name: z.string().trim().min(1).max(200),
  kind: z.enum(['confidential', 'public']).describe('public: runs on devices or in browsers and can keep no secret'),
  redirectUris: uris.min(1).describe('compared character by character; https, or http on loopback'),
  postLogoutRedirectUris: uris,
  grantTypes: z.array(z.enum(['authorization_code', 'refresh_token'])).max(2),
  tokenEndpointAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
  jwks: z
    .strictObject({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(10) })
    .nullable()
    .describe('public keys, RFC 7517'),
  firstParty: z.boolean().describe('people are not asked for consent'),
  scopes: z.array(z.string().min(1).max(100)).max(30),
  enabled: z.boolean(),
};

const createShape = z.strictObject({
  ...settingsShape,
  kind: settingsShape.kind.default('confidential'),
  postLogoutRedirectUris: settingsShape.postLogoutRedirectUris.default([]),
  grantTypes: settingsShape.grantTypes.default(['authorization_code', 'refresh_token']),
  tokenEndpointAuthMethod: settingsShape.tokenEndpointAuthMethod.optional(),
  jwks: settingsShape.jwks.default(null),
  firstParty: settingsShape.firstParty.default(true),
  scopes: settingsShape.scopes.optional(),
  enabled: settingsShape.enabled.default(true),
});
const changeShape = z.strictObject(settingsShape).partial();
const applicationShape = z.object({
  id: z.string().describe('the client_id'),
  ...settingsShape,
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
    schema: { tags, summary: 'Register an application', body: createShape, response: { 201: withSecretShape } },
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

/** What depends on other fields: how a kind authenticates, and that refresh tokens come with the scope that asks for them. */
function withDefaults(body: z.output<typeof createShape>) {
  return {
    ...body,
    tokenEndpointAuthMethod:
      body.tokenEndpointAuthMethod ?? (body.kind === 'public' ? ('none' as const) : ('client_secret_basic' as const)),
    scopes: body.scopes ?? [...defaultScopes, ...(body.grantTypes.includes('refresh_token') ? ['offline_access'] : [])],
  };
}

function changeOf(request: {
  tenant: { id: Parameters<typeof getApplication>[1]['tenant'] };
  caller: Parameters<typeof actorOf>[0];
  params: { id: string };
}) {
  return { tenant: request.tenant.id, by: actorOf(request.caller), id: request.params.id as ApplicationId };
}

function show(application: Application): z.input<typeof applicationShape> {
  const { redirectUris, postLogoutRedirectUris, grantTypes, scopes, createdAt, updatedAt, ...rest } = application;
  return {
    ...rest,
    redirectUris: [...redirectUris],
    postLogoutRedirectUris: [...postLogoutRedirectUris],
    grantTypes: [...grantTypes],
    scopes: [...scopes],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
