import { cookiesOf } from '#http/cookies.ts';
import type { Tenant } from '#tenants/index.ts';
import type { ProviderCookies } from './request-scope.ts';

/**
 * The tenant's cookies in the Provider's words. Those of an interaction are bound to its path, which `__Host-` forbids; `__Secure-` is the
 * next best, and their values are worth nothing without the session.
 */
export function cookiesOfTenant(tenant: Tenant, issuer: string): ProviderCookies {
  const jar = cookiesOf(tenant.name, issuer);
  const prefix = issuer.startsWith('https:') ? '__Secure-' : '';
  const session = jar.nameOf('session');
  return {
    names: {
      session,
      interaction: `${prefix}sallyport-interaction.${tenant.name}`,
      resume: `${prefix}sallyport-resume.${tenant.name}`,
    },
    serializeSession: (id) => jar.serialize('session', id, 'lax'),
  };
}
