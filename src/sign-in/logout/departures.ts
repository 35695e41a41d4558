import type { ConnectionId, TenantId } from '#kernel/ids.ts';

/** A browser that was sent to its provider to sign out there. Everything of ours had ended before. */
export interface Departure {
  readonly connectionId: ConnectionId;
  /** SHA-256 of the browser's secret, base64url. */
  readonly browserHash: string;
  readonly expiresAt: Date;
  readonly kept: {
    /** Where the application wants the person then; checked before it is kept. Null: our own page. */
    target: string | null;
    /** What the protocol holds the answer against. */
    remember: unknown;
  };
}

export interface DepartureStore {
  save(tenant: TenantId, handle: string, departure: Departure): Promise<void>;
  /** Takes it in one statement; nothing for another browser, another provider, too late, or a second time. */
  take(
    tenant: TenantId,
    handle: string,
    by: { browserHash: string; connectionId: ConnectionId; now: Date },
  ): Promise<Departure['kept'] | undefined>;
  removeExpired(now: Date, limit: number): Promise<number>;
}
