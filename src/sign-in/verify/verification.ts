import type { Actor } from '#audit/index.ts';
import type { ApplicationId, ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Fact, TraceLine } from '#kernel/trace.ts';
import type { UpstreamClaims } from '#upstream/index.ts';
import type { MappingFact } from '../account.ts';

/** A test sign-in through one revision of a connection, on its way or over. It changes nothing but this record of itself. */
export interface Verification {
  /** `ver_…` */
  readonly id: string;
  readonly connectionId: ConnectionId;
  readonly revision: number;
  /** Whose tokens are shown; null for those of an application with every scope. */
  readonly applicationId: ApplicationId | null;
  /** Finds its trace among the sign-ins. */
  readonly reference: string;
  readonly state: 'waiting' | 'passed' | 'failed';
  readonly startedBy: Actor;
  readonly startedAt: Date;
  /** When a browser came with the ticket. */
  readonly openedAt: Date | null;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  /** SHA-256 of the secret of the browser that came with the ticket. */
  readonly browserHash: string | null;
  /** The trace up to the provider, once somebody was sent there. */
  readonly begun: readonly TraceLine[];
  readonly report: Report | null;
}

/** What to do, first of all. */
export interface Summary {
  /** Null when nothing was refused. */
  readonly code: string | null;
  readonly title: string;
  /** Begins with what to change and where. */
  readonly whatToDo: string;
  readonly where: 'here' | 'provider' | 'network' | 'person';
  /** JSON pointer into the identity provider's document. */
  readonly pointer?: string;
}

export interface PersonReport {
  readonly outcome: 'known' | 'linked' | 'created' | 'refused';
  readonly user: { readonly id: string | null; readonly email: string | null; readonly status: string } | null;
  readonly code: string | null;
  readonly why: string;
  /** What a real sign-in would change of the account: every attribute of a new one. */
  readonly changes: readonly { readonly attribute: string; readonly before: Fact; readonly after: Fact }[];
}

export interface MembershipReport {
  /** `leave`: nothing is touched; `add`: nothing is taken away; `replace`: what this provider gave and sends no more goes. */
  readonly how: 'leave' | 'add' | 'replace';
  readonly why: string;
  readonly before: readonly { readonly name: string; readonly sources: readonly string[] }[];
  readonly added: readonly { readonly name: string; readonly because: string }[];
  readonly removed: readonly { readonly name: string; readonly because: string }[];
  readonly kept: readonly { readonly name: string; readonly because: string }[];
  readonly unmapped: readonly { readonly value: string; readonly why: string }[];
}

export interface TokenPreview {
  readonly application: { readonly id: string | null; readonly name: string | null; readonly scopes: readonly string[] };
  readonly idToken: Readonly<Record<string, unknown>>;
  readonly userinfo: Readonly<Record<string, unknown>>;
}

export interface Warning {
  readonly code: string;
  readonly detail: string;
}

/** What a test sign-in found, complete up to where it came. No secret, token or assertion is in it. */
export interface Report {
  readonly summary: Summary;
  readonly steps: readonly TraceLine[];
  readonly claims: UpstreamClaims | null;
  readonly mappings: readonly MappingFact[];
  readonly person: PersonReport | null;
  readonly groups: MembershipReport | null;
  readonly roles: MembershipReport | null;
  readonly tokens: TokenPreview | null;
  readonly warnings: readonly Warning[];
}

export interface VerificationStore {
  add(tenant: TenantId, verification: Verification, ticketHash: string): Promise<void>;
  /**
   * Uses a ticket of this connection up, in one statement, for the browser that brought it. Undefined when there is none, or it was used
   * before, or its time is over: afterwards nobody can use it.
   */
  open(
    tenant: TenantId,
    ticket: { hash: string; connectionId: ConnectionId },
    by: { browserHash: string; now: Date; expiresAt: Date },
  ): Promise<Verification | undefined>;
  /** The browser was sent to the provider: what is known if nothing ever comes back. */
  noteBegun(tenant: TenantId, id: string, steps: readonly TraceLine[]): Promise<void>;
  find(tenant: TenantId, id: string): Promise<Verification | undefined>;
  /** Newest first, of one connection. */
  list(
    tenant: TenantId,
    connectionId: ConnectionId,
    page: { limit: number; before?: { startedAt: Date; id: string } },
  ): Promise<Verification[]>;
  /** Once: false when it has ended already. Joins the running transaction. */
  conclude(
    tenant: TenantId,
    id: string,
    ended: { state: 'passed' | 'failed'; endedAt: Date; person: string | null; report: Report },
  ): Promise<boolean>;
  /** Removes, at most so many, what is older than its tenant's setting `traceDays`. */
  removeOld(now: Date, limit: number): Promise<number>;
}
