import type { FastifyReply } from 'fastify';
import { problemOf } from '#http/faces.ts';
import { queryOf } from '#http/fields.ts';
import { type Gateway, sendProblem } from '#http/server.ts';
import { isProblem } from '#kernel/problem.ts';
import { type EnterNeeds, enterProvider } from './enter.routes.ts';
import { DISCOVERY, routes } from './routes.ts';

/** What a program gets from an endpoint when its tenant is suspended, in the words of that endpoint. */
type Suspended = (reply: FastifyReply) => FastifyReply;

const invalidGrant: Suspended = (reply) =>
  reply.code(400).send({ error: 'invalid_grant', error_description: 'the tenant is suspended' });
const inactive: Suspended = (reply) => reply.send({ active: false });
const invalidToken: Suspended = (reply) =>
  reply
    .code(401)
    .header('www-authenticate', 'Bearer error="invalid_token"')
    .send({ error: 'invalid_token', error_description: 'the tenant is suspended' });

interface Endpoint {
  methods: ('GET' | 'POST' | 'OPTIONS')[];
  path: string;
  suspended?: Suspended;
  keys?: 'needed';
}

const endpoints: readonly Endpoint[] = [
  { methods: ['GET', 'OPTIONS'], path: DISCOVERY },
  { methods: ['POST', 'OPTIONS'], path: routes.token, suspended: invalidGrant, keys: 'needed' },
  { methods: ['GET', 'POST', 'OPTIONS'], path: routes.userinfo, suspended: invalidToken },
  { methods: ['POST', 'OPTIONS'], path: routes.introspection, suspended: inactive },
  { methods: ['POST', 'OPTIONS'], path: routes.revocation },
];

/** The endpoints that programs call; the Provider answers, and reads the bodies by itself. */
export function registerMachines(scope: Gateway, needs: EnterNeeds): void {
  for (const endpoint of endpoints) {
    scope.register(async (own) => {
      own.removeAllContentTypeParsers();
      own.addContentTypeParser('*', (_request, _body, done) => done(null));
      own.setErrorHandler((error, request, reply) => {
        const { suspended } = endpoint;
        if (isProblem(error, 'tenants.suspended') && suspended) return suspended(reply.header('cache-control', 'no-store'));
        const problem = problemOf(error);
        if (problem.type.status >= 500) request.log.error({ err: error, code: problem.code, reference: request.id }, 'refused');
        return sendProblem(reply, problem, request.id);
      });
      own.route({
        method: endpoint.methods,
        url: endpoint.path,
        handler: (request, reply) => {
          const query = queryOf(request.raw.url ?? '');
          return enterProvider(
            needs,
            { request, reply },
            { target: query === '' ? endpoint.path : `${endpoint.path}?${query}`, keys: endpoint.keys },
          );
        },
      });
    });
  }
}
