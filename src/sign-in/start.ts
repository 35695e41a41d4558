import { hash as digestOf } from 'node:crypto';
import type { SignInMethodStore } from '#directory/index.ts';
import { Problem } from '#kernel/problem.ts';
import { createTrace, type Trace, type TraceLine } from '#kernel/trace.ts';
import { newSecret, type World } from '#kernel/world.ts';
import { type DomainStore, findDomain, type Tenant } from '#tenants/index.ts';
import type { Connection, ConnectionDirectory, ConnectionKind, Send, SignInWish, UpstreamProtocol } from '#upstream/index.ts';
import type { AttemptStore, Purpose } from './attempts.ts';
import { type Choice, chooseConnection } from './choose-connection.ts';
import { problems } from './problems.ts';
import { newReference } from './reference.ts';
import { checkReturnTo } from './return-to.ts';

/** An attempt waits this long for its answer: people look for their telephone. */
export const ATTEMPT_SECONDS = 15 * 60;

export interface SignInRequest {
  tenant: Tenant;
  tenantUrl: string;
  /** Path and query under the tenant's URL to come back to. */
  returnTo: string;
  idp?: string;
  loginHint?: string;
  domainHint?: string;
  forceAuthn: boolean;
  maxAgeSeconds?: number;
  acrValues: readonly string[];
  applicationId: string | null;
}

export interface StartNeeds {
  connections: ConnectionDirectory;
  domains: DomainStore;
  signInMethods: SignInMethodStore;
  attempts: AttemptStore;
  protocolOf(kind: ConnectionKind): UpstreamProtocol<unknown>;
  world: World;
}

/** The browser's own secret: the one that its cookie has, or a new one. */
export function browserSecretOf(known: string | undefined, world: World): string {
  return known !== undefined && /^[\w-]{43}$/.test(known) ? known : newSecret(world);
}

export const hashBrowser = (browser: string): string => digestOf('sha256', browser, 'base64url');

/** Chooses the provider for a request, without starting. */
export async function choose(needs: StartNeeds, request: SignInRequest): Promise<Choice> {
  const { tenant, idp, loginHint, domainHint } = request;
  const usable = await needs.connections.listUsable(tenant.id);
  // Domains are looked at only where one could decide.
  const routable = idp === undefined && (loginHint !== undefined || domainHint !== undefined);
  const domains = routable ? await needs.domains.list(tenant.id) : [];
  // Asked of everybody who says who they are, known or not: one query by unique indexes either way.
  const own = routable && loginHint !== undefined ? await needs.signInMethods.findOfIdentifier(tenant.id, loginHint) : undefined;
  const findOwnedDomain = (domain: string): string | undefined => findDomain(domains, domain)?.name;
  return chooseConnection({ usable, idp, loginHint, domainHint, own, findOwnedDomain });
}

/** Path under `/sso/{slug}/` at which answers of a protocol arrive. */
export function answerPath(connection: Pick<Connection, 'kind' | 'slug'>): string {
  return `/sso/${connection.slug}/${connection.kind === 'saml' ? 'acs' : 'callback'}`;
}

/**
 * Begins a sign-in at this provider: the attempt is saved, bound to tenant, connection, revision and browser, and the browser is to
 * be sent on.
 *
 * @param browser the browser's own secret, from its cookie
 * @throws Problem `sign_in.connection_disabled`, `sign_in.return_invalid`, and those of the protocol
 */
export async function start(
  needs: StartNeeds,
  request: SignInRequest,
  { connection, browser }: { connection: Connection; browser: string },
): Promise<Send> {
  const { world } = needs;
  const returnTo = checkReturnTo(request.returnTo);
  if (!connection.enabled || !connection.policy.authentication.enabled) throw new Problem(problems.connection_disabled);
  const trace = createTrace(world);
  trace.note('sign_in.start', {
    received: { connection: connection.slug, revision: connection.revision, application: request.applicationId },
  });
  const reference = newReference(world);
  const beginning = { connection, browser, trace, reference, purpose: { kind: 'sign-in' as const } };
  return beginAttempt(needs, { ...request, returnTo }, beginning);
}

/** What an attempt begins with; whoever asks has decided that it may. */
export interface Beginning {
  connection: Connection;
  browser: string;
  purpose: Purpose;
  reference: string;
  trace: Trace;
  /** What was noted before this trace began. */
  earlierLines?: readonly TraceLine[];
}

/** Asks the protocol for its request and saves the attempt. @throws Problem those of the protocol */
export async function beginAttempt(
  needs: Pick<StartNeeds, 'attempts' | 'protocolOf' | 'world'>,
  request: SignInRequest,
  { connection, browser, purpose, reference, trace, earlierLines = [] }: Beginning,
): Promise<Send> {
  const { world } = needs;
  const handle = newSecret(world);
  const protocol = needs.protocolOf(connection.kind);
  const { send, remember } = await protocol.begin(connection.settings, wishOf(request, connection, handle), { ...world, trace });
  trace.note('sign_in.sent', { received: { by: send.kind, to: `${send.url.origin}${send.url.pathname}` } });
  const now = world.now();
  await needs.attempts.save(request.tenant.id, handle, {
    connectionId: connection.id,
    connectionRevision: connection.revision,
    browserHash: hashBrowser(browser),
    returnTo: request.returnTo,
    createdAt: now,
    expiresAt: new Date(now.getTime() + ATTEMPT_SECONDS * 1000),
    kept: {
      reference,
      purpose,
      remember,
      applicationId: request.applicationId,
      askedAcr: request.acrValues,
      maxAgeSeconds: request.maxAgeSeconds ?? null,
      lines: [...earlierLines, ...trace.lines],
    },
  });
  return send;
}

function wishOf(request: SignInRequest, connection: Connection, handle: string): SignInWish {
  return {
    handle,
    returnUrl: new URL(`${request.tenantUrl}${answerPath(connection)}`),
    loginHint: request.loginHint,
    domainHint: request.domainHint,
    forceAuthn: request.forceAuthn,
    maxAgeSeconds: request.maxAgeSeconds,
    acrValues: request.acrValues,
  };
}
