import type { ProblemType } from '#kernel/problem.ts';
import type { Trace } from '#kernel/trace.ts';
import type { RawAnswer } from './exchange.ts';
import { problems } from './problems.ts';
import { type ProviderError, readProviderError, refuseWithProviderError } from './provider-error.ts';
import { readStrictJson } from './strict-json.ts';

/** What a token endpoint gave. */
export interface TokenAnswer {
  accessToken: string;
  /** Compact serialisation, not verified. */
  idToken: string;
  refreshToken: string | undefined;
}

/**
 * Reads the answer to a code. Anything but 200 with one strict JSON object is no success; an error object is told by its code,
 * whatever the status (Glewlwyd answers 403).
 *
 * @throws Problem `oidc.client_refused`, `oidc.client_secret_expired`, `oidc.code_refused`, `oidc.token_refused`, `oidc.token_answer_unreadable`, `oidc.id_token_missing`
 * @see RFC 6749 §5.1, §5.2
 */
export function readTokenAnswer(raw: RawAnswer, trace: Trace): TokenAnswer {
  const json = raw.contentType === 'application/json' ? readStrictJson(raw.bytes) : undefined;
  const object = json?.kind === 'read' ? json.object : undefined;
  if (raw.status >= 400 && typeof object?.error === 'string') {
    const told = readProviderError(object, raw.secrets);
    refuseWithProviderError(trace, 'oidc.token_endpoint', { told, otherwise: problemOf(told) });
  }
  const received = {
    status: raw.status,
    type: raw.contentType.slice(0, 100),
    json: json === undefined ? 'not read' : json.kind === 'read' ? 'read' : json.fault,
  };
  trace.check({
    step: 'oidc.token_answer',
    expected: { status: 200, type: 'application/json', json: 'read' },
    received,
    holds: raw.status === 200 && object !== undefined,
    otherwise: problems.token_answer_unreadable,
  });
  return readTokens(object ?? {}, trace);
}

function readTokens(object: Record<string, unknown>, trace: Trace): TokenAnswer {
  const { access_token: accessToken, token_type: type, id_token: idToken, refresh_token: refreshToken } = object;
  const bearer = isToken(accessToken) && typeof type === 'string' && type.toLowerCase() === 'bearer';
  trace.check({
    step: 'oidc.access_token',
    expected: 'a bearer token',
    received: bearer ? 'a bearer token' : 'none',
    holds: bearer && (refreshToken === undefined || refreshToken === null || isToken(refreshToken)),
    otherwise: problems.token_answer_unreadable,
  });
  trace.check({
    step: 'oidc.id_token',
    expected: 'present',
    received: typeof idToken,
    holds: typeof idToken === 'string' && idToken !== '',
    otherwise: problems.id_token_missing,
  });
  return {
    accessToken: String(accessToken),
    idToken: String(idToken),
    refreshToken: isToken(refreshToken) ? refreshToken : undefined,
  };
}

/** A token goes into a header: printable ASCII only. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

function problemOf({ error, aadsts }: ProviderError): ProblemType {
  if (aadsts === 'AADSTS7000222') return problems.client_secret_expired;
  switch (error) {
    case 'invalid_client':
      return problems.client_refused;
    case 'invalid_grant':
      return problems.code_refused;
    default:
      return problems.token_refused;
  }
}
