import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { Problem, type ProblemType } from '#kernel/problem.ts';
import { problems } from './problems.ts';
import { currentScope } from './request-scope.ts';

/**
 * A refusal that cannot be sent to the application, or that a person looks at: it is left in the scope of the request, and the route
 * shows it. The Provider's answer is put off by `respond = false`.
 */
export function refuse(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): void {
  currentScope().refused = new Problem(problemOf(out, error), {
    detail: typeof out.error_description === 'string' ? out.error_description : undefined,
    facts: { error: out.error, detail: 'error_detail' in error ? error.error_detail : undefined },
    cause: error,
  });
  ctx.respond = false;
}

function problemOf({ error }: ErrorOut, cause: Error): ProblemType {
  if (cause instanceof errors.SessionNotFound) return problems.interaction_over;
  if (cause instanceof errors.InvalidRedirectUri) return problems.redirect_uri_unregistered;
  if (cause instanceof errors.InvalidClient) return problems.application_unknown;
  return error === 'server_error' ? problems.failed : problems.request_invalid;
}
