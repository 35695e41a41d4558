import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { TraceLine } from '#kernel/trace.ts';

/** One sign-in on its way: bound to tenant, connection, revision and browser, taken once ever. */
export interface Attempt {
  readonly connectionId: ConnectionId;
  readonly connectionRevision: number;
  /** SHA-256 of the browser's secret, base64url. */
  readonly browserHash: string;
  /** Path and query under the tenant's URL; checked before it is kept. */
  readonly returnTo: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly kept: Kept;
}

/** What one leg of the sign-in leaves for the next; sealed at rest, as it holds the PKCE verifier and the nonce. */
export interface Kept {
  /** Found in the log by it, shown on the error page. */
  reference: string;
  purpose: Purpose;
  remember: unknown;
  applicationId: string | null;
  askedAcr: readonly string[];
  maxAgeSeconds: number | null;
  /** The trace of the first leg. */
  lines: readonly TraceLine[];
}

/**
 * What an attempt is for. It is sealed with the rest and decided when the attempt begins: nothing that a browser or a provider says later
 * makes a sign-in of a test, or a test of a sign-in.
 */
export type Purpose = { readonly kind: 'sign-in' } | { readonly kind: 'verify'; readonly verification: string };

export interface AttemptStore {
  save(tenant: TenantId, handle: string, attempt: Attempt): Promise<void>;
  /** Takes it in one statement; afterwards nobody can. A wrong browser does not spend it: it may be an attacker's. */
  take(
    tenant: TenantId,
    handle: string,
    by: { browserHash: string; now: Date },
  ): Promise<
    { kind: 'taken'; attempt: Attempt } | { kind: 'unknown' } | { kind: 'taken-before' | 'other-browser'; reference: string }
  >;
  removeExpired(now: Date, limit: number): Promise<number>;
}

/** Ids that may come once: assertion ids, ID tokens, codes. */
export interface SpentStore {
  /** True when it was not there; joins the running transaction. */
  spend(tenant: TenantId, scope: string, id: string, until: Date): Promise<boolean>;
  removeExpired(now: Date, limit: number): Promise<number>;
}
