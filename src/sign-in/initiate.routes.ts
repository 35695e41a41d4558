import type { FastifyRequest } from 'fastify';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { queryOf, readFields } from '#http/fields.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import type { Answer } from '#upstream/index.ts';
import { type Exchange, keepBrowser, sendOn } from './begin.routes.ts';
import { type InitiateNeeds, initiate } from './initiate.ts';
import type { Begun } from './portal.ts';
import { problems } from './problems.ts';

export interface InitiateRoutesNeeds extends InitiateNeeds {
  countSignIn(signIn: { protocol: string; outcome: 'refused'; code: string }): void;
}

const page = { config: { face: 'page' as const } };

/** GET and POST /sso/{slug}/initiate?iss=&login_hint=&target_link_uri=, as OpenID Connect Core 1.0 §4 has it. */
export function registerInitiate(scope: Gateway, needs: InitiateRoutesNeeds): void {
  scope.get('/sso/:slug/initiate', page, (request, reply) =>
    begin(needs, { request, reply }, { via: 'query', fields: readFields(queryOf(request.raw.url ?? '')) }),
  );
  scope.post('/sso/:slug/initiate', page, (request, reply) => {
    if (typeof request.body !== 'object' || request.body === null) throw new Problem(problems.binding_unsupported);
    return begin(needs, { request, reply }, { via: 'form', fields: request.body as Record<string, string> });
  });
}

async function begin(needs: InitiateRoutesNeeds, { request, reply }: Exchange, answer: Answer): Promise<unknown> {
  const { tenant, tenantUrl } = request;
  const { slug } = request.params as { slug: string };
  const begun = await initiate(needs, { tenant, tenantUrl, slug, answer, browser: browserOf(request) }).catch(
    (error: unknown) => {
      needs.countSignIn({ protocol: 'oidc', outcome: 'refused', code: error instanceof Problem ? error.code : 'http.failed' });
      throw error;
    },
  );
  return sendBegun({ request, reply }, begun);
}

/** Sends the browser to the provider, with the secret that the sign-in was bound to. */
export function sendBegun(exchange: Exchange, { send, browser, provider }: Begun): unknown {
  keepBrowser(exchange, browser);
  return sendOn(exchange, send, provider);
}

function browserOf(request: FastifyRequest): string | undefined {
  const cookies = cookiesOf(request.tenant.name, request.tenantUrl);
  return readCookie(request.headers.cookie, cookies.nameOf('browser'));
}
