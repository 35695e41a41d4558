import type { FastifyRequest } from 'fastify';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { queryOf, readFields } from '#http/fields.ts';
import { isFromThisSite } from '#http/origin.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import { bouncePage, signedOutPage, signOutConfirmPage } from '#pages/index.ts';
import type { SessionId, SessionStore } from '#sessions/index.ts';
import type { Answer } from '#upstream/index.ts';
import { type Exchange, keepBrowser, sendOn, sendPage } from '../begin.routes.ts';
import { mustBounce, readForm } from '../finish.routes.ts';
import { frameOf } from '../frame.routes.ts';
import { problems } from '../problems.ts';
import { createRefusalBudget } from '../refusal-budget.ts';
import { registerBackChannel } from './back-channel.routes.ts';
import { type CameBack, comeBack } from './come-back.ts';
import { type HearNeeds, hearLogout, isDemand } from './hear-logout.ts';
import { type Leaving, type SignOutNeeds, signOut } from './sign-out.ts';

export type LeaveNeeds = SignOutNeeds;
type Needs = LeaveNeeds & HearNeeds & { sessions: Pick<SessionStore, 'find'> };
export type LogoutRoutesNeeds = Omit<Needs, 'budget'>;

type LeavingNow = Pick<Leaving, 'target' | 'applicationId'> & {
  session: Leaving['session'] | undefined;
  uiLocales?: string | undefined;
};

const page = { config: { face: 'page' as const } };
/** Says that somebody has signed out, wherever they did. */
const DONE = '/sign-out/done';

/** GET and POST /sign-out, and where browsers come back from signing out at a provider. */
export function registerLogout(scope: Gateway, given: LogoutRoutesNeeds): void {
  const needs: Needs = { ...given, budget: createRefusalBudget() };
  registerSignOut(scope, needs);
  registerReturn(scope, needs);
  registerSingleLogout(scope, needs);
  registerBackChannel(scope, needs);
}

function registerSignOut(scope: Gateway, needs: Needs): void {
  scope.get('/sign-out', page, (request, reply) =>
    sendPage(
      reply,
      signOutConfirmPage({
        ...frameOf(request),
        action: `${request.tenantUrl}/sign-out`,
        yes: { name: 'answer', value: 'yes' },
        no: { name: 'answer', value: 'no' },
      }),
    ),
  );
  scope.post('/sign-out', page, async (request, reply) => {
    if (!isFromThisSite(request, request.tenantUrl)) throw new Problem(problems.form_elsewhere);
    const { answer } = (request.body ?? {}) as { answer?: string };
    if (answer !== 'yes') return reply.redirect(`${request.tenantUrl}/sign-in/done`, 303);
    const id = sessionOf(request);
    const found = id && (await needs.sessions.find(request.tenant.id, id));
    const session = id && found ? { id, session: found } : undefined;
    return leave(needs, { request, reply }, { session, target: null, applicationId: undefined });
  });
}

/**
 * Signs the person of this browser out, here and then at their provider, and sends the browser on: to the provider, to where the
 * application wants it, or to our own page.
 */
export async function leave(
  needs: LeaveNeeds,
  { request, reply }: Exchange,
  { session, target, applicationId, uiLocales }: LeavingNow,
): Promise<unknown> {
  const { tenant, tenantUrl } = request;
  const leaving = session && { session, target, applicationId, tenant, browser: browserOf(request) };
  const going = leaving && (await signOut(needs, leaving));
  reply.header('set-cookie', cookiesOf(tenant.name, tenantUrl).clear('session'));
  if (going) {
    keepBrowser({ request, reply }, going.browser);
    return sendOn({ request, reply }, going.send, going.provider);
  }
  if (target) return reply.header('cache-control', 'no-store').redirect(target, 303);
  return sendPage(reply, signedOutPage({ ...frameOf(request, uiLocales), signInHref: `${tenantUrl}/sign-in` }));
}

function registerReturn(scope: Gateway, needs: Needs): void {
  scope.get('/sso/:slug/signed-out', page, async (request, reply) => {
    const fields = readFields(queryOf(request.raw.url ?? ''));
    // There are providers that forget `state`: nothing rests on it but where the browser goes.
    if (fields.state === undefined) return reply.redirect(`${request.tenantUrl}${DONE}`, 303);
    const { slug } = request.params as { slug: string };
    const brought = { tenant: request.tenant, slug, answer: { via: 'query' as const, fields }, browser: browserOf(request) };
    return sendBack({ request, reply }, await comeBack(needs, brought));
  });
  scope.get(DONE, page, async (request, reply) => {
    const { tenant, tenantUrl } = request;
    const id = sessionOf(request);
    // A link to here must not tell people that they are signed out while they are not.
    if (id && (await needs.sessions.find(tenant.id, id))) return reply.redirect(`${tenantUrl}/sign-in/done`, 303);
    const { at } = request.query as { at?: unknown };
    const stillSignedInAt = typeof at === 'string' ? await nameOf(needs, request, at) : undefined;
    return sendPage(reply, signedOutPage({ ...frameOf(request), stillSignedInAt, signInHref: `${tenantUrl}/sign-in` }));
  });
}

/** GET and POST /sso/{slug}/slo: answers to our demands, and demands of providers, by either binding. */
function registerSingleLogout(scope: Gateway, needs: Needs): void {
  scope.get('/sso/:slug/slo', page, async (request, reply) => {
    const query = queryOf(request.raw.url ?? '');
    return take(needs, { request, reply }, { via: 'query', fields: readFields(query), query });
  });
  scope.post('/sso/:slug/slo', page, async (request, reply) => {
    return take(needs, { request, reply }, { via: 'form', fields: readForm(request) });
  });
}

async function take(needs: Needs, { request, reply }: Exchange, answer: Answer): Promise<unknown> {
  const { tenant, tenantUrl } = request;
  const { slug } = request.params as { slug: string };
  if (await isDemand(needs, { tenant, slug, answer }, 'browser')) {
    const { send, provider } = await hearLogout(needs, { tenant, slug, answer });
    return send ? sendOn({ request, reply }, send, provider) : reply.redirect(`${tenantUrl}${DONE}`, 303);
  }
  // The answer belongs to this browser: its cookie must have come along.
  if (answer.via === 'form' && mustBounce(request)) {
    const action = `${tenantUrl}/sso/${slug}/slo?bounced=1`;
    return sendPage(reply, bouncePage({ ...frameOf(request), action, fields: answer.fields }));
  }
  return sendBack({ request, reply }, await comeBack(needs, { tenant, slug, answer, browser: browserOf(request) }));
}

/** By a redirect in each case: the address with the answer in it is good once, and a page may be loaded again. */
export function sendBack({ request, reply }: Exchange, { target, outcome }: CameBack): unknown {
  const { slug } = request.params as { slug: string };
  const own = `${request.tenantUrl}${DONE}${outcome.kind === 'partly' ? `?at=${encodeURIComponent(slug)}` : ''}`;
  return reply.header('cache-control', 'no-store').redirect(target ?? own, 303);
}

async function nameOf({ connections }: Needs, { tenant }: FastifyRequest, slug: string): Promise<string | undefined> {
  const connection = slug.length > 100 ? undefined : await connections.findBySlug(tenant.id, slug);
  return connection?.enabled ? connection.name : undefined;
}

export function browserOf(request: FastifyRequest): string | undefined {
  return readCookie(request.headers.cookie, cookiesOf(request.tenant.name, request.tenantUrl).nameOf('browser'));
}

function sessionOf(request: FastifyRequest): SessionId | undefined {
  const cookies = cookiesOf(request.tenant.name, request.tenantUrl);
  return readCookie(request.headers.cookie, cookies.nameOf('session')) as SessionId | undefined;
}
