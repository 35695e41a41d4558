import type { KoaContextWithOIDC } from 'oidc-provider';
import { Problem } from '#kernel/problem.ts';
import type { SessionId } from '#sessions/index.ts';
import { problems } from './problems.ts';
import { currentScope } from './request-scope.ts';
import { routes } from './routes.ts';

export interface SessionCookie {
  readonly name: string;
  serialize(id: SessionId): string;
}

/** Where this runs: Koa's context before the Provider has been entered has no `oidc` yet. */
type Context = Pick<KoaContextWithOIDC, 'status' | 'body' | 'response' | 'set' | 'remove' | 'respond'> & { oidc?: { route?: string } };

/**
 * Stands round the Provider: what a request has written is durable before its answer goes out, and an answer that says "failed" leaves
 * nothing behind. A refusal keeps what it has written: a code that came back stays spent, and its family ended.
 */
export async function conclude(ctx: Context, next: () => Promise<unknown>, { issuer, cookie }: { issuer: string; cookie: SessionCookie }): Promise<void> {
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
  writeSessionCookie(ctx, cookie);
  if (ctx.oidc?.route === 'discovery') completeDiscovery(ctx, issuer);
}

/**
 * The Provider writes the session cookie with every answer, with attributes of its own, and one that means nothing for a browser without a
 * session. Ours was written at sign-in and is written again only under a new secret.
 */
function writeSessionCookie(ctx: Context, { name, serialize }: SessionCookie): void {
  const { renamedTo } = currentScope();
  const written = ctx.response.get('set-cookie') as unknown as string | string[] | undefined;
  const others = [written ?? []].flat().filter((cookie) => !cookie.startsWith(`${name}=`));
  const cookies = [...others, ...(renamedTo ? [serialize(renamedTo)] : [])];
  if (cookies.length > 0) ctx.set('set-cookie', cookies);
  else ctx.remove('set-cookie');
}

/** What is ours and not the Provider's: sign-out, and that answers come in the query or by a form, never in a fragment. */
function completeDiscovery(ctx: Context, issuer: string): void {
  ctx.body = {
    ...(ctx.body as Record<string, unknown>),
    end_session_endpoint: `${issuer}${routes.end_session}`,
    response_modes_supported: ['query', 'form_post'],
  };
}
