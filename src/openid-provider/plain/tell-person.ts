import type { UserId } from '#kernel/ids.ts';
import { isWelcome } from '../accounts.ts';
import { claimsOf } from '../claims.ts';
import { findApplication } from '../find-application.ts';
import { isRegistered, readToken } from './artifacts-of.ts';
import { type At, type PlainNeeds, visible } from './plain.ts';

/** @returns the token of an `Authorization` header as this gateway gives them out @see RFC 6750 §2.1 */
export const readBearer = (authorization: string | undefined): string | undefined =>
  /^bearer ([\w-]{43})$/i.exec(authorization ?? '')?.[1];

/**
 * Tells a first-party application about the person of its access token.
 * @returns undefined when oidc-provider must answer, be it with a refusal
 * @see OpenID Connect Core 1.0 §5.3
 */
export async function tellPerson(
  needs: PlainNeeds,
  { tenant }: At,
  bearer: string,
): Promise<Record<string, unknown> | undefined> {
  const kept = await needs.artifacts.find(tenant.id, { kind: 'AccessToken', id: bearer });
  const token = kept && readToken(kept, needs.world.now());
  if (!token || !isRegistered(token)) return undefined;
  const { scope, extra } = token;
  const scopes = new Set(scope.split(' '));
  const found = await findApplication(needs.applications, tenant.id, token.clientId);
  if (!scopes.has('openid') || !found?.application.firstParty) return undefined;
  const person = await needs.users.findPerson(tenant.id, token.accountId as UserId);
  if (!person || !isWelcome(person.user)) return undefined;
  const { idp, ...authentication } = extra;
  const told = {
    ...claimsOf(person, { firstParty: true, scopes, idp: typeof idp === 'string' ? idp : null }),
    ...authentication,
  };
  return visible(told, scope);
}
