import { Problem, type ProblemType } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { ASSERTION_TYPE, signClientAssertion } from '../client-assertion.ts';
import type { GraphAccess } from './access.ts';
import { ask, type MicrosoftAnswer } from './ask.ts';
import { problems } from './problems.ts';

interface Kept {
  token: string;
  /** Milliseconds since the epoch. */
  usableUntil: number;
}

/** Microsoft gives an hour or more; renewed early, so that it does not end on its way. */
const MARGIN_SECONDS = 300;
const LONGEST_KEPT_SECONDS = 3600;

/** Tokens by connection and revision. In the process only: a token for a directory is in no database and on no disk. */
const kept = new WeakMap<GraphAccess, Kept>();
const underWay = new WeakMap<GraphAccess, Promise<Kept>>();

/**
 * A token of the directory registration for Microsoft Graph, by our own certificate; asked for once for all who wait.
 *
 * @throws Problem `microsoft.*`
 * @see Microsoft Learn, "Microsoft identity platform and the OAuth 2.0 client credentials flow" (third case: certificate)
 */
export async function getAppToken(access: GraphAccess, needs: { world: World; until: number }): Promise<string> {
  const known = kept.get(access);
  if (known && needs.world.now().getTime() < known.usableUntil) return known.token;
  let asking = underWay.get(access);
  if (!asking) {
    asking = requestToken(access, needs).finally(() => underWay.delete(access));
    underWay.set(access, asking);
  }
  const made = await asking;
  kept.set(access, made);
  return made.token;
}

/** Graph does not take it any more. */
export function dropAppToken(access: GraphAccess): void {
  kept.delete(access);
}

async function requestToken(access: GraphAccess, needs: { world: World; until: number }): Promise<Kept> {
  const { cloud, directoryId, clientId, keys } = access;
  const [key] = keys;
  if (!key) throw new Problem(problems.key_missing);
  const tokenEndpoint = `${cloud.signIn}/${directoryId}/oauth2/v2.0/token`;
  const assertion = await signClientAssertion({ key, clientId, audience: tokenEndpoint, foundBy: 'certificate' }, needs.world);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    scope: `${cloud.graph}/.default`,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
  });
  const askedAt = needs.world.now().getTime();
  const answer = await ask(tokenEndpoint, { method: 'POST', headers: { accept: 'application/json' }, body }, needs);
  const { access_token: token, expires_in: seconds } = answer.json;
  if (answer.status !== 200) throw refusalOf(answer);
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new Problem(problems.graph_unreadable, { facts: { cause: 'no access token' } });
  const lasting = typeof seconds === 'number' ? Math.min(seconds, LONGEST_KEPT_SECONDS) - MARGIN_SECONDS : 0;
  return { token, usableUntil: askedAt + lasting * 1000 };
}

/** By Microsoft's own number; its description is for people, and names ids only. */
function refusalOf({ status, json, retryAfterSeconds }: MicrosoftAnswer): Problem {
  const told = typeof json.error_description === 'string' ? json.error_description : '';
  const aadsts = /^(AADSTS\d{4,9})\b/.exec(told)?.[1] ?? null;
  const facts = { status, aadsts, error: typeof json.error === 'string' ? json.error.slice(0, 100) : null, retryAfterSeconds };
  return new Problem(typeOf(status, aadsts, json.error), { facts });
}

function typeOf(status: number, aadsts: string | null, error: unknown): ProblemType {
  if (status === 429) return problems.throttled;
  if (aadsts === 'AADSTS700016' || aadsts === 'AADSTS7000229' || aadsts === 'AADSTS90002') return problems.application_unknown;
  return error === 'invalid_client' ? problems.certificate_refused : problems.token_refused;
}
