import swagger from '@fastify/swagger';
import type { FastifyRequest } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { ProblemType } from '#kernel/problem.ts';
import type { Gateway } from './server.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Refusals that this route can answer beyond those of every route: told in the API description. */
    problems?: readonly ProblemType[];
  }
}

/** Only these are the API; pages and protocol endpoints are described by their specifications. */
const API = '/api/v1/';

type Schema = Record<string, unknown>;
interface Operation {
  operationId?: string;
  security?: Schema[];
  responses: Record<string, Schema>;
}
interface Document {
  openapi: string;
  servers?: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: Schema;
}

export interface ApiDescription {
  /** OpenAPI 3.1 of one tenant's API, as JSON, with its URL as the server. To be called when all routes are there. */
  ofTenant(url: string): string;
  /** The same of the server's own API. */
  ofServer(url: string): string;
}

/**
 * Describes the API from its route schemas. Await it before the first route is registered: it sees those that come after it.
 * @param tenantPrefix inside prefix of the routes under a tenant, `/~t/:tenant`
 * @see OpenAPI 3.1.1
 */
export async function describeApi(app: Gateway, { tenantPrefix }: { tenantPrefix: string }): Promise<ApiDescription> {
  const tenant = await describe(app, {
    decorator: 'tenantApi',
    title: 'Sallyport: the API of a tenant',
    security: { accessToken: 'Access token of a user of this tenant', operatorToken: 'Operator token of this service' },
    pathOf: (url) => (url.startsWith(tenantPrefix) ? url.slice(tenantPrefix.length) : null),
  });
  const server = await describe(app, {
    decorator: 'serverApi',
    title: 'Sallyport: the API for operators',
    security: { operatorToken: 'Operator token of this service' },
    pathOf: (url) => (url.startsWith(tenantPrefix) ? null : url),
  });
  return { ofTenant: tenant, ofServer: server };
}

/** Serves a description at `/api/openapi.json` of wherever the scope lives. */
export function serveApiDescription(scope: Gateway, describeFor: (request: FastifyRequest) => string): void {
  scope.route({
    method: 'GET',
    url: '/api/openapi.json',
    schema: { hide: true },
    handler: (request, reply) => reply.type('application/json; charset=utf-8').send(describeFor(request)),
  });
}

interface Part {
  decorator: string;
  title: string;
  /** Name and description of each kind of bearer token. */
  security: Record<string, string>;
  /** The path as the outside knows it, or null when the route belongs to the other document. */
  pathOf(url: string): string | null;
}

/** Stands for the server's URL in the text that is made once. */
const SERVER = 'https://server.invalid';

async function describe(app: Gateway, part: Part): Promise<(url: string) => string> {
  const problemsOf = new Map<string, readonly ProblemType[]>();
  await app.register(swagger, {
    decorator: part.decorator as 'swagger',
    stripBasePath: false,
    openapi: {
      openapi: '3.1.1',
      info: { title: part.title, version: '1' },
      servers: [{ url: SERVER }],
      components: {
        securitySchemes: Object.fromEntries(
          Object.entries(part.security).map(([name, description]) => [
            name,
            { type: 'http' as const, scheme: 'bearer', description },
          ]),
        ),
      },
      security: Object.keys(part.security).map((name) => ({ [name]: [] })),
    },
    transform: (given) => {
      const url = part.pathOf(given.url);
      if (!url?.startsWith(API) || !given.schema) return { schema: { hide: true }, url: given.url };
      const { config, method } = given.route;
      for (const one of [method].flat()) problemsOf.set(keyOf(one, url), config?.problems ?? []);
      return { ...jsonSchemaTransform(given), url };
    },
    transformObject: (given) => complete(jsonSchemaTransformObject(given) as unknown as Document, problemsOf) as never,
  });
  let text: string | undefined;
  return (url) => {
    // Written once: everybody may ask for it, and it is large.
    text ??= JSON.stringify((app as unknown as Record<string, () => Document>)[part.decorator]?.());
    return text.replace(SERVER, url);
  };
}

/** A path as the router or as the document writes it. */
function keyOf(method: string, path: string): string {
  return `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`;
}

/** Adds what every operation has: a name for generated clients, and its refusals. */
function complete(document: Document, problemsOf: ReadonlyMap<string, readonly ProblemType[]>): Document {
  const paths: Document['paths'] = {};
  for (const [path, operations] of Object.entries(document.paths)) {
    const completed: Record<string, Operation> = {};
    for (const [method, operation] of Object.entries(operations)) {
      const refused = refusals(problemsOf.get(keyOf(method, path)) ?? []);
      const responses = { ...answersOf(method, operation), ...refused, default: refusal('Any refusal') };
      completed[method] = { operationId: nameOf(method, path), ...operation, responses };
    }
    paths[path] = completed;
  }
  const { schemas, ...components } = (document.components ?? {}) as { schemas?: Schema };
  return { ...document, paths, components: { ...components, schemas: { ...schemas, Problem: problemSchema } } };
}

/** A removal that declares no answer has none: 204, where the generator assumes 200. */
function answersOf(method: string, { responses }: Operation): Operation['responses'] {
  const { 200: assumed, ...others } = responses;
  if (method !== 'delete' || !assumed || 'content' in assumed) return responses;
  return { ...others, 204: { description: 'Done' } };
}

/** `post /api/v1/domains/{name}/prove` is `postDomainsByNameProve`. */
function nameOf(method: string, path: string): string {
  const words = path
    .slice(API.length)
    .replace(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function refusals(problems: readonly ProblemType[]): Record<string, Schema> {
  const byStatus = Object.groupBy(problems, ({ status }) => String(status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, some = []]) => [
      status,
      refusal(some.map(({ code, title }) => `\`${code}\`: ${title}`).join('\n\n')),
    ]),
  );
}

function refusal(description: string): Schema {
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}

const problemSchema: Schema = {
  type: 'object',
  description: 'A refusal (RFC 9457). The code is a promise, the words are not.',
  required: ['type', 'code', 'title', 'status', 'traceId'],
  properties: {
    type: { type: 'string', description: '`urn:sallyport:problem:` and the code' },
    code: { type: 'string', description: '`<folder>.<what>`' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    remedy: { type: 'string', description: 'what to do about it, where there is one thing to do' },
    traceId: { type: 'string', description: 'finds the refusal in the log' },
    errors: {
      type: 'array',
      description: 'every fault of the input',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into the request body (RFC 6901)' },
          code: { type: 'string' },
          detail: { type: 'string' },
        },
      },
    },
  },
};
