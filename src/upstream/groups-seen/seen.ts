import type { ConnectionId, TenantId } from '#kernel/ids.ts';

/** A value of a provider's groups claim that came at least once. */
export interface SeenGroup {
  readonly external: string;
  readonly firstSeenAt: Date;
  /** To the day. */
  readonly lastSeenAt: Date;
  /** Sign-ins that brought it, about: each node counts by itself, and adds up once a day. */
  readonly times: number;
}

/** What sign-in tells. */
export interface GroupsSeen {
  /** Costs no statement and never fails: what is new is written some seconds later. */
  note(tenant: TenantId, connection: ConnectionId, values: readonly string[]): void;
}

export interface SeenGroupRegister extends GroupsSeen {
  /** Writes what was noted. */
  flush(): Promise<void>;
  /** All of a connection, by their value; what this process has noted is among them. */
  list(tenant: TenantId, connection: ConnectionId): Promise<SeenGroup[]>;
}

/** The most that are kept of one connection. */
export const MOST_SEEN = 10_000;
