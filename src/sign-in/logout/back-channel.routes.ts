import type { Gateway } from '#http/server.ts';
import { isProblem, Problem } from '#kernel/problem.ts';
import { readForm } from '../finish.routes.ts';
import { type HearNeeds, hearLogout, isDemand } from './hear-logout.ts';
import { problems } from './problems.ts';

/**
 * POST /sso/{slug}/backchannel-logout: a provider says by itself that somebody has signed out there.
 *
 * @see OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8
 */
export function registerBackChannel(scope: Gateway, needs: HearNeeds): void {
  scope.post('/sso/:slug/backchannel-logout', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const { slug } = request.params as { slug: string };
    try {
      const brought = { tenant: request.tenant, slug, answer: { via: 'form' as const, fields: readForm(request) } };
      if (!(await isDemand(needs, brought, 'server'))) throw new Problem(problems.unsupported);
      const { outcome } = await hearLogout(needs, brought);
      if (outcome === 'not-named') throw new Problem(problems.session_not_named);
      return await reply.code(200).send();
    } catch (error) {
      // What failed on our side is told as such, so that it is tried again; everything else is a fault of the token.
      if (!isProblem(error) || error.type.status >= 500) throw error;
      request.log.info({ code: error.code, facts: error.facts }, 'refused');
      const status = error.type.status === 404 ? 404 : 400;
      return reply.code(status).send({ error: 'invalid_request', error_description: error.code });
    }
  });
}
