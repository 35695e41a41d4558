import type { KoaContextWithOIDC } from 'oidc-provider';
import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';
import { currentScope } from './request-scope.ts';
import { routes } from './routes.ts';

/** Where this runs: Koa's context before the Provider has been entered has no `oidc` yet. */
type Context = Pick<KoaContextWithOIDC, 'status' | 'body' | 'response' | 'set' | 'remove' | 'respond'> & {
  oidc?: { route?: string };
};

/**
 * Stands round the Provider: what a request has written is durable before its answer goes out, and an answer that says "failed" leaves
 * nothing behind. A refusal keeps what it has written: a code that came back stays spent, and its family ended.
 */
export async function conclude(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  const scope = currentScope();
  try {
    await next();
    await scope.unit.end(scope.failure === undefined && ctx.status < 500 ? 'keep' : 'undo');
  } catch (cause) {
    await scope.unit.end('undo').catch(() => {});
    scope.failure = cause;
    scope.refused = new Problem(problems.failed, { cause });
    ctx.respond = false;
    return;
  }
  writeSessionCookie(ctx);
  if (ctx.oidc?.route === 'discovery') completeDiscovery(ctx);
}

/**
 * The Provider writes the session cookie with every answer, with attributes of its own, and one that means nothing for a browser without a
 * session. Ours was written at sign-in and is written again only under a new secret.
 */
function writeSessionCookie(ctx: Context): void {
  const { renamedTo, cookies: own } = currentScope();
  const written = ctx.response.get('set-cookie') as unknown as string | string[] | undefined;
  const others = [written ?? []].flat().filter((cookie) => !cookie.startsWith(`${own.names.session}=`));
  const cookies = [...others, ...(renamedTo ? [own.serializeSession(renamedTo)] : [])];
  if (cookies.length > 0) ctx.set('set-cookie', cookies);
  else ctx.remove('set-cookie');
}

/** What is ours or the tenant's: sign-out, the algorithm, and that answers come in the query or by a form, never in a fragment. */
function completeDiscovery(ctx: Context): void {
  const { issuer, tenant } = currentScope();
  ctx.body = {
    ...(ctx.body as Record<string, unknown>),
    end_session_endpoint: `${issuer}${routes.end_session}`,
    response_modes_supported: ['query', 'form_post'],
    id_token_signing_alg_values_supported: [tenant.settings.idTokenAlgorithm],
  };
}
