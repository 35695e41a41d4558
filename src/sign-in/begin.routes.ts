import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { queryOf, readFields } from '#http/fields.ts';
import { isFromThisSite } from '#http/origin.ts';
import type { Gateway } from '#http/server.ts';
import type { TenantId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import {
  choicePage,
  type IdentifierError,
  type Page,
  type Provider,
  pageHeaders,
  postFormPage,
  signInPage,
} from '#pages/index.ts';
import type { Connection, Send } from '#upstream/index.ts';
import type { Choice } from './choose-connection.ts';
import { frameOf } from './frame.routes.ts';
import { problems } from './problems.ts';
import { checkReturnTo } from './return-to.ts';
import { browserSecretOf, choose, type SignInRequest, type StartNeeds, start } from './start.ts';

/** What an application asked for, on its way through our own pages. The person can change it; that only ever asks for less. */
export interface Wish {
  returnTo: string;
  idp?: string;
  loginHint?: string;
  domainHint?: string;
  forceAuthn: boolean;
  maxAgeSeconds?: number;
  acrValues: readonly string[];
  applicationId: string | null;
  uiLocales?: string;
}

/**
 * Sends a browser to sign in: straight to the provider when it is clear which one, else to the sign-in page.
 * @throws Problem `sign_in.no_connection`, those of `start`
 */
export async function startSignIn(needs: BeginNeeds, { request, reply }: Exchange, wish: Wish): Promise<unknown> {
  const choice = await choose(needs, requestOf(request, wish));
  if (choice.kind === 'none') return goToPassword(needs, { request, reply }, wish);
  if (choice.kind === 'connection') return begin(needs, { request, reply }, { wish, connection: choice.connection });
  return reply.redirect(`${request.tenantUrl}/sign-in?${encodeWish(wish)}`, 303);
}

export interface BeginNeeds extends StartNeeds {
  /** Whether anybody signs in with a password here. */
  hasPasswords(tenant: TenantId): Promise<boolean>;
}

/** Without any provider there are only the local administrators, if there are. @throws Problem `sign_in.no_connection` */
async function goToPassword({ hasPasswords }: BeginNeeds, { request, reply }: Exchange, wish: Wish): Promise<unknown> {
  if (!(await hasPasswords(request.tenant.id))) throw new Problem(problems.no_connection);
  return reply.redirect(`${request.tenantUrl}/sign-in/password?${encodeWish(wish)}`, 303);
}

export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** GET and POST /sign-in, GET /sso/{slug}/start. */
export function registerBegin(scope: Gateway, needs: BeginNeeds): void {
  scope.get('/sign-in', { config: { face: 'page' } }, async (request, reply) => {
    const wish = decodeWish(readFields(queryOf(request.raw.url ?? '')));
    const choice = await choose(needs, requestOf(request, wish));
    if (choice.kind === 'connection' && choice.because === 'hint')
      return begin(needs, { request, reply }, { wish, connection: choice.connection });
    return showPage(needs, { request, reply }, { wish, choice });
  });
  scope.post('/sign-in', { config: { face: 'page' } }, async (request, reply) => {
    if (!isFromThisSite(request, request.tenantUrl)) throw new Problem(problems.form_elsewhere);
    const { identifier, ...fields } = request.body as Record<string, string>;
    const wish: Wish = { ...decodeWish(fields), loginHint: identifier?.trim().slice(0, 320) };
    const choice = await choose(needs, requestOf(request, wish));
    if (choice.kind === 'connection') return begin(needs, { request, reply }, { wish, connection: choice.connection });
    reply.code(choice.kind === 'choose' ? 200 : 422);
    return showPage(needs, { request, reply }, { wish, choice });
  });
  scope.get('/sso/:slug/start', { config: { face: 'page' } }, async (request, reply) => {
    const { slug } = request.params as { slug: string };
    const wish = decodeWish(readFields(queryOf(request.raw.url ?? '')));
    const connection = await needs.connections.findBySlug(request.tenant.id, slug);
    if (!connection) throw new Problem(problems.connection_unknown);
    return begin(needs, { request, reply }, { wish, connection });
  });
}

/** Starts at this provider and sends the browser there; a browser without a secret of its own gets one. */
async function begin(
  needs: StartNeeds,
  { request, reply }: Exchange,
  { wish, connection }: { wish: Wish; connection: Connection },
): Promise<unknown> {
  const browser = holdBrowser(needs, { request, reply });
  const send = await start(needs, requestOf(request, wish), { connection, browser });
  return sendOn({ request, reply }, send, connection.name);
}

/** The browser's own secret: the one that it has, or a new one, in its cookie either way. */
export function holdBrowser({ world }: Pick<StartNeeds, 'world'>, { request, reply }: Exchange): string {
  const cookies = cookiesOf(request.tenant.name, request.tenantUrl);
  const browser = browserSecretOf(readCookie(request.headers.cookie, cookies.nameOf('browser')), world);
  keepBrowser({ request, reply }, browser);
  return browser;
}

export function keepBrowser({ request, reply }: Exchange, browser: string): void {
  const cookies = cookiesOf(request.tenant.name, request.tenantUrl);
  // Written anew each time: on plain http a browser sends it along with a provider's POST only while it is fresh.
  reply.header('set-cookie', cookies.serialize('browser', browser, 'cross-site-post'));
}

export function sendOn({ request, reply }: Exchange, send: Send, provider: string): unknown {
  if (send.kind === 'redirect') return reply.header('cache-control', 'no-store').redirect(send.url.href, 303);
  return sendPage(reply, postFormPage({ ...frameOf(request), url: send.url, fields: send.fields, providerName: provider }));
}

export function sendPage(reply: FastifyReply, page: Page): unknown {
  return reply.headers(pageHeaders(page)).send(page.html);
}

/** The page that asks, with a way to a password where somebody has one: that says nothing of who. */
async function showPage(
  needs: BeginNeeds,
  { request, reply }: Exchange,
  { wish, choice }: { wish: Wish; choice: Choice },
): Promise<unknown> {
  if (choice.kind === 'none') return goToPassword(needs, { request, reply }, wish);
  const isHere = await needs.hasPasswords(request.tenant.id);
  const onward = encodeWish({ ...wish, idp: undefined });
  return sendPage(
    reply,
    pageOf(request, wish, { ...choice, passwordHref: isHere ? `${request.tenantUrl}/sign-in/password?${onward}` : undefined }),
  );
}

type Shown = Exclude<Choice, { kind: 'none' }> & { passwordHref: string | undefined };

function pageOf(request: FastifyRequest, wish: Wish, choice: Shown): Page {
  const frame = frameOf(request, wish.uiLocales);
  const onward = { ...wish, idp: undefined, loginHint: undefined };
  const connections = choice.kind === 'connection' ? [choice.connection] : choice.connections;
  const providers = connections.map(
    (connection): Provider => ({
      name: connection.name,
      text: connection.policy.branding.buttonText,
      image: connection.policy.branding.buttonImage,
      href: `${request.tenantUrl}/sso/${connection.slug}/start?${encodeWish({ ...wish, idp: undefined })}`,
    }),
  );
  const signInUrl = `${request.tenantUrl}/sign-in`;
  if (choice.kind === 'choose')
    return choicePage({ ...frame, providers, identifier: wish.loginHint, changeHref: `${signInUrl}?${encodeWish(onward)}` });
  const routable = connections.some(({ policy }) => policy.authentication.domains.length > 0);
  const form = {
    action: signInUrl,
    hidden: Object.fromEntries(new URLSearchParams(encodeWish(onward))),
    value: wish.loginHint,
    error: errorOf(wish, choice),
  };
  return signInPage({ ...frame, providers, form: routable ? form : undefined, passwordHref: choice.passwordHref });
}

/** Why what was typed, or hinted, led nowhere. */
function errorOf(wish: Wish, choice: Choice): IdentifierError | undefined {
  if (choice.kind !== 'ask' || wish.loginHint === undefined) return undefined;
  if (wish.loginHint === '') return 'identifier_missing';
  return choice.wrong === 'identifier' ? 'no_provider' : undefined;
}

function requestOf(request: FastifyRequest, wish: Wish): SignInRequest {
  const { uiLocales: _, ...rest } = wish;
  return { tenant: request.tenant, tenantUrl: request.tenantUrl, ...rest };
}

export function encodeWish(wish: Wish): string {
  const fields = {
    return_to: wish.returnTo,
    idp: wish.idp,
    login_hint: wish.loginHint,
    domain_hint: wish.domainHint,
    prompt: wish.forceAuthn ? 'login' : undefined,
    max_age: wish.maxAgeSeconds?.toString(),
    acr_values: wish.acrValues.length > 0 ? wish.acrValues.join(' ') : undefined,
    client_id: wish.applicationId ?? undefined,
    ui_locales: wish.uiLocales,
  };
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return new URLSearchParams(given).toString();
}

/** @throws Problem `sign_in.return_invalid` */
export function decodeWish(fields: Record<string, string>): Wish {
  const maxAge = /^\d{1,9}$/.test(fields.max_age ?? '') ? Number(fields.max_age) : undefined;
  return {
    returnTo: checkReturnTo(fields.return_to || '/sign-in/done'),
    idp: fields.idp || undefined,
    loginHint: fields.login_hint?.slice(0, 320) || undefined,
    domainHint: fields.domain_hint?.slice(0, 253) || undefined,
    forceAuthn: fields.prompt === 'login',
    maxAgeSeconds: maxAge,
    acrValues: fields.acr_values ? fields.acr_values.slice(0, 1000).split(' ').filter(Boolean) : [],
    applicationId: fields.client_id?.slice(0, 64) || null,
    uiLocales: fields.ui_locales?.slice(0, 100) || undefined,
  };
}
