import type { FastifyRequest } from 'fastify';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { queryOf, readFields } from '#http/fields.ts';
import { isFromThisSite } from '#http/origin.ts';
import type { Gateway } from '#http/server.ts';
import { isProblem, Problem } from '#kernel/problem.ts';
import { type PasswordError, passwordPage } from '#pages/index.ts';
import type { SessionId } from '#sessions/index.ts';
import { decodeWish, type Exchange, encodeWish, sendPage, type Wish } from '../begin.routes.ts';
import { frameOf } from '../frame.routes.ts';
import { problems as signInProblems } from '../problems.ts';
import { createRefusalBudget } from '../refusal-budget.ts';
import type { PasswordNeeds } from './needs.ts';
import type { NetworkOf } from './network.routes.ts';
import { problems } from './problems.ts';
import { signInByPassword } from './sign-in-by-password.ts';

export interface PasswordRoutesNeeds extends PasswordNeeds {
  networkOf: NetworkOf;
  /** For the metrics: how sign-ins end. */
  countSignIn(signIn: { protocol: string; outcome: 'signed-in' | 'refused'; code?: string }): void;
}

const page = { config: { face: 'page' as const }, schema: { hide: true } };

/** GET and POST /sign-in/password: where somebody has a password, and nowhere else. */
export function registerPassword(scope: Gateway, given: PasswordRoutesNeeds): void {
  const needs = { ...given, budget: createRefusalBudget() };
  scope.get('/sign-in/password', page, async (request, reply) => {
    await checkIsHere(needs, request);
    return sendForm({ request, reply }, { wish: wishOf(readFields(queryOf(request.raw.url ?? ''))) });
  });
  scope.post('/sign-in/password', page, async (request, reply) => {
    if (!isFromThisSite(request, request.tenantUrl)) throw new Problem(signInProblems.form_elsewhere);
    await checkIsHere(needs, request);
    const { identifier = '', password = '', ...fields } = formOf(request);
    const wish = { ...wishOf(fields), loginHint: identifier.trim().slice(0, 320) };
    return signIn(needs, { request, reply }, { wish, password });
  });
}

async function checkIsHere({ passwords }: PasswordNeeds, { tenant }: FastifyRequest): Promise<void> {
  if (!(await passwords.isAny(tenant.id))) throw new Problem(problems.not_here);
}

/** Fields of a form; a request without one has none. */
export function formOf({ body }: FastifyRequest): Record<string, string> {
  return typeof body === 'object' && body !== null ? (body as Record<string, string>) : {};
}

/** Whoever comes from nowhere goes to the console: these accounts are administrators'. */
function wishOf(fields: Record<string, string>): Wish {
  return decodeWish({ ...fields, return_to: fields['return_to'] || '/console/' });
}

async function signIn(
  needs: PasswordRoutesNeeds & Parameters<typeof signInByPassword>[0],
  { request, reply }: Exchange,
  { wish, password }: { wish: Wish; password: string },
): Promise<unknown> {
  const cookies = cookiesOf(request.tenant.name, request.tenantUrl);
  try {
    const { sessionId, returnTo } = await signInByPassword(needs, {
      tenant: request.tenant,
      identifier: wish.loginHint ?? '',
      password,
      network: needs.networkOf(request),
      previousSession: readCookie(request.headers.cookie, cookies.nameOf('session')) as SessionId | undefined,
      returnTo: wish.returnTo,
      applicationId: wish.applicationId,
      askedAcr: wish.acrValues,
    });
    needs.countSignIn({ protocol: 'password', outcome: 'signed-in' });
    return await reply
      .header('set-cookie', cookies.serialize('session', sessionId, 'lax'))
      .header('cache-control', 'no-store')
      .redirect(`${request.tenantUrl}${returnTo}`, 303);
  } catch (error) {
    needs.countSignIn({ protocol: 'password', outcome: 'refused', code: error instanceof Problem ? error.code : 'http.failed' });
    const shown = errorOf(error);
    // A client that asks for JSON is a program: it gets the same refusal in its own language.
    if (!shown || /^application\/(problem\+)?json/.test(request.headers.accept ?? '')) throw error;
    return sendForm({ request, reply }, { wish, refusal: error as Problem, error: shown });
  }
}

function errorOf(error: unknown): PasswordError | undefined {
  if (isProblem(error, 'password.refused')) return { kind: 'refused' };
  if (isProblem(error, 'password.busy')) return { kind: 'busy' };
  if (isProblem(error, 'password.too_many_tries')) return { kind: 'too_many_tries', waitSeconds: waitOf(error) };
  return undefined;
}

const waitOf = ({ facts }: Problem): number => (typeof facts['waitSeconds'] === 'number' ? facts['waitSeconds'] : 5);

interface Form {
  wish: Wish;
  error?: PasswordError;
  refusal?: Problem;
}

/** The form, empty or once more with what was wrong. */
function sendForm({ request, reply }: Exchange, { wish, error, refusal }: Form): unknown {
  const onward = encodeWish({ ...wish, loginHint: undefined });
  const { reference } = refusal?.facts ?? {};
  if (refusal)
    reply.code(refusal.type.status).headers(refusal.type.status === 403 ? {} : { 'retry-after': String(waitOf(refusal)) });
  return sendPage(
    reply,
    passwordPage({
      ...frameOf(request, wish.uiLocales),
      action: `${request.tenantUrl}/sign-in/password`,
      hidden: Object.fromEntries(new URLSearchParams(onward)),
      value: wish.loginHint,
      backHref: `${request.tenantUrl}/sign-in?${onward}`,
      ...(error ? { error } : {}),
      ...(refusal ? { code: refusal.code } : {}),
      ...(typeof reference === 'string' ? { reference } : {}),
    }),
  );
}
