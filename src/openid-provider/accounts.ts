import type { Account, KoaContextWithOIDC } from 'oidc-provider';
import type { Person, User, UserStore } from '#directory/index.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { SessionStore } from '#sessions/index.ts';
import type { ArtifactStore } from './artifacts.ts';
import { claimsOf } from './claims.ts';
import { holdOrigin } from './hold-origin.ts';
import { isFirstParty } from './interaction-policy.ts';
import { currentScope } from './request-scope.ts';

export interface AccountNeeds {
  users: UserStore;
  sessions: SessionStore;
  artifacts: ArtifactStore;
  /** What applications know an identity provider by: its slug. */
  nameConnection(tenant: TenantId, id: ConnectionId): Promise<string>;
}

/** What of a code or token matters here. */
interface Source {
  readonly kind: string;
  readonly grantId?: string;
  readonly sessionUid?: string;
  readonly extra?: Record<string, unknown>;
}

/**
 * The person behind a session, code or token, if that person may still be told about. Whoever may not is nobody: the Provider answers
 * `invalid_grant` to a code or refresh token, and 401 to an access token.
 */
export async function findAccount(
  needs: AccountNeeds,
  tenant: TenantId,
  { ctx, sub, source }: { ctx: KoaContextWithOIDC; sub: string; source?: Source },
): Promise<Account | undefined> {
  const scope = currentScope();
  if (!source) return findAccountOfSession(needs, tenant, sub as UserId);
  const person = await scope.unit.read(() => needs.users.findPerson(tenant, sub as UserId));
  const isIssuing = source.kind === 'AuthorizationCode' || source.kind === 'RefreshToken';
  if (!person || !isWelcome(person.user) || (isIssuing && !(await findOrigin(needs, tenant)))) {
    // Whoever comes back into favour signs in again; old tokens do not come back with them.
    const { grantId } = source;
    if (isIssuing && grantId) await scope.unit.write(() => needs.artifacts.endOfGrant(tenant, grantId));
    return undefined;
  }
  if (source.kind === 'RefreshToken') scope.refreshes = true;
  return accountOf(person, ctx, source);
}

/** Signed in, and neither disabled nor waiting for anything. */
export const isWelcome = ({ status }: User): boolean => status === 'active';

async function findAccountOfSession({ users }: AccountNeeds, tenant: TenantId, userId: UserId): Promise<Account | undefined> {
  const scope = currentScope();
  if (scope.activeUserId !== userId) {
    const user = await scope.unit.read(() => users.find(tenant, userId));
    if (!user || !isWelcome(user)) return undefined;
    scope.activeUserId = userId;
  }
  // At the authorization endpoint nothing is told yet.
  return { accountId: userId, claims: async () => ({ sub: userId }) };
}

/**
 * The session that codes and refresh tokens rest on must not have been ended on purpose, whichever node they come to; that its time is
 * over says nothing about refresh tokens, which have a time of their own.
 */
async function findOrigin(needs: AccountNeeds, tenant: TenantId): Promise<boolean> {
  const session = await holdOrigin(needs);
  if (!session) return false;
  const scope = currentScope();
  const { connectionId } = session;
  scope.idp = connectionId ? await scope.unit.read(() => needs.nameConnection(tenant, connectionId)) : null;
  return true;
}

function accountOf(person: Person, ctx: KoaContextWithOIDC, source: Source): Account {
  return {
    accountId: person.user.id,
    async claims(use, scope) {
      const telling = { firstParty: isFirstParty(ctx), scopes: new Set(scope.split(' ')) };
      if (use === 'id_token') return claimsOf(person, { ...telling, idp: currentScope().idp ?? null, sid: source.sessionUid });
      // The access token remembers how the person signed in; the session may be over.
      const { idp, ...authentication } = source.extra ?? {};
      return { ...claimsOf(person, { ...telling, idp: typeof idp === 'string' ? idp : null }), ...authentication };
    },
  };
}

/**
 * What an access token remembers of the authentication it rests on; introspection answers with it.
 * @see RFC 9470 §6.2
 */
export function rememberAuthentication({ oidc }: KoaContextWithOIDC): Record<string, unknown> | undefined {
  const source = oidc.entities.RefreshToken ?? oidc.entities.AuthorizationCode;
  if (!source) return undefined;
  const { acr, amr, authTime } = source;
  const { idp } = currentScope();
  return {
    ...(authTime === undefined ? {} : { auth_time: authTime }),
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
    ...(idp ? { idp } : {}),
  };
}
