import type { LinkKey, UserDirectory } from '#directory/index.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { isProblem } from '#kernel/problem.ts';
import type { Connection, ConnectionDirectory, ConnectionKind, RevokesTokens } from '#upstream/index.ts';
import type { RevocationStore } from './revocations.ts';

export interface GiveBackNeeds {
  connections: Pick<ConnectionDirectory, 'find'>;
  revocations: Pick<RevocationStore, 'take'>;
  /** Empty for a protocol that has no such tokens. */
  revokerOf(kind: ConnectionKind): Partial<RevokesTokens<unknown>>;
}

/**
 * Has the refresh tokens revoked that we hold of people at a provider, or of one person there. Joins the running transaction; the provider is
 * told afterwards, by whichever node comes to it.
 *
 * @see RFC 7009 §1
 */
export async function giveBackTokens(
  needs: GiveBackNeeds,
  tenant: TenantId,
  whose: { connectionId: ConnectionId; userId?: UserId },
): Promise<void> {
  const connection = await findReadable(needs, tenant, whose.connectionId);
  const prepared = connection && needs.revokerOf(connection.kind).prepareRevocation?.(connection.settings);
  if (!connection || prepared === undefined) return;
  const { id, kind, revision } = connection;
  await needs.revocations.take(tenant, { connectionId: id, kind, revision, prepared }, { userId: whose.userId });
}

/**
 * Has a refresh token revoked that nobody keeps: the provider gave it for somebody who had left by then. Joins the running transaction.
 * @param late the connection as it was asked
 */
export async function giveBackLate(
  { revocations, revokerOf }: { revocations: Pick<RevocationStore, 'add'>; revokerOf: GiveBackNeeds['revokerOf'] },
  tenant: TenantId,
  { connection: { id, kind, revision, settings }, link, token }: { connection: Connection; link: LinkKey; token: string },
): Promise<void> {
  const prepared = revokerOf(kind).prepareRevocation?.(settings);
  if (prepared === undefined) return;
  await revocations.add(tenant, { connectionId: id, kind, revision, prepared }, { link, token });
}

/** At every provider that the person has signed in through. */
export async function giveBackTokensOfUser(
  needs: GiveBackNeeds & { users: Pick<UserDirectory, 'listLinks'> },
  tenant: TenantId,
  userId: UserId,
): Promise<void> {
  const links = await needs.users.listLinks(tenant, userId);
  // In an order: two people who are disabled at once must not wait for each other.
  for (const connectionId of [...new Set(links.map((link) => link.connectionId))].sort())
    await giveBackTokens(needs, tenant, { connectionId, userId });
}

/** Nothing for one whose settings this release cannot read any more: it must be possible to remove it all the same. */
async function findReadable({ connections }: GiveBackNeeds, tenant: TenantId, id: ConnectionId): Promise<Connection | undefined> {
  try {
    return await connections.find(tenant, id);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
