import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { isFromThisSite } from '#http/origin.ts';
import type { Gateway } from '#http/server.ts';
import { isProblem, Problem } from '#kernel/problem.ts';
import { type SetupErrors, setupPage } from '#pages/index.ts';
import type { SessionId } from '#sessions/index.ts';
import { sendPage } from '../begin.routes.ts';
import { frameOf } from '../frame.routes.ts';
import { problems as signInProblems } from '../problems.ts';
import { formOf, type PasswordRoutesNeeds } from './password.routes.ts';
import { findSetupLink, type SetupForm, useSetupLink } from './use-setup-link.ts';

const page = { config: { face: 'page' as const }, schema: { hide: true } };

/** GET and POST /setup/{token}. Looking takes nothing: scanners of mails open every link. */
export function registerSetup(scope: Gateway, needs: PasswordRoutesNeeds): void {
  scope.get('/setup/:token', page, async (request, reply) => {
    const { user } = await findSetupLink(needs, settingOf(needs, request));
    return sendForm({ request, reply }, { person: user && (user.email ?? user.id) });
  });
  scope.post('/setup/:token', page, async (request, reply) => {
    if (!isFromThisSite(request, request.tenantUrl)) throw new Problem(signInProblems.form_elsewhere);
    const { email = '', name = '', password = '', repeated = '' } = formOf(request);
    const form: SetupForm = { email: email.trim(), name: name.trim(), password, repeated };
    const setting = settingOf(needs, request);
    try {
      const { sessionId, returnTo } = await useSetupLink(needs, setting, form);
      needs.countSignIn({ protocol: 'password', outcome: 'signed-in' });
      const cookies = cookiesOf(request.tenant.name, request.tenantUrl);
      return await reply
        .header('set-cookie', cookies.serialize('session', sessionId, 'lax'))
        .header('cache-control', 'no-store')
        .redirect(`${request.tenantUrl}${returnTo}`, 303);
    } catch (error) {
      const errors = errorsOf(error);
      if (!errors || !(error instanceof Problem)) throw error;
      const { user } = await findSetupLink(needs, setting);
      reply.code(error.type.status);
      return sendForm(
        { request, reply },
        { person: user && (user.email ?? user.id), email: form.email, name: form.name, errors },
      );
    }
  });
}

function settingOf({ networkOf }: PasswordRoutesNeeds, request: FastifyRequest) {
  const { token } = request.params as { token: string };
  const cookies = cookiesOf(request.tenant.name, request.tenantUrl);
  return {
    tenant: request.tenant,
    token,
    network: networkOf(request),
    previousSession: readCookie(request.headers.cookie, cookies.nameOf('session')) as SessionId | undefined,
  };
}

interface Shown {
  person: string | undefined;
  email?: string;
  name?: string;
  errors?: SetupErrors;
}

function sendForm({ request, reply }: { request: FastifyRequest; reply: FastifyReply }, shown: Shown): unknown {
  const { token } = request.params as { token: string };
  return sendPage(reply, setupPage({ ...frameOf(request), ...shown, action: `${request.tenantUrl}/setup/${token}` }));
}

/** What can be mended in the form. */
function errorsOf(error: unknown): SetupErrors | undefined {
  if (isProblem(error, 'password.address_unusable')) return { email: 'unusable' };
  if (isProblem(error, 'password.busy')) return { password: 'busy' };
  if (!isProblem(error, 'password.input_invalid')) return undefined;
  const errors: SetupErrors = Object.fromEntries(error.errors.map(({ pointer, code }) => [pointer.slice(1), code]));
  return errors;
}
