import type { FastifyRequest } from 'fastify';
import type { UserStore } from '#directory/index.ts';
import { queryOf } from '#http/fields.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import type { TransactLightly, World } from '#kernel/world.ts';
import type { SessionStore } from '#sessions/index.ts';
import { isWelcome } from './accounts.ts';
import type { ApplicationStore } from './application.ts';
import type { ArtifactStore } from './artifacts.ts';
import { readParameters } from './authorization-parameters.routes.ts';
import { decideAuthorization, queryForProvider, type SignInWish } from './decide-authorization.ts';
import { type EnterNeeds, type Exchange, enterProvider, findSession, newScope } from './enter.routes.ts';
import { findApplication } from './find-application.ts';
import { issueCode } from './plain/issue-code.ts';
import { problems } from './problems.ts';
import type { RequestScope } from './request-scope.ts';
import { routes } from './routes.ts';

/** Sends a browser to sign in, and back to `returnTo` with a session. */
export type StartSignIn = (exchange: Exchange, wish: SignInWish) => Promise<unknown>;

export interface AuthorizeNeeds extends EnterNeeds {
  applications: ApplicationStore;
  artifacts: ArtifactStore;
  sessions: SessionStore;
  users: UserStore;
  world: World;
  transactLightly: TransactLightly;
  startSignIn: StartSignIn;
}

const page = { config: { face: 'page' as const } };

/** GET and POST /oauth/authorize, and the way back from a page of the Provider. */
export function registerAuthorize(scope: Gateway, needs: AuthorizeNeeds): void {
  scope.get(routes.authorization, page, (request, reply) => authorize(needs, { request, reply }));
  /**
   * A form from another site comes without the session's cookie, which is `SameSite=Lax`; the same request as an address brings it.
   * @see OpenID Connect Core 1.0 §3.1.2.1
   */
  scope.post(routes.authorization, page, (request, reply) => {
    const query = new URLSearchParams(request.body as Record<string, string>).toString();
    return reply.header('cache-control', 'no-store').redirect(`${request.tenantUrl}${routes.authorization}?${query}`, 303);
  });
  scope.get(`${routes.authorization}/:uid`, page, (request, reply) => resume(needs, { request, reply }));
}

async function authorize(needs: AuthorizeNeeds, { request, reply }: Exchange): Promise<unknown> {
  const query = queryOf(request.raw.url ?? '');
  const parameters = readParameters(query);
  // A code that a power cut takes away was not redeemed: its application starts again.
  const found = newScope({ transact: needs.transactLightly }, request, {
    ...(await findPerson(needs, request)),
    ...(await findApplications(needs, request, parameters?.['client_id'])),
  });
  const application = found.applications.get(parameters?.['client_id'] ?? '')?.application;
  const decision = decideAuthorization({ parameters, application, session: found.session?.session, now: needs.world.now() });
  if (decision.kind === 'start') return needs.startSignIn({ request, reply }, decision.wish);
  if (decision.kind === 'issue' && found.session) {
    // A code that a power cut takes away was not redeemed: its application starts again.
    const at = { tenant: request.tenant, issuer: request.tenantUrl, transact: needs.transactLightly };
    const address = await issueCode(needs.providers.plain, at, { ...decision, browser: found.session });
    if (address !== undefined) return reply.header('cache-control', 'no-store').redirect(address, 303);
  }
  return enterProvider(
    needs,
    { request, reply },
    {
      target: `${routes.authorization}?${queryForProvider(query, parameters, application)}`,
      scope: found,
      // A hint is an ID token of ours; it may also stand in a request object.
      ...(query.includes('id_token_hint') || query.includes('request') ? { keys: 'needed' as const } : {}),
    },
  );
}

/** A request is gone on with once its page has been answered, and not by calling its address. */
async function resume(needs: AuthorizeNeeds, { request, reply }: Exchange): Promise<unknown> {
  const { uid } = request.params as { uid: string };
  const interaction = await needs.artifacts.find(request.tenant.id, { kind: 'Interaction', id: uid });
  if (!interaction?.payload['result']) throw new Problem(problems.interaction_over);
  const { client_id: clientId } = interaction.payload['params'] as { client_id?: string };
  const known = { ...(await findPerson(needs, request)), ...(await findApplications(needs, request, clientId)) };
  return enterProvider(
    needs,
    { request, reply },
    { target: `${routes.authorization}/${uid}`, scope: newScope(needs, request, known) },
  );
}

/** A session whose person has been disabled since is no session. */
async function findPerson(needs: AuthorizeNeeds, request: FastifyRequest): Promise<Partial<RequestScope>> {
  const session = await findSession(needs, request);
  if (!session) return {};
  const user = await needs.users.find(request.tenant.id, session.session.userId);
  if (user && isWelcome(user)) return { session, activeUserId: user.id };
  await needs.sessions.end(request.tenant.id, session.id);
  return {};
}

async function findApplications(
  { applications }: AuthorizeNeeds,
  request: FastifyRequest,
  id: string | undefined,
): Promise<Pick<RequestScope, 'applications'>> {
  const found = await findApplication(applications, request.tenant.id, id);
  return { applications: new Map(found ? [[found.application.id, found]] : []) };
}
