import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';

/** Which provider a person signs in through, where that was said of the person: it goes before the rule of their domain. */
export interface SignInMethodStore {
  /** By e-mail address or user principal name, without regard to case of the former. One query, whether there is such a person or not. */
  findOfIdentifier(tenant: TenantId, identifier: string): Promise<ConnectionId | undefined>;
  listOf(tenant: TenantId, users: readonly UserId[]): Promise<ReadonlyMap<UserId, ConnectionId>>;
  /** `null`: none of their own. The user and the provider must exist. */
  set(tenant: TenantId, user: UserId, method: { connection: ConnectionId | null; at: Date }): Promise<void>;
}
