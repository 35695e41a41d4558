import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Problem } from '#kernel/problem.ts';
import { problemOf } from './faces.ts';
import { wordFaults } from './fault-words.ts';
import { readFields } from './fields.ts';
import { problems } from './problems.ts';

export type Gateway = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How a refusal of this route is shown: JSON (default) or a page for people. */
    face?: 'json' | 'page';
  }
}

/** Shows a refusal to a person, or to a program that asks for JSON, and sends the answer. The request's id is its trace id. */
export type SendProblemPage = (request: FastifyRequest, reply: FastifyReply, problem: Problem) => Promise<unknown>;

export interface ServerParts {
  /** Turns an outside address into the inside one: `/~t/<tenant><rest>` for a tenant's, unchanged for the server's own. */
  locate(host: string, path: string): string;
  sendProblemPage: SendProblemPage;
  logger: import('fastify').FastifyBaseLogger;
  /** For the ids of requests. */
  readonly randomBytes?: (length: number) => Uint8Array;
}

/** Larger than a SAML response with signatures, encryption and hundreds of groups in base64; smaller than an attack. */
const BODY_BYTES = 1_048_576;

/** The HTTP host: body readers, problem faces and addresses; no feature. */
export function createServer(parts: ServerParts): Gateway {
  wordFaults();
  const random = parts.randomBytes ?? randomBytes;
  const app = Fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES,
    requestTimeout: 30_000,
    exposeHeadRoutes: false,
    genReqId: () => Buffer.from(random(12)).toString('base64url'),
    rewriteUrl: (request) => parts.locate(request.headers.host ?? '', request.url ?? '/'),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, readFields(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setErrorHandler((error, request, reply) => answerProblem(parts, { error, request, reply }));
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = (request.headers.accept ?? '').includes('text/html');
    const problem = problemOf(problems.not_found);
    return wantsPage ? parts.sendProblemPage(request, reply, problem) : sendProblem(reply, problem, request.id);
  });
  return app;
}

async function answerProblem(
  parts: ServerParts,
  { error, request, reply }: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): Promise<unknown> {
  const problem = problemOf(error);
  const level = problem.type.status >= 500 ? 'error' : 'info';
  request.log[level](
    {
      code: problem.code,
      status: problem.type.status,
      facts: problem.facts,
      err: level === 'error' ? error : undefined,
      reference: request.id,
    },
    'refused',
  );
  return request.routeOptions.config.face === 'page'
    ? parts.sendProblemPage(request, reply, problem)
    : sendProblem(reply, problem, request.id);
}

/** `application/problem+json` @see RFC 9457 §3 */
export function sendProblem(reply: FastifyReply, problem: Problem, traceId: string): FastifyReply {
  const { code, status, title, remedy } = problem.type;
  return reply
    .code(status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .headers(status === 503 ? { 'retry-after': '5' } : {})
    .serializer((body: unknown) => JSON.stringify(body))
    .send({
      type: `urn:sallyport:problem:${code}`,
      code,
      title,
      status,
      ...(problem.detail ? { detail: problem.detail } : {}),
      ...(remedy ? { remedy } : {}),
      traceId,
      ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
    });
}
