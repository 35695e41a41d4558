import type { FastifyRequest } from 'fastify';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { queryOf, readFields } from '#http/fields.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import { verifyPage } from '#pages/index.ts';
import { type Exchange, holdBrowser, sendOn, sendPage } from '../begin.routes.ts';
import { frameOf } from '../frame.routes.ts';
import { hashBrowser } from '../start.ts';
import { type OpenTicketNeeds, openTicket } from './open-ticket.ts';
import { problems } from './problems.ts';
import { type ShowNeeds, showVerification } from './show.ts';
import { viewOf } from './view.routes.ts';

export type VerifyPagesNeeds = OpenTicketNeeds & ShowNeeds;

const page = { config: { face: 'page' as const } };

/** GET /sso/{slug}/verify?ticket=…, GET /sso/{slug}/verify/{id}: the browser's side of a test sign-in. */
export function registerVerifyPages(scope: Gateway, needs: VerifyPagesNeeds): void {
  scope.get('/sso/:slug/verify', page, async (request, reply) => {
    const { slug } = request.params as { slug: string };
    const { ticket } = readFields(queryOf(request.raw.url ?? ''));
    if (ticket === undefined || !/^[\w-]{43}$/.test(ticket)) throw new Problem(problems.ticket_invalid);
    const browser = holdBrowser(needs, { request, reply });
    const { tenant, tenantUrl } = request;
    const opened = await openTicket(needs, { tenant, tenantUrl, slug, ticket, browser });
    if (opened.kind === 'ended') return sendToReport({ request, reply }, opened.verification);
    return sendOn({ request, reply }, opened.send, opened.provider);
  });
  scope.get('/sso/:slug/verify/:verification', page, async (request, reply) => {
    const { slug, verification } = request.params as { slug: string; verification: string };
    const shown = await showVerification(needs, request, verification);
    // Claims of a person: for the browser that they came to, and nobody else. Whoever else looks learns nothing, not even that it is there.
    const isTheirs =
      shown !== undefined && shown.browserHash !== null && shown.browserHash === hashBrowser(browserOf(request) ?? '');
    if (!isTheirs || shown.slug !== slug) throw new Problem(problems.unknown);
    return sendPage(reply, verifyPage({ ...frameOf(request), ...viewOf(shown) }));
  });
}

/** After the answer was taken: an address of its own, that may be loaded again. */
export function sendToReport({ request, reply }: Exchange, verification: string): unknown {
  const { slug } = request.params as { slug: string };
  return reply.header('cache-control', 'no-store').redirect(`${request.tenantUrl}/sso/${slug}/verify/${verification}`, 303);
}

function browserOf(request: FastifyRequest): string | undefined {
  return readCookie(request.headers.cookie, cookiesOf(request.tenant.name, request.tenantUrl).nameOf('browser'));
}
