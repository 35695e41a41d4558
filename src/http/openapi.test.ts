import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { z } from 'zod';
import { defineProblems } from '#kernel/problem.ts';
import { createLogger } from './logging.ts';
import { describeApi, serveApiDescription } from './openapi.ts';
import { createServer, type Gateway, sendProblem } from './server.ts';

const problems = defineProblems('test', {
  taken: { status: 409, title: 'Taken.' },
  gone: { status: 404, title: 'Gone.' },
  other: { status: 409, title: 'Other.' },
});

let app: Gateway;
before(async () => {
  app = createServer({
    locate: (_host, path) => path,
    sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
    logger: createLogger({ level: 'silent' }),
  });
  const description = await describeApi(app, { tenantPrefix: '/~t/:tenant' });
  app.route({
    method: 'POST',
    url: '/api/v1/tenants',
    config: { problems: [problems.taken, problems.other] },
    schema: {
      body: z.strictObject({ name: z.string().regex(/^a+$/), limit: z.coerce.number().int().max(9).optional() }),
      response: { 201: z.object({ id: z.string() }) },
    },
    handler: async (_request, reply) => reply.code(201).send({ id: 'x' }),
  });
  app.get('/healthz', () => ({}));
  app.get('/api/v1/undescribed', () => ({}));
  serveApiDescription(app, () => description.ofServer('https://sso.example.com'));
  app.register(
    async (scope) => {
      scope.route({
        method: 'GET',
        url: '/api/v1/domains/:name',
        config: { problems: [problems.gone] },
        schema: {
          tags: ['domains'],
          params: z.object({ name: z.string() }),
          querystring: z.strictObject({ limit: z.coerce.number().int().max(9).default(5) }),
          response: { 200: z.object({ at: z.iso.datetime() }) },
        },
        handler: () => ({ at: '2026-11-23T09:00:00Z' }),
      });
      scope.get('/sign-in', () => ({}));
      serveApiDescription(scope, (request) =>
        description.ofTenant(`https://sso.example.com/t/${(request.params as { tenant: string }).tenant}`),
      );
    },
    { prefix: '/~t/:tenant' },
  );
  await app.ready();
});

const documentAt = async (url: string) => (await app.inject(url)).json();

describe('The API description (OpenAPI 3.1)', () => {
  test('of the server holds the API for operators and nothing else', async () => {
    const document = await documentAt('/api/openapi.json');
    assert.match(document.openapi, /^3\.1\./);
    assert.deepEqual(document.servers, [{ url: 'https://sso.example.com' }]);
    assert.deepEqual(Object.keys(document.paths), ['/api/v1/tenants']);
    assert.deepEqual(document.security, [{ operatorToken: [] }]);
    assert.deepEqual(document.components.securitySchemes.operatorToken.scheme, 'bearer');
  });

  test('of a tenant holds its own API under its own URL', async () => {
    const document = await documentAt('/~t/acme/api/openapi.json');
    assert.deepEqual(document.servers, [{ url: 'https://sso.example.com/t/acme' }]);
    assert.deepEqual(Object.keys(document.paths), ['/api/v1/domains/{name}']);
    assert.deepEqual(Object.keys(document.components.securitySchemes).sort(), ['accessToken', 'operatorToken']);
    assert.deepEqual((await documentAt('/~t/globex/api/openapi.json')).servers, [{ url: 'https://sso.example.com/t/globex' }]);
  });

  test('tells what is taken, with its bounds', async () => {
    const post = (await documentAt('/api/openapi.json')).paths['/api/v1/tenants'].post;
    const { schema } = post.requestBody.content['application/json'];
    assert.deepEqual([schema.required, schema.additionalProperties, schema.properties.name.pattern], [['name'], false, '^a+$']);
    assert.equal(post.operationId, 'postTenants');
    const get = (await documentAt('/~t/acme/api/openapi.json')).paths['/api/v1/domains/{name}'].get;
    assert.deepEqual(
      get.parameters.map((one: { in: string; name: string; required?: boolean }) => [one.in, one.name, one.required]),
      [
        ['query', 'limit', false],
        ['path', 'name', true],
      ],
    );
    assert.deepEqual([get.operationId, get.tags], ['getDomainsByName', ['domains']]);
    assert.deepEqual(get.responses['200'].content['application/json'].schema.properties.at.format, 'date-time');
  });

  test('tells every refusal as problem+json, by code', async () => {
    const document = await documentAt('/api/openapi.json');
    const { responses } = document.paths['/api/v1/tenants'].post;
    assert.deepEqual(Object.keys(responses).sort(), ['201', '409', 'default']);
    assert.deepEqual(responses['409'].content['application/problem+json'].schema, { $ref: '#/components/schemas/Problem' });
    assert.match(responses['409'].description, /`test\.taken`[\s\S]*`test\.other`/);
    assert.deepEqual(document.components.schemas.Problem.required, ['type', 'code', 'title', 'status', 'traceId']);
  });
});
