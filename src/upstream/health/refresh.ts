import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { ShownCertificate } from '../revisions/certificates.ts';
import type { Difference } from '../revisions/differences.ts';

/** What became of reading again what a provider publishes: metadata of SAML, metadata and keys of OpenID Connect. */
export interface Refresh {
  /** The revision that it was held against, or reckoned for. */
  readonly revision: number;
  /** When its turn comes by itself; null where there is nothing to read. */
  readonly nextAt: Date | null;
  /** Until then somebody is at it. */
  readonly leaseUntil: Date | null;
  /** When a sign-in last asked for it, because a signature fitted no certificate. */
  readonly askedAt: Date | null;
  /** In a row. */
  readonly failures: number;
  readonly attemptedAt: Date | null;
  readonly succeededAt: Date | null;
  readonly documentHash: string | null;
  readonly validUntil: Date | null;
  /** Code of the last attempt's refusal; null when it succeeded. */
  readonly problem: string | null;
  readonly found: Found;
}

/** What the last attempt found; where that failed, what the last success did. */
export interface Found {
  readonly url: string | null;
  /** What was wrong, in words that may be shown; null after a success. */
  readonly words: RefreshWords | null;
  readonly differences: readonly Difference[];
  /** Fields as they would have to be set to be as published. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly notes: readonly { code: string; detail: string }[];
  /** Certificates that this attempt added. */
  readonly added: readonly ShownCertificate[];
  /** Ids of published keys: `kid` of OpenID Connect, fingerprints of SAML. */
  readonly keys: readonly string[];
}

export interface RefreshWords {
  readonly title: string;
  readonly detail: string | null;
  readonly remedy: string | null;
}

export const NOTHING_FOUND: Found = {
  url: null,
  words: null,
  differences: [],
  changes: {},
  notes: [],
  added: [],
  keys: [],
};

/** A provider in its tenant, whose URLs follow from name and region. */
export interface RefreshPlace {
  readonly tenant: { readonly id: TenantId; readonly name: string; readonly region: string };
  readonly id: ConnectionId;
}

export interface RefreshBook {
  read(tenant: TenantId, id: ConnectionId): Promise<Refresh | undefined>;
  /** Providers in use whose turn has come, or whose turn nobody has reckoned yet; the longest overdue first. */
  listDue(now: Date, limit: number): Promise<RefreshPlace[]>;
  findPlace(tenant: TenantId, id: ConnectionId): Promise<RefreshPlace | undefined>;
  /** For this revision; a turn that comes earlier stays. */
  schedule(tenant: TenantId, id: ConnectionId, turn: { revision: number; nextAt: Date | null }): Promise<void>;
  /** Nobody else does it until then; false when somebody is at it, or, `when` it is due, has done it already. */
  take(tenant: TenantId, id: ConnectionId, lease: { now: Date; until: Date; when?: 'due' }): Promise<boolean>;
  /** One question of a sign-in; false when one was asked after `notSince`. */
  ask(tenant: TenantId, id: ConnectionId, question: { now: Date; notSince: Date }): Promise<boolean>;
  /** Ends the lease. */
  note(tenant: TenantId, id: ConnectionId, outcome: Omit<Refresh, 'leaseUntil' | 'askedAt'>): Promise<void>;
}
