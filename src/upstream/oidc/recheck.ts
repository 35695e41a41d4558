import { Problem } from '#kernel/problem.ts';
import type { Recheck, SignInWorld } from '../protocol.ts';
import { createLibrary, type Library, type RawAnswer, redeemRefreshToken } from './exchange.ts';
import { problems } from './problems.ts';
import { readProviderError } from './provider-error.ts';
import type { OidcSettings } from './settings.ts';
import { readStrictJson } from './strict-json.ts';
import { isToken } from './token-answer.ts';

/**
 * Asks the provider by the refresh token whether a person is still there. Only `invalid_grant` says no: everything else, our own expired
 * secret and a provider that is down among it, says nothing about the person.
 *
 * @see RFC 6749 §5.2, §6; OpenID Connect Core 1.0 §12
 */
export async function recheck(settings: OidcSettings, refreshToken: string, world: SignInWorld): Promise<Recheck> {
  if (settings.clientAuthentication === 'private_key_jwt' && (settings.keys?.clientAssertion.length ?? 0) === 0)
    return { kind: 'unknown', code: problems.client_key_missing.code };
  const library = createLibrary(settings, world);
  const raw = await exchange(library, refreshToken);
  if (raw instanceof Problem) return { kind: 'unknown', code: raw.code };
  const json = raw.contentType === 'application/json' ? readStrictJson(raw.bytes) : undefined;
  const object = json?.kind === 'read' ? json.object : {};
  if (raw.status === 200 && isToken(object.access_token)) {
    const { refresh_token: next } = object;
    return isToken(next) && next !== refreshToken ? { kind: 'alive', refreshToken: next } : { kind: 'alive' };
  }
  const told = readProviderError(object, raw.secrets);
  world.trace.note('oidc.recheck', { expected: 'tokens', received: { status: raw.status, ...told } });
  // A provider that fails says many things; only a refusal of the grant itself is one.
  const gone = (raw.status === 400 || raw.status === 401 || raw.status === 403) && told.error === 'invalid_grant';
  return gone ? { kind: 'gone', code: told.aadsts ?? told.error } : { kind: 'unknown', code: problems.token_refused.code };
}

/** Once more where the answer was lost: it may have held the next token, and the one before is good for some seconds (Okta: 30). */
async function exchange(library: Library, refreshToken: string): Promise<RawAnswer | Problem> {
  let failure: unknown;
  for (let tries = 0; tries < 2; tries++) {
    try {
      return (await redeemRefreshToken(library, refreshToken)).raw;
    } catch (error) {
      failure = error;
    }
  }
  if (failure instanceof Problem) return failure;
  throw failure;
}
