import * as client from 'openid-client';
import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { SignInWorld } from '../protocol.ts';
import { acceptedAlgorithms } from './algorithms.ts';
import { clientAuthenticationOf } from './client-authentication.ts';
import type { Remembered } from './remembered.ts';
import type { OidcSettings } from './settings.ts';

/** An answer of the provider as it came, before anybody understood anything in it. */
export interface RawAnswer {
  status: number;
  /** Media type without parameters, lower case. */
  contentType: string;
  bytes: Uint8Array;
  /** When it was made, by the clock of the provider. @see RFC 9110 §6.6.1 */
  date: Date | null;
  /** What the request carried that nobody may read: a provider may repeat it when it refuses. */
  secrets: readonly string[];
}

/** The provider's answer, and what openid-client found wrong with it: nothing, or a code of its own. */
export interface Exchange {
  raw: RawAnswer;
  objection: string | undefined;
}

/** openid-client set up for one sign-in: it costs ten microseconds, and its answers cannot be mixed up with those of another. */
export interface Library {
  configuration: client.Configuration;
  exchange: (ask: (configuration: client.Configuration) => Promise<unknown>) => Promise<Exchange>;
}

/** A token answer with several hundred groups has 50 kB. */
const LARGEST_ANSWER_BYTES = 256 * 1024;
/** In seconds: never. Times are judged by `checks/times.ts` with the World's clock; the library would ask the process's. */
const LIBRARY_TOLERANCE_SECONDS = 1e12;

export function createLibrary(settings: OidcSettings, world: World): Library {
  const configuration = configure(settings, world);
  let raw: RawAnswer | undefined;
  configuration[client.customFetch] = async (url, { method, headers, body }) => {
    const response = await world.fetch(url, {
      method,
      headers,
      maxBytes: LARGEST_ANSWER_BYTES,
      redirect: 'manual',
      ...(body instanceof URLSearchParams ? { body } : {}),
    });
    const contentType = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    const bytes = new Uint8Array(await response.clone().arrayBuffer());
    const date = dateOf(response.headers.get('date'));
    raw = { status: response.status, contentType, bytes, date, secrets: secretsOf(settings, headers, body) };
    return response;
  };
  return {
    configuration,
    async exchange(ask) {
      raw = undefined;
      let failure: unknown;
      await ask(configuration).catch((error: unknown) => {
        failure = error ?? 'unknown';
      });
      if (raw) return { raw, objection: failure === undefined ? undefined : codeOf(failure) };
      // No answer: the guarded fetch refused, or we made a mistake.
      throw problemIn(failure) ?? failure;
    },
  };
}

const SECRET_FIELDS = ['token', 'code', 'code_verifier', 'refresh_token', 'client_assertion'];

function secretsOf({ clientSecret }: OidcSettings, headers: HeadersInit | undefined, body: unknown): string[] {
  const [, credentials] = new Headers(headers).get('authorization')?.split(' ') ?? [];
  const fields = body instanceof URLSearchParams ? SECRET_FIELDS.map((name) => body.get(name)) : [];
  return [clientSecret, credentials, ...fields].filter((value): value is string => typeof value === 'string');
}

function dateOf(header: string | null): Date | null {
  const time = header === null ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? null : new Date(time);
}

/** Sends the code, its verifier and the client's proof to the token endpoint. */
export function redeemCode(library: Library, fields: Record<string, string>, remembered: Remembered): Promise<Exchange> {
  const answer = new URL(remembered.redirectUri);
  for (const [name, value] of Object.entries(fields)) answer.searchParams.set(name, value);
  return library.exchange((configuration) =>
    client.authorizationCodeGrant(configuration, answer, {
      expectedState: remembered.handle,
      expectedNonce: remembered.nonce,
      pkceCodeVerifier: remembered.verifier,
      idTokenExpected: true,
    }),
  );
}

/** Shows a refresh token to the token endpoint. */
export function redeemRefreshToken(library: Library, refreshToken: string): Promise<Exchange> {
  return library.exchange((configuration) => client.refreshTokenGrant(configuration, refreshToken));
}

/** Gives a refresh token back. @see RFC 7009 §2.1 */
export function revokeRefreshToken(library: Library, refreshToken: string): Promise<Exchange> {
  return library.exchange((configuration) =>
    client.tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' }),
  );
}

export function askUserinfo(library: Library, accessToken: string, subject: string): Promise<Exchange> {
  return library.exchange((configuration) => client.fetchUserInfo(configuration, accessToken, subject));
}

/** Waits for an exchange; a failure of the network becomes a line of the trace, with the code of the guarded fetch. */
export async function exchanged(exchange: Promise<Exchange>, { trace }: SignInWorld, step: string): Promise<Exchange> {
  try {
    return await exchange;
  } catch (error) {
    if (error instanceof Problem)
      trace.check({ step, expected: 'an answer', received: error.code, holds: false, otherwise: error.type, cause: error });
    throw error;
  }
}

function configure(settings: OidcSettings, world: World): client.Configuration {
  const server: client.ServerMetadata = {
    issuer: settings.issuer,
    authorization_endpoint: settings.authorizationEndpoint,
    token_endpoint: settings.tokenEndpoint,
    ...(settings.revocationEndpoint ? { revocation_endpoint: settings.revocationEndpoint } : {}),
    ...(settings.userinfoEndpoint ? { userinfo_endpoint: settings.userinfoEndpoint } : {}),
    jwks_uri: settings.jwksUri,
    authorization_response_iss_parameter_supported: settings.authorizationResponseIssParameterSupported,
    id_token_signing_alg_values_supported: [...acceptedAlgorithms],
    userinfo_signing_alg_values_supported: [...acceptedAlgorithms],
  };
  const metadata = { [client.clockTolerance]: LIBRARY_TOLERANCE_SECONDS };
  const configuration = new client.Configuration(server, settings.clientId, metadata, clientAuthenticationOf(settings, world));
  // The guarded fetch has its own time-out, over the whole exchange.
  configuration.timeout = 0;
  // Whether plain http is good enough was decided when the settings were read.
  client.allowInsecureRequests(configuration);
  return configuration;
}

/** The library wraps what its fetch throws. */
function problemIn(error: unknown): Problem | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof Problem) return at;
  }
  return undefined;
}

/** The library's name for a fault. Its message and causes hold whole answers, with tokens in them: they go no further. */
function codeOf(failure: unknown): string {
  const code = (failure as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unnamed';
}
