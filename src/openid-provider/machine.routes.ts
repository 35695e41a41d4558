import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '#http/faces.ts';
import { queryOf } from '#http/fields.ts';
import { type Gateway, sendProblem } from '#http/server.ts';
import { isProblem } from '#kernel/problem.ts';
import { type EnterNeeds, enterProvider } from './enter.routes.ts';
import { putBack, readBody } from './plain/body.routes.ts';
import { redeemCode } from './plain/redeem-code.ts';
import { readBearer, tellPerson } from './plain/tell-person.ts';
import { isPlainForm, isSpecial, readTokenRequest } from './plain/token-request.ts';
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
  /** Answers what is plain, see `plain/`; undefined for all the rest. */
  plain?: (needs: EnterNeeds, request: FastifyRequest) => Promise<object | undefined>;
}

const endpoints: readonly Endpoint[] = [
  { methods: ['GET', 'OPTIONS'], path: DISCOVERY },
  { methods: ['POST', 'OPTIONS'], path: routes.token, suspended: invalidGrant, keys: 'needed', plain: tokens },
  { methods: ['GET', 'POST', 'OPTIONS'], path: routes.userinfo, suspended: invalidToken, plain: userinfo },
  { methods: ['POST', 'OPTIONS'], path: routes.introspection, suspended: inactive },
  { methods: ['POST', 'OPTIONS'], path: routes.revocation },
];

async function tokens(
  needs: EnterNeeds,
  { raw, tenant, tenantUrl: issuer, headers }: FastifyRequest,
): Promise<object | undefined> {
  if (raw.method !== 'POST' || !isPlainForm(headers) || queryOf(raw.url ?? '') !== '') return undefined;
  const body = await readBody(raw);
  const request = readTokenRequest(body.toString('latin1'), headers.authorization);
  if (request) {
    const { providers, transact } = needs;
    const keys = await providers.keysOf(tenant.id, tenant.settings.idTokenAlgorithm);
    const answer = await redeemCode(providers.plain, { tenant, issuer, keys, transact }, request);
    if (answer) return answer;
  }
  putBack(raw, body);
  return undefined;
}

async function userinfo(
  { providers }: EnterNeeds,
  { raw, tenant, tenantUrl: issuer, headers }: FastifyRequest,
): Promise<object | undefined> {
  const bearer = readBearer(headers.authorization);
  const isPlain = raw.method === 'GET' && bearer !== undefined && queryOf(raw.url ?? '') === '' && !isSpecial(headers);
  return isPlain ? tellPerson(providers.plain, { tenant, issuer }, bearer) : undefined;
}

/** As oidc-provider sends it. */
const sendPlain = (reply: FastifyReply, answer: object): FastifyReply =>
  reply
    .header('vary', 'Origin')
    .header('access-control-allow-origin', '*')
    .header('access-control-expose-headers', 'WWW-Authenticate')
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(answer));

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
        handler: async (request, reply) => {
          const answer = await endpoint.plain?.(needs, request);
          if (answer) return sendPlain(reply, answer);
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
