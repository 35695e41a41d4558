import type { FastifyRequest } from 'fastify';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { problemOf } from '#http/faces.ts';
import { queryOf, readFields } from '#http/fields.ts';
import { isFromElsewhere } from '#http/origin.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import { bouncePage, signedInPage } from '#pages/index.ts';
import type { SessionId } from '#sessions/index.ts';
import type { Answer } from '#upstream/index.ts';
import { type Exchange, sendPage } from './begin.routes.ts';
import { type FinishNeeds, finish } from './finish.ts';
import { frameOf } from './frame.routes.ts';
import { registerInitiate, sendBegun } from './initiate.routes.ts';
import { problems } from './problems.ts';
import { newReference } from './reference.ts';
import { createRefusalBudget } from './refusal-budget.ts';
import { refuseAtDoor } from './refuse-at-door.ts';
import { sendToReport } from './verify/verify-page.routes.ts';

export interface FinishRoutesNeeds extends FinishNeeds {
  /** For the metrics: how sign-ins end. */
  countSignIn(signIn: { protocol: string; outcome: 'signed-in' | 'refused'; code?: string }): void;
}

/** GET /sso/{slug}/callback, POST /sso/{slug}/acs, /sign-in/done. */
export function registerFinish(scope: Gateway, given: FinishRoutesNeeds): void {
  const needs = { ...given, budget: createRefusalBudget() };
  registerAnswers(scope, needs);
  registerDone(scope, needs);
  registerInitiate(scope, needs);
}

const page = { config: { face: 'page' as const } };

function registerAnswers(scope: Gateway, needs: FinishRoutesNeeds): void {
  const door = { ...page, errorHandler: atDoor(needs) };
  scope.get('/sso/:slug/callback', door, async (request, reply) =>
    receive(needs, { request, reply }, { via: 'query', fields: readFields(queryOf(request.raw.url ?? '')) }),
  );
  scope.post('/sso/:slug/acs', door, async (request, reply) => {
    const fields = readForm(request);
    if (mustBounce(request))
      return sendPage(reply, bouncePage({ ...frameOf(request), action: `${ownPath(request)}?bounced=1`, fields }));
    return receive(needs, { request, reply }, { via: 'form', fields });
  });
}

/** Where a sign-in ends that no application asked for; whoever is not signed in is asked to. */
function registerDone(scope: Gateway, { sessions }: FinishNeeds): void {
  scope.get('/sign-in/done', page, async (request, reply) => {
    const { session } = browserOf(request);
    const found = session && (await sessions.find(request.tenant.id, session));
    if (!found) return reply.redirect(`${request.tenantUrl}/sign-in`, 303);
    return sendPage(reply, signedInPage({ ...frameOf(request), signOutHref: `${request.tenantUrl}/sign-out` }));
  });
}

/** Refused before a step of sign-in saw them; whatever a step refuses is on record already. */
const AT_DOOR = new Set(['http.too_large', 'http.field_repeated', 'http.media_type_unsupported', 'http.body_unreadable']);

/** Answers that nobody reads leave a trace, too; then the error goes on to where every error is answered. */
function atDoor(needs: FinishRoutesNeeds) {
  return async (error: unknown, request: FastifyRequest): Promise<never> => {
    const problem = problemOf(error);
    if (!AT_DOOR.has(problem.code)) throw error;
    const { slug } = request.params as { slug: string };
    const { 'content-type': mediaType, 'content-length': length } = request.headers;
    const bytes = length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
    needs.countSignIn({ protocol: request.method === 'POST' ? 'saml' : 'oidc', outcome: 'refused', code: problem.code });
    const unread = {
      tenant: request.tenant,
      slug,
      reference: newReference(needs.world),
      via: request.method === 'POST' ? ('form' as const) : ('query' as const),
      mediaType: mediaType?.slice(0, 100) ?? null,
      bytes,
    };
    const recorded = refuseAtDoor(needs, unread, problem);
    // A body without a stated end goes on while we write: whoever sends it is answered at once, or would not hear the answer.
    if (problem.code !== 'http.too_large' || bytes !== null) throw await recorded;
    recorded.catch((failure: unknown) => request.log.error({ err: failure }, 'a refusal was not recorded'));
    throw new Problem(problem.type, { facts: { reference: unread.reference }, cause: problem });
  };
}

async function receive(needs: FinishRoutesNeeds, { request, reply }: Exchange, answer: Answer): Promise<unknown> {
  const { slug } = request.params as { slug: string };
  const { cookies, browser, session } = browserOf(request);
  const protocol = answer.via === 'form' ? 'saml' : 'oidc';
  const count = (outcome: 'signed-in' | 'refused', code?: string): void => needs.countSignIn({ protocol, outcome, code });
  const { tenant, tenantUrl } = request;
  const arrived = { tenant, tenantUrl, slug, answer, browser, previousSession: session };
  const finished = await finish(needs, arrived).catch((error: unknown) => {
    count('refused', error instanceof Problem ? error.code : 'http.failed');
    throw error;
  });
  if (finished.kind === 'begun') return sendBegun({ request, reply }, finished);
  if (finished.kind === 'verified') return sendToReport({ request, reply }, finished.verification);
  const { sessionId, returnTo, answeredAt } = finished;
  count('signed-in');
  return reply
    .header('set-cookie', cookies.serialize('session', sessionId, 'lax'))
    .header('cache-control', 'no-store')
    .redirect(answeredAt ?? `${request.tenantUrl}${returnTo}`, 303);
}

function browserOf(request: FastifyRequest): { cookies: ReturnType<typeof cookiesOf>; browser?: string; session?: SessionId } {
  const cookies = cookiesOf(request.tenant.name, request.tenantUrl);
  return {
    cookies,
    browser: readCookie(request.headers.cookie, cookies.nameOf('browser')),
    session: readCookie(request.headers.cookie, cookies.nameOf('session')) as SessionId | undefined,
  };
}

/**
 * A provider's POST from another site may come without cookies, depending on the browser and on plain http; our own page posts the same
 * fields once more, and then they come along. Once only, and only for browsers: whoever has no cookie then is refused.
 */
export function mustBounce(request: FastifyRequest): boolean {
  return (
    browserOf(request).browser === undefined && isFromElsewhere(request) && !queryOf(request.raw.url ?? '').includes('bounced=1')
  );
}

const ownPath = (request: FastifyRequest): string => `${request.tenantUrl}/sso/${(request.params as { slug: string }).slug}/acs`;

/** @throws Problem `sign_in.binding_unsupported` for anything but fields of text, as JSON may bring */
export function readForm({ body }: FastifyRequest): Record<string, string> {
  const isForm = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isForm || Object.values(body).some((value) => typeof value !== 'string')) throw new Problem(problems.binding_unsupported);
  return body as Record<string, string>;
}
