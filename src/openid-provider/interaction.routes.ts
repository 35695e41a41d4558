import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { isFromThisSite } from '#http/origin.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import { consentPage } from '#pages/index.ts';
import type { AuthorizeNeeds } from './authorize.routes.ts';
import { type AuthorizationParameters, returnToOf } from './decide-authorization.ts';
import { type Exchange, withProvider } from './enter.routes.ts';
import { consentIdOf } from './grants.ts';
import { frameOf, sendPage } from './page.routes.ts';
import { problems } from './problems.ts';
import { INTERACTION, RETRIED, routes } from './routes.ts';
import { knownScopes } from './scopes.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Where the Provider sends a browser that has to do something first: sign in, or consent. */
export function registerInteraction(scope: Gateway, needs: AuthorizeNeeds): void {
  const page = { config: { face: 'page' as const } };
  scope.get(`${INTERACTION}/:uid`, page, async (request, reply) => {
    const interaction = await findInteraction(needs, { request, reply });
    if (interaction.prompt.name === 'consent') return askForConsent(needs, { request, reply }, interaction);
    return signIn(needs, { request, reply }, interaction);
  });
  scope.post(`${INTERACTION}/:uid`, page, async (request, reply) => {
    // The cookie of the interaction stays behind when another site posts; this also covers sites that are not "another" to the browser.
    if (!isFromThisSite(request, request.tenantUrl)) throw new Problem(problems.consent_not_here);
    const interaction = await findInteraction(needs, { request, reply });
    if (interaction.prompt.name !== 'consent') throw new Problem(problems.interaction_over);
    const { answer } = (request.body ?? {}) as { answer?: string };
    const result = answer === 'allow' ? await allow(needs, { request, reply }, interaction) : denied;
    return goOn(needs, { request, reply }, { interaction, result });
  });
}

/** The interaction of this address, if it is also this browser's. */
async function findInteraction(needs: AuthorizeNeeds, { request, reply }: Exchange): Promise<Interaction> {
  const { uid } = request.params as { uid: string };
  return withProvider(needs, { request, reply }, async (provider) => {
    try {
      const interaction = await provider.interactionDetails(request.raw, reply.raw);
      if (interaction.uid === uid && !interaction.result) return interaction;
    } catch (cause) {
      if (!(cause instanceof errors.SessionNotFound)) throw cause;
    }
    throw new Problem(problems.interaction_over);
  });
}

/** The Provider found a reason that our own decision does not know, or the request was one that it had to read first. */
async function signIn(needs: AuthorizeNeeds, exchange: Exchange, interaction: Interaction): Promise<unknown> {
  const { prompt } = interaction;
  const parameters = interaction.params as AuthorizationParameters;
  // The person has just signed in, and it still does not fit: another sign-in would go round in a circle.
  if (parameters[RETRIED] !== undefined) return goOn(needs, exchange, { interaction, result: notThatPerson });
  await needs.artifacts.remove(exchange.request.tenant.id, { kind: 'Interaction', id: interaction.uid });
  const maxAge = Number(parameters['max_age'] ?? Number.NaN);
  const mismatch = prompt.reasons.some(
    (reason) => reason !== 'no_session' && reason !== 'login_prompt' && reason !== 'select_account_prompt',
  );
  return needs.startSignIn(exchange, {
    returnTo: returnToOf(parameters, mismatch ? { [RETRIED]: '1' } : {}),
    forceAuthn: prompt.reasons.includes('login_prompt') || mismatch,
    acrValues: (parameters['acr_values'] ?? '').split(' ').filter((acr) => acr !== ''),
    ...(Number.isSafeInteger(maxAge) ? { maxAgeSeconds: maxAge } : {}),
    idp: parameters['idp'],
    loginHint: parameters['login_hint'],
    domainHint: parameters['domain_hint'],
    applicationId: parameters['client_id'] ?? null,
    uiLocales: parameters['ui_locales'],
  });
}

const denied: InteractionResults = { error: 'access_denied', error_description: 'the person did not consent' };
const notThatPerson: InteractionResults = {
  error: 'login_required',
  error_description: 'the person who signed in is not the one asked for',
};

async function askForConsent(needs: AuthorizeNeeds, { request, reply }: Exchange, interaction: Interaction): Promise<unknown> {
  const { client_id: clientId, redirect_uri: redirectUri, ui_locales: uiLocales } = interaction.params as AuthorizationParameters;
  const found = await needs.applications.find(request.tenant.id, clientId as never);
  const user = await needs.users.find(request.tenant.id, interaction.session?.accountId as never);
  if (!found?.application.enabled || !user) throw new Problem(problems.interaction_over);
  return sendPage(
    reply,
    consentPage({
      ...frameOf(request, uiLocales),
      applicationName: found.application.name,
      scopes: scopesOf(interaction),
      redirectUri,
      person: user.email ?? undefined,
      action: `${request.tenantUrl}${INTERACTION}/${interaction.uid}`,
      allow: { name: 'answer', value: 'allow' },
      deny: { name: 'answer', value: 'deny' },
    }),
  );
}

/** Remembers the consent; more than was agreed to before is added to it. */
async function allow(needs: AuthorizeNeeds, { request }: Exchange, interaction: Interaction): Promise<InteractionResults> {
  const { tenant } = request;
  const applicationId = interaction.params['client_id'] as never;
  const userId = interaction.session?.accountId as never;
  const id = consentIdOf(applicationId, userId);
  await needs.transact(async () => {
    const before = await needs.artifacts.find(tenant.id, { kind: 'Consent', id: id });
    const scopes = [...new Set([...((before?.payload['scopes'] as string[] | undefined) ?? []), ...scopesOf(interaction)])];
    await needs.artifacts.put(
      tenant.id,
      { kind: 'Consent', id: id },
      {
        payload: { scopes, at: needs.world.now().toISOString() },
        grantId: null,
        sessionUid: null,
        accountId: userId,
        expiresAt: null,
      },
    );
  });
  return { consent: {} };
}

function scopesOf({ params }: Interaction): string[] {
  const { scope } = params;
  return typeof scope === 'string' ? scope.split(' ').filter((one) => knownScopes.includes(one)) : [];
}

/** Writes the answer down and goes back to the Provider with it. */
async function goOn(
  needs: AuthorizeNeeds,
  { request, reply }: Exchange,
  { interaction, result }: { interaction: Interaction; result: InteractionResults },
): Promise<unknown> {
  await withProvider(needs, { request, reply }, (provider) =>
    provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false }),
  );
  return reply
    .header('cache-control', 'no-store')
    .redirect(`${request.tenantUrl}${routes.authorization}/${interaction.uid}`, 303);
}
