import { z } from 'zod';
import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { Revocation } from '../protocol.ts';
import { createLibrary, revokeRefreshToken } from './exchange.ts';
import { problems } from './problems.ts';
import { readProviderError } from './provider-error.ts';
import type { OidcSettings } from './settings.ts';
import { readStrictJson } from './strict-json.ts';

/** Where a token is revoked, and how this client proves itself there: as the settings were when the token was given up. */
const prepared = z.object({
  kind: z.enum(['oidc', 'microsoft-oidc']),
  issuer: z.string(),
  authorizationEndpoint: z.string(),
  tokenEndpoint: z.string(),
  revocationEndpoint: z.string(),
  jwksUri: z.string(),
  clientId: z.string(),
  clientSecret: z.string().nullish(),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
  clientAssertionAudience: z.enum(['issuer', 'token_endpoint']),
  keys: z
    .object({
      clientAssertion: z.array(z.object({ kid: z.string(), privateKeyPem: z.string(), certificatePem: z.string().nullish() })),
    })
    .nullish(),
});

/** Undefined where the provider has no such endpoint, or we no key to prove ourselves with. */
export function prepareRevocation(settings: OidcSettings): z.output<typeof prepared> | undefined {
  const { clientAuthentication, revocationEndpoint, keys } = settings;
  if (!revocationEndpoint) return undefined;
  const first = keys?.clientAssertion[0];
  if (clientAuthentication === 'private_key_jwt' && !first) return undefined;
  // Nothing that the method does not need is kept.
  const own = clientAuthentication === 'private_key_jwt' && first ? { clientAssertion: [first] } : null;
  const secret = clientAuthentication.startsWith('client_secret') ? settings.clientSecret : null;
  return prepared.parse({ ...settings, keys: own, clientSecret: secret });
}

/**
 * Gives a refresh token back. A provider that does not know the token any more answers as if it had revoked it (§2.2), so that to say it
 * twice changes nothing.
 *
 * @see RFC 7009 §2.1, §2.2.1
 */
export async function revoke(kept: unknown, refreshToken: string, world: World): Promise<Revocation> {
  const settings = prepared.parse(kept) as unknown as OidcSettings;
  try {
    const { raw } = await revokeRefreshToken(createLibrary(settings, world), refreshToken);
    if (raw.status === 200) return { kind: 'revoked' };
    const isTheirs = raw.status >= 500 || raw.status === 429;
    const json = raw.contentType === 'application/json' ? readStrictJson(raw.bytes) : undefined;
    const { error } = readProviderError(json?.kind === 'read' ? json.object : {}, raw.secrets);
    if (error === 'invalid_token') return { kind: 'revoked' };
    const { code } = error === 'invalid_client' ? problems.client_refused : problems.revocation_refused;
    return { kind: isTheirs ? 'unanswered' : 'refused', code };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { kind: 'unanswered', code: error.code };
  }
}
