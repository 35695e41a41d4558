import type { Gateway } from '#http/server.ts';
import type { SigningKeys } from '#signing-keys/index.ts';
import { routes } from './routes.ts';

/**
 * GET /oauth/jwks. Read from the store each time, so that a key is known everywhere from the moment it is announced; a tenant that has never
 * signed gets its first key now.
 * @see OpenID Connect Discovery 1.0 §3 jwks_uri; RFC 7517 §8.5.1
 */
export function registerJwks(scope: Gateway, { signingKeys }: { signingKeys: SigningKeys }): void {
  scope.get(routes.jwks, async ({ tenant }, reply) => {
    await signingKeys.getActive(tenant.id, tenant.settings.idTokenAlgorithm);
    const set = await signingKeys.listPublic(tenant.id);
    return reply
      .header('content-type', 'application/jwk-set+json')
      .header('cache-control', 'public, max-age=300')
      .header('access-control-allow-origin', '*')
      .send(JSON.stringify(set));
  });
}
