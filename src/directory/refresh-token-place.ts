import type { TenantId } from '#kernel/ids.ts';
import type { LinkKey } from './user.ts';

/** Where a refresh token lies: sealed for one tie, it opens at no other. */
export function refreshTokenPlace(tenant: TenantId, { connectionId, issuer, subject }: LinkKey): string {
  return `links.sealed_refresh_token:${JSON.stringify([tenant, connectionId, issuer, subject])}`;
}
