import type { UserDirectory } from '#directory/index.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { SessionStore } from '#sessions/index.ts';
import type { ConnectionKind, HearsLogout, LogsOut, RevokesTokens } from '#upstream/index.ts';
import { type GiveBackNeeds, giveBackTokens, giveBackTokensOfUser } from './give-back-tokens.ts';

/** Each part of it may be missing: not every protocol can. */
type Protocol = Partial<LogsOut<unknown> & HearsLogout<unknown> & RevokesTokens<unknown>>;

interface Given extends Omit<GiveBackNeeds, 'revokerOf'> {
  users: Pick<UserDirectory, 'listLinks'>;
  sessions: Pick<SessionStore, 'endOfUser'>;
}

/** Signing out over the protocols, and what lower floors call when somebody, or a provider, is done with. */
export function createLogout(given: Given, protocolOf: (kind: ConnectionKind) => Protocol) {
  const needs = { ...given, revokerOf: protocolOf };
  return {
    logoutOf: protocolOf,
    revokerOf: protocolOf,
    giveBackTokens: (tenant: TenantId, connectionId: ConnectionId): Promise<void> =>
      giveBackTokens(needs, tenant, { connectionId }),
    /** Who is disabled or removed leaves neither a session here nor a refresh token of the provider's. */
    async endSessionsOfUser(tenant: TenantId, id: UserId): Promise<void> {
      await giveBackTokensOfUser(needs, tenant, id);
      await given.sessions.endOfUser(tenant, id);
    },
  };
}
