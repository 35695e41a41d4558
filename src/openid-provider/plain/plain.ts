import type { UserStore } from '#directory/index.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { SessionStore } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Application, ApplicationStore } from '../application.ts';
import type { ArtifactStore } from '../artifacts.ts';
import { knownScopes, OFFLINE_ACCESS, scopeClaims } from '../scopes.ts';

export interface PlainNeeds {
  applications: ApplicationStore;
  artifacts: ArtifactStore;
  sessions: SessionStore;
  users: UserStore;
  world: World;
  /** What applications know an identity provider by: its slug. */
  nameConnection(tenant: TenantId, id: ConnectionId): Promise<string>;
}

/** Whose request it is: the tenant, and its URL. */
export interface At {
  readonly tenant: Tenant;
  readonly issuer: string;
}

/** In what its writes stand together. */
export interface Writing extends At {
  readonly transact: Transact;
}

/** Thrown into a transaction that is to leave nothing behind; never leaves this folder. */
class Declined extends Error {}

/** What the request is not plain enough for. */
export function decline(): never {
  throw new Declined();
}

/**
 * @returns undefined when the work declined; what it has written is undone with its transaction. Work that joins somebody else's
 * transaction, as `issueCode` does at the end of a sign-in, declines before it writes.
 */
export async function unlessDeclined<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Declined) return undefined;
    throw error;
  }
}

/**
 * The scopes of a request in the order in which they are stored; undefined when it is not plain: one that is unknown, not registered, or
 * left out of the answer by a rule of oidc-provider's.
 */
export function plainScopes(
  asked: string,
  { scopes: registered, grantTypes }: Pick<Application, 'scopes' | 'grantTypes'>,
): readonly string[] | undefined {
  const scopes = asked.split(' ');
  const isPlain = scopes.every((scope) => registered.includes(scope) && knownScopes.includes(scope));
  const isAnswered = !scopes.includes(OFFLINE_ACCESS) || grantTypes.includes('refresh_token');
  return isPlain && isAnswered && scopes.includes('openid') ? knownScopes.filter((scope) => scopes.includes(scope)) : undefined;
}

/** Which claims scopes let an application see. @see OpenID Connect Core 1.0 §5.4 */
export function visible(claims: Record<string, unknown>, scope: string): Record<string, unknown> {
  const names = new Set<string>(scope.split(' ').flatMap((name) => scopeClaims[name as keyof typeof scopeClaims] ?? []));
  return Object.fromEntries(Object.entries(claims).filter(([name, value]) => names.has(name) && value !== undefined));
}

export const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);
