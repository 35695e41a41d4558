import type { Session } from '#sessions/index.ts';
import type { Application } from './application.ts';
import type { CodeRequest } from './plain/artifacts-of.ts';
import { plainScopes } from './plain/plain.ts';
import { RETRIED } from './routes.ts';
import { knownScopes, OFFLINE_ACCESS } from './scopes.ts';

/** Parameters of an authorization request, each once. Without a value means not sent (RFC 6749 §3.1). */
export type AuthorizationParameters = Readonly<Record<string, string>>;

/** What a sign-in is to do for an application, in the words of `sign-in/`. */
export interface SignInWish {
  /** Path and query under the tenant's URL to come back to. */
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

/** `enter`: the Provider answers, be it with a code or with an error. `start`: the person signs in first. `issue`: a code, see `plain/`. */
export type AuthorizationDecision =
  | { kind: 'enter' }
  | { kind: 'start'; wish: SignInWish }
  | { kind: 'issue'; request: CodeRequest; application: Application };

export interface AuthorizationGiven {
  /** Undefined when a parameter came twice. */
  parameters: AuthorizationParameters | undefined;
  /** Known and enabled; undefined otherwise. */
  application: Application | undefined;
  session: Session | undefined;
  now: Date;
}

const ENTER: AuthorizationDecision = { kind: 'enter' };

/**
 * Signs people in first and enters the Provider afterwards: with a session it needs half the work. Only a plain, well-formed request of a
 * known application is worth a sign-in; everything else is answered by the Provider, which knows all the rules and refuses by them.
 *
 * @see OpenID Connect Core 1.0 §3.1.2.1
 */
export function decideAuthorization({ parameters, application, session, now }: AuthorizationGiven): AuthorizationDecision {
  if (!parameters || !application || !isPlain(parameters, application)) return ENTER;
  const prompts = listOf(parameters['prompt']);
  if (prompts.includes('none')) return ENTER;
  const reason = findReason(parameters, session, now);
  if (reason) return { kind: 'start', wish: wishOf(parameters, application, reason) };
  const request = readCodeRequest(parameters, application);
  return request ? { kind: 'issue', request, application } : ENTER;
}

const PLAIN_MODES = [undefined, 'query', 'form_post'];

function isPlain(parameters: AuthorizationParameters, application: Application): boolean {
  const scopes = listOf(parameters['scope']);
  return (
    parameters['response_type'] === 'code' &&
    PLAIN_MODES.includes(parameters['response_mode']) &&
    application.redirectUris.includes(parameters['redirect_uri'] ?? '') &&
    parameters['code_challenge_method'] === 'S256' &&
    /^[\w-]{43}$/.test(parameters['code_challenge'] ?? '') &&
    scopes.includes('openid') &&
    scopes.every((scope) => application.scopes.includes(scope) || !knownScopes.includes(scope)) &&
    ['request', 'request_uri', 'registration', 'id_token_hint', RETRIED].every((name) => parameters[name] === undefined) &&
    listOf(parameters['prompt']).every((prompt) => ['login', 'select_account', 'consent', 'none'].includes(prompt)) &&
    /^(?:\d{1,9})?$/.test(parameters['max_age'] ?? '')
  );
}

/** Nothing else may stand in a request that is answered without the Provider. */
const CODE_PARAMETERS: ReadonlySet<string> = new Set(
  'client_id response_type redirect_uri scope state nonce code_challenge code_challenge_method'.split(' '),
);

/** @returns undefined when there is more to it, or anything to ask the person */
function readCodeRequest(parameters: AuthorizationParameters, application: Application): CodeRequest | undefined {
  const isKnown = Object.keys(parameters).every((name) => CODE_PARAMETERS.has(name));
  const scopes = plainScopes(parameters['scope'] ?? '', application);
  if (!isKnown || !scopes || !application.firstParty || !application.grantTypes.includes('authorization_code')) return undefined;
  const { redirect_uri: redirectUri = '', code_challenge: codeChallenge = '', nonce, state } = parameters;
  return { redirectUri, codeChallenge, scopes, ...(nonce ? { nonce } : {}), ...(state ? { state } : {}) };
}

interface Reason {
  forceAuthn: boolean;
  maxAgeSeconds?: number;
  acrValues: readonly string[];
}

/** Why the person has to sign in, if so. */
function findReason(parameters: AuthorizationParameters, session: Session | undefined, now: Date): Reason | undefined {
  const prompts = listOf(parameters['prompt']);
  const maxAge = parameters['max_age'] === undefined ? undefined : Number(parameters['max_age']);
  const acrValues = listOf(parameters['acr_values']);
  const reason: Reason = {
    forceAuthn: prompts.includes('login') || maxAge === 0,
    acrValues,
    ...(maxAge ? { maxAgeSeconds: maxAge } : {}),
  };
  if (!session || reason.forceAuthn || prompts.includes('select_account')) return reason;
  if (maxAge !== undefined && now.getTime() - session.authenticatedAt.getTime() > maxAge * 1000) return reason;
  // What was asked for once and not given is not asked for again: the Provider answers with what there is.
  const isMet =
    acrValues.length === 0 || acrValues.includes(session.acr ?? '') || acrValues.every((acr) => session.askedAcr.includes(acr));
  return isMet ? undefined : reason;
}

function wishOf(parameters: AuthorizationParameters, application: Pick<Application, 'id'>, reason: Reason): SignInWish {
  return {
    returnTo: returnToOf(parameters),
    ...reason,
    idp: parameters['idp'],
    loginHint: parameters['login_hint'],
    domainHint: parameters['domain_hint'],
    applicationId: application.id,
    uiLocales: parameters['ui_locales'],
  };
}

/** What is done once the person has signed in. */
const DONE_BY_SIGN_IN: ReadonlySet<string> = new Set(['max_age', 'idp', 'login_hint', 'domain_hint']);
const PROMPTS_DONE_BY_SIGN_IN: ReadonlySet<string> = new Set(['login', 'select_account']);

/**
 * The request to come back to, without what the sign-in will have done; left in, it would ask for the next sign-in. Nothing is lost by
 * that: whoever holds the browser could have taken these parameters out beforehand, which is why the ID token always says
 * `auth_time`, and an application that asked for `max_age` must check it (OpenID Connect Core 1.0 §3.1.3.7, rule 13).
 */
export function returnToOf(parameters: AuthorizationParameters, marks: AuthorizationParameters = {}): string {
  const kept = Object.entries(parameters).filter(
    ([name, value]) => value !== '' && !DONE_BY_SIGN_IN.has(name) && name !== 'prompt',
  );
  const prompts = listOf(parameters['prompt']).filter((prompt) => !PROMPTS_DONE_BY_SIGN_IN.has(prompt));
  const query = new URLSearchParams([
    ...kept,
    ...(prompts.length > 0 ? [['prompt', prompts.join(' ')]] : []),
    ...Object.entries(marks),
  ]);
  return `/oauth/authorize?${query.toString()}`;
}

/**
 * The request as the Provider is to see it. It gives refresh tokens only to requests with `prompt=consent`, "unless other conditions
 * permit" (OpenID Connect Core 1.0 §11): a first-party application's registration is that condition, and is said in these words.
 */
export function queryForProvider(
  query: string,
  parameters: AuthorizationParameters | undefined,
  application: Application | undefined,
): string {
  const isWanted = parameters !== undefined && listOf(parameters['scope']).includes(OFFLINE_ACCESS);
  const prompts = listOf(parameters?.['prompt']);
  if (!isWanted || !application?.firstParty || parameters['request'] !== undefined) return query;
  if (prompts.includes('none') || prompts.includes('consent')) return query;
  return new URLSearchParams({ ...parameters, prompt: [...prompts, 'consent'].join(' ') }).toString();
}

const listOf = (value: string | undefined): string[] => (value ?? '').split(' ').filter((word) => word !== '');
