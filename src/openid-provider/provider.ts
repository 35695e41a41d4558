import { type errors, Provider } from 'oidc-provider';
import { conclude } from './conclude.ts';
import { configurationOf, type ProviderNeeds } from './configuration.ts';
import { currentScope, findScope, type ProviderCookies } from './request-scope.ts';

/** Stands in the Provider until a request says whose it is; `.invalid` is nobody's (RFC 2606 §2). */
const NOBODY = 'https://nobody.invalid';

/**
 * The OpenID Provider of all tenants. oidc-provider holds one issuer, one key store and one set of cookie names; ours takes all three, like
 * everything else that differs between tenants, from the request that it is answering. A Provider for each tenant would cost 60 kB a
 * tenant to keep, or more than a millisecond a sign-in to make anew: with ten thousand tenants neither can be had.
 *
 * Fails closed: outside a request it has no tenant, no storage and no keys.
 */
export function createProvider(needs: ProviderNeeds): Provider {
  const provider = new Provider(NOBODY, configurationOf(needs));
  Object.defineProperty(provider, 'issuer', { get: () => findScope()?.issuer ?? NOBODY });
  provider.cookieName = (type) => currentScope().cookies.names[type as keyof ProviderCookies['names']];
  // Host and protocol come from the headers that the route has pinned to the issuer.
  provider.proxy = true;
  // The route logs and answers what went wrong; Koa would write it to the console.
  provider.silent = true;
  provider.use(conclude);
  listen(provider);
  return provider;
}

/** Notes what was refused and what went wrong; the route writes it to the log. */
function listen(provider: Provider): void {
  provider.on('server_error', (_ctx, error) => {
    currentScope().failure = error;
  });
  const note = (
    _ctx: unknown,
    { error, error_detail: detail, error_description: description }: errors.OIDCProviderError,
  ): void => {
    currentScope().answered = { error, detail: detail ?? description };
  };
  provider.on('authorization.error', note);
  provider.on('grant.error', note);
  provider.on('userinfo.error', note);
  provider.on('introspection.error', note);
  provider.on('revocation.error', note);
}
