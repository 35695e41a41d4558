import type { FastifyRequest } from 'fastify';
import { compactVerify, createLocalJWKSet } from 'jose';
import { queryOf, readFields } from '#http/fields.ts';
import { isFromThisSite } from '#http/origin.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import { signOutConfirmPage } from '#pages/index.ts';
import type { SessionStore } from '#sessions/index.ts';
import type { SigningKeys } from '#signing-keys/index.ts';
import type { Application, ApplicationStore } from './application.ts';
import { decideEndSession, type EndSessionDecision, type Hint } from './decide-end-session.ts';
import { type Exchange, findSession } from './enter.routes.ts';
import { frameOf, sendPage } from './page.routes.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';

export interface EndSessionNeeds {
  applications: ApplicationStore;
  sessions: SessionStore;
  signingKeys: SigningKeys;
  /** Signs the person out who is signed in, here and at their provider, and sends the browser on. */
  leave(exchange: Exchange, leaving: LeavingNow): Promise<unknown>;
}

interface LeavingNow {
  session: Awaited<ReturnType<typeof findSession>>;
  /** Where the browser goes at last; null for our own page. */
  target: string | null;
  applicationId: Application['id'] | undefined;
  uiLocales: string | undefined;
}

type Fields = Record<string, string | undefined>;

interface Asked extends EndSessionDecision {
  session: Awaited<ReturnType<typeof findSession>>;
  application: Application | undefined;
}

/** GET and POST /oauth/end-session: an application signs the person out. */
export function registerEndSession(scope: Gateway, needs: EndSessionNeeds): void {
  const page = { config: { face: 'page' as const } };
  scope.get(routes.end_session, page, async (request, reply) => {
    const fields: Fields = readFields(queryOf(request.raw.url ?? ''));
    const asked = await read(needs, request, fields);
    if (asked.what === 'ask') return ask({ request, reply }, fields, asked);
    return finish(needs, { request, reply }, { fields, asked });
  });
  // From another site a form comes without the session's cookie; the same request as an address brings it.
  scope.post(routes.end_session, page, (request, reply) => {
    const query = new URLSearchParams(request.body as Record<string, string>).toString();
    return reply.header('cache-control', 'no-store').redirect(`${request.tenantUrl}${routes.end_session}?${query}`, 303);
  });
  scope.post(`${routes.end_session}/confirm`, page, async (request, reply) => {
    if (!isFromThisSite(request, request.tenantUrl)) throw new Problem(problems.sign_out_not_here);
    const { answer, ...fields } = (request.body ?? {}) as Fields;
    const asked = await read(needs, request, fields);
    if (answer !== 'yes')
      return reply.redirect(asked.target ? withState(asked.target, fields) : `${request.tenantUrl}/sign-in/done`, 303);
    return finish(needs, { request, reply }, { fields, asked });
  });
}

async function read(needs: EndSessionNeeds, request: FastifyRequest, fields: Fields): Promise<Asked> {
  const { id_token_hint: token, client_id: clientId, post_logout_redirect_uri: postLogoutRedirectUri } = fields;
  const hint = token === undefined ? undefined : ((await readHint(needs, request, token)) ?? 'invalid');
  const id = (hint === 'invalid' ? undefined : hint?.aud) ?? clientId;
  const found =
    id !== undefined && /^[\x21-\x7e]{1,100}$/.test(id)
      ? await needs.applications.find(request.tenant.id, id as never)
      : undefined;
  const application = found?.application.enabled ? found.application : undefined;
  const session = await findSession(needs, request);
  const decision = decideEndSession({ hint, clientId, postLogoutRedirectUri, application, session: session?.session });
  return { ...decision, session, application };
}

/** An ID token of ours, whenever it was given out: it names a session, it opens nothing. */
async function readHint({ signingKeys }: EndSessionNeeds, request: FastifyRequest, token: string): Promise<Hint | undefined> {
  const keys = createLocalJWKSet(await signingKeys.listPublic(request.tenant.id));
  try {
    const { payload } = await compactVerify(token, keys, { algorithms: ['ES256', 'RS256'] });
    const { iss, sub, aud, sid } = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
    if (iss !== request.tenantUrl || typeof sub !== 'string' || typeof aud !== 'string') return undefined;
    return { sub, aud, ...(typeof sid === 'string' ? { sid } : {}) };
  } catch {
    return undefined;
  }
}

function ask({ request, reply }: Exchange, fields: Fields, { application }: Asked): unknown {
  const hidden = Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined && field[0] !== 'answer'),
  );
  return sendPage(
    reply,
    signOutConfirmPage({
      ...frameOf(request, fields['ui_locales']),
      action: `${request.tenantUrl}${routes.end_session}/confirm`,
      hidden,
      yes: { name: 'answer', value: 'yes' },
      no: { name: 'answer', value: 'no' },
      applicationName: application?.name,
    }),
  );
}

async function finish(
  needs: EndSessionNeeds,
  { request, reply }: Exchange,
  { fields, asked }: { fields: Fields; asked: Asked },
): Promise<unknown> {
  const { session, application, target } = asked;
  const uiLocales = fields['ui_locales'];
  const onward = target ? withState(target, fields) : null;
  return needs.leave({ request, reply }, { session, target: onward, applicationId: application?.id, uiLocales });
}

/** The registered address with `state` added, otherwise untouched: it may have a query of its own. */
function withState(target: string, { state }: Fields): string {
  if (state === undefined) return target;
  return `${target}${target.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
}
