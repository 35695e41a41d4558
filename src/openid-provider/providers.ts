import { type errors, Provider } from 'oidc-provider';
import type { Tenant } from '#tenants/index.ts';
import type { PublishedKey, SigningKeys } from '#signing-keys/index.ts';
import { conclude, type SessionCookie } from './conclude.ts';
import { configurationOf, type ProviderNeeds } from './configuration.ts';
import { currentScope } from './request-scope.ts';
import { signersOf } from './signer.ts';

export interface ProvidersNeeds extends ProviderNeeds {
  signingKeys: SigningKeys;
  /** Names of the tenant's cookies, and how its session cookie is written. */
  cookiesOf(tenant: Tenant, issuer: string): ProviderCookies;
}

export interface ProviderCookies {
  readonly names: { session: string; interaction: string; resume: string };
  readonly session: SessionCookie;
}

/** A tenant's Provider, ready to answer. */
export interface TenantProvider {
  readonly provider: Provider;
  /** Answers a request; done when the answer is written, or put off. */
  readonly handle: ReturnType<Provider['callback']>;
}

export interface Providers {
  get(tenant: Tenant, issuer: string): Promise<TenantProvider>;
}

interface Cached {
  /** Everything but the keys that a Provider is made from. */
  readonly settings: string;
  readonly keys: string;
  keysSeenAt: number;
  readonly ready: TenantProvider;
}

/** Some 50 kB each: with 10 MB the busiest tenants stay, and the others cost less than half a millisecond to make anew. */
export const PROVIDERS_KEPT = 200;

/**
 * For so long a node may not know of another node's key rotation. Harmless: a key is published for days before it signs, and for weeks
 * after. The tenant's settings are read with every request and take effect at once.
 */
const KEYS_TRUSTED_MILLISECONDS = 5000;

/** One Provider a tenant, made at first need, kept within a bound, made anew when the tenant's settings or keys have changed. */
export function createProviders(needs: ProvidersNeeds): Providers {
  const kept = new Map<string, Promise<Cached>>();
  const keep = (id: string, making: Promise<Cached>): Promise<Cached> => {
    kept.delete(id);
    kept.set(id, making);
    making.catch(() => kept.get(id) === making && kept.delete(id));
    const [oldest] = kept.keys();
    if (kept.size > PROVIDERS_KEPT && oldest !== undefined) kept.delete(oldest);
    return making;
  };
  return {
    async get(tenant, issuer) {
      const settings = `${issuer} ${tenant.updatedAt.getTime()}`;
      const cached = await kept.get(tenant.id)?.catch(() => undefined);
      const isCurrent = cached?.settings === settings && needs.world.now().getTime() - cached.keysSeenAt < KEYS_TRUSTED_MILLISECONDS;
      if (cached && isCurrent) {
        // Moved to the end: the least recently used one is the first to go.
        void keep(tenant.id, Promise.resolve(cached));
        return cached.ready;
      }
      return (await keep(tenant.id, renew(needs, { tenant, issuer, settings }, cached))).ready;
    },
  };
}

async function renew(
  needs: ProvidersNeeds, { tenant, issuer, settings }: { tenant: Tenant; issuer: string; settings: string }, old: Cached | undefined,
): Promise<Cached> {
  const seenAt = needs.world.now().getTime();
  const published = await needs.signingKeys.list(tenant.id);
  const keys = versionOf(published);
  if (old?.settings === settings && old.keys === keys) {
    old.keysSeenAt = seenAt;
    return old;
  }
  const active = await needs.signingKeys.getActive(tenant.id, tenant.settings.idTokenAlgorithm);
  const isNew = !published.some(({ kid }) => kid === active.kid);
  const signers = signersOf(active, published);
  const ready = makeProvider(needs, { tenant, issuer }, signers);
  // A first key was made meanwhile: what was listed is out of date, and is looked at again with the next request.
  return { settings, keys, keysSeenAt: isNew ? 0 : seenAt, ready };
}

const versionOf = (keys: readonly PublishedKey[]): string => keys.map(({ kid, state }) => `${kid} ${state}`).join();

function makeProvider(
  needs: ProvidersNeeds, { tenant, issuer }: { tenant: Tenant; issuer: string }, keys: ReturnType<typeof signersOf>,
): TenantProvider {
  const cookies = needs.cookiesOf(tenant, issuer);
  const provider = new Provider(issuer, configurationOf(needs, { tenant, issuer, keys, cookieNames: cookies.names }));
  // Host and protocol come from the headers that the route has pinned to the issuer.
  provider.proxy = true;
  provider.use((ctx, next) => conclude(ctx, next, { issuer, cookie: cookies.session }));
  // The route logs and answers what went wrong; Koa would write it to the console.
  provider.silent = true;
  listen(provider);
  return { provider, handle: provider.callback() };
}

/** Notes what was refused and what went wrong; the route writes it to the log. */
function listen(provider: Provider): void {
  provider.on('server_error', (_ctx, error) => {
    currentScope().failure = error;
  });
  const note = (_ctx: unknown, { error, error_detail: detail, error_description: description }: errors.OIDCProviderError): void => {
    currentScope().answered = { error, detail: detail ?? description };
  };
  provider.on('authorization.error', note);
  provider.on('grant.error', note);
  provider.on('userinfo.error', note);
  provider.on('introspection.error', note);
  provider.on('revocation.error', note);
}
