import type { LinkKey } from '#directory/index.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { ConnectionKind } from '#upstream/index.ts';

/** Where tokens are revoked and as whom, as the provider is at this moment: it may be gone when they are. */
export interface RevocationClient {
  readonly connectionId: ConnectionId;
  readonly revision: number;
  readonly kind: ConnectionKind;
  /** What the protocol prepared; sealed at rest. */
  readonly prepared: unknown;
}

/** What it takes to tell the provider. */
export interface Telling {
  readonly kind: ConnectionKind;
  readonly prepared: unknown;
  readonly token: string;
}

/** A refresh token of the provider's that we have given up and that it is to be told about. */
export interface PendingRevocation {
  readonly tenant: TenantId;
  readonly clientId: string;
  readonly linkId: string;
  /** Distinguishes tokens of one link; no more than that. */
  readonly id: string;
  readonly connectionId: ConnectionId;
  readonly createdAt: Date;
  readonly attempts: number;
  /** What the account that it was given for holds by now: the person may have signed in again. */
  readonly linkHolds: 'nothing' | 'the same' | 'another';
  /** `unreadable`: it cannot be unsealed. A master key may come back to the ring, or be in that of another node. */
  readonly content: ({ readonly state: 'readable' } & Telling) | { readonly state: 'unreadable'; readonly cause: unknown };
}

export interface RevocationStore {
  /**
   * Takes the refresh tokens away from the links of a provider, or from those of one person there: no recheck uses them any more, and they
   * wait to be revoked. Joins the running transaction.
   * @returns how many
   */
  take(tenant: TenantId, client: RevocationClient, whose: { userId?: UserId }): Promise<number>;
  /** One that came too late to be kept waits as well. Joins the running transaction. */
  add(tenant: TenantId, client: RevocationClient, late: { link: LinkKey; token: string }): Promise<void>;
  /**
   * Before sessions of these people end: of two that end at once, the later one waits here until it sees that it is the last. Links before
   * sessions, as a sign-in, a recheck and a removal take them; all of them at once and in the order of `take`, so that nobody waits for
   * whoever waits for them. Joins the running transaction.
   */
  hold(tenant: TenantId, whose: { connectionId: ConnectionId; userIds: readonly UserId[] }): Promise<void>;
  /** The next one that is due, of whichever tenant, put off for everybody else until the lease ends and with one attempt more. */
  claim(now: Date, leaseSeconds: number): Promise<PendingRevocation | undefined>;
  /** It is over: revoked, or given up. */
  settle(pending: PendingRevocation): Promise<void>;
  /** It waits, alone. */
  putOff(pending: PendingRevocation, notBefore: Date): Promise<void>;
  /** Nobody was there: all that would be told to the same provider before waits as long. */
  putOffOthers(pending: PendingRevocation, notBefore: Date): Promise<void>;
  /** Removes, at most so many, what was kept for tokens that have all been settled. */
  removeIdle(now: Date, limit: number): Promise<number>;
  /** Of all tenants. */
  countWaiting(): Promise<number>;
}
