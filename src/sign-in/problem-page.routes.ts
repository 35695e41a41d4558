import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '#http/server.ts';
import type { Problem } from '#kernel/problem.ts';
import { errorPage, pageHeaders } from '#pages/index.ts';
import { personReasonOf } from '#upstream/index.ts';
import { frameOf } from './frame.routes.ts';

/** Refusals that another try can mend; where it starts is the application's business, so only our own page is offered. */
const MENDABLE = new Set([
  'sign_in.attempt_unknown',
  'sign_in.attempt_taken',
  'sign_in.attempt_expired',
  'sign_in.connection_changed',
  'sign_in.portal_off',
]);

/** A refusal as a page that a person understands, with the reference that finds its trace. */
export async function sendProblemPage(request: FastifyRequest, reply: FastifyReply, problem: Problem): Promise<unknown> {
  const reference = referenceOf(problem) ?? request.id;
  // A client that asks for JSON is a program: it gets the same refusal in its own language.
  if (/^application\/(problem\+)?json/.test(request.headers.accept ?? '')) return sendProblem(reply, problem, reference);
  const { email } = problem.facts;
  const page = errorPage({
    ...frameOf(request),
    code: problem.code,
    reference,
    during: problem.facts['during'] === 'logout' ? 'logout' : undefined,
    reason: personReasonOf(problem),
    at: new Date(),
    detail: problem.detail,
    email: typeof email === 'string' ? email : undefined,
    tryAgainHref: request.tenantUrl && MENDABLE.has(problem.code) ? `${request.tenantUrl}/sign-in` : undefined,
  });
  return reply.code(problem.type.status).headers(pageHeaders(page)).send(page.html);
}

function referenceOf({ facts }: Problem): string | undefined {
  return typeof facts['reference'] === 'string' ? facts['reference'] : undefined;
}
