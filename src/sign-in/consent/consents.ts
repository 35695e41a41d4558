import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { ConsentPurpose } from '#upstream/index.ts';

/** Consent that was asked for: taken once ever, by the browser that asked. */
export interface ConsentAttempt {
  readonly connectionId: ConnectionId;
  readonly purpose: ConsentPurpose;
  readonly clientId: string;
  /** GUID; the answer must name the same. */
  readonly directoryId: string;
  /** SHA-256 of the browser's secret, base64url. */
  readonly browserHash: string;
  readonly expiresAt: Date;
}

/** What a browser brought back from the provider. Nobody signs such an answer: it is a report, and no proof. */
export interface ReportedConsent {
  readonly purpose: ConsentPurpose;
  readonly clientId: string;
  readonly outcome: 'granted' | 'refused';
  readonly scope: string | null;
  /** The provider's own code, `AADSTS65004`, or its OAuth error. */
  readonly error: string | null;
  readonly reference: string;
  readonly reportedAt: Date;
}

export interface ConsentStore {
  save(tenant: TenantId, state: string, attempt: ConsentAttempt): Promise<void>;
  /** In one statement; afterwards nobody can. Nothing for another browser, another connection, or when its time is over. */
  take(
    tenant: TenantId,
    state: string,
    by: { browserHash: string; connectionId: ConnectionId; now: Date },
  ): Promise<ConsentAttempt | undefined>;
  /** In the place of what was reported before for the same registration. */
  report(tenant: TenantId, connectionId: ConnectionId, consent: ReportedConsent): Promise<void>;
  list(tenant: TenantId, connectionId: ConnectionId): Promise<ReportedConsent[]>;
  removeExpired(now: Date, limit: number): Promise<number>;
}
