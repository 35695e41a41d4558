import type { Actor } from '#audit/index.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { ConnectionDocument } from '../connections.schema.ts';

/**
 * `live`: what people sign in through; `draft`: the current one of a provider that is switched off; `staged`: waits for somebody to
 * activate it, at most one a provider; `superseded`: another one took its place; `discarded`: staged, and given up.
 */
export const revisionStates = ['draft', 'staged', 'live', 'superseded', 'discarded'] as const;
export type RevisionState = (typeof revisionStates)[number];

/**
 * What made it: a person's change, a roll back, an import, a refresh of metadata, the release that brought revisions, or a change of the
 * live one that was put on the staged one as well.
 */
export const revisionOrigins = ['created', 'changed', 'rolled-back', 'imported', 'refreshed', 'upgraded', 'carried'] as const;
export type RevisionOrigin = (typeof revisionOrigins)[number];

/** What a revision says: the document, and its secrets apart. */
export interface Content {
  readonly document: ConnectionDocument;
  readonly secrets: Readonly<Record<string, string>>;
}

/** One state of an identity provider. Its content never changes once it is made. */
export interface Revision extends Content {
  readonly number: number;
  readonly state: RevisionState;
  /** The revision that it was made over: what its differences are told against. */
  readonly base: number | null;
  readonly origin: RevisionOrigin;
  /** The revision that was rolled back to. */
  readonly source: number | null;
  readonly madeAt: Date;
  readonly madeBy: Actor;
  /** When it became what people sign in through, or the current draft. */
  readonly activatedAt: Date | null;
  readonly activatedBy: Actor | null;
  /** Why it went live although Verify had not passed on it. */
  readonly override: string | null;
  /** The last Verify of this very revision. */
  readonly verification: VerificationNote | null;
}

export interface VerificationNote {
  /** `ver_…` */
  readonly verification: string;
  readonly passed: boolean;
  readonly at: Date;
}

/** What a provider is, and what it is to become. */
export interface OpenRevisions {
  current?: Revision;
  staged?: Revision;
}

/** How a revision changes its state. */
export type RevisionMark =
  | { state: 'live' | 'draft'; at: Date; by: Actor; override: string | null }
  | { state: 'superseded' | 'discarded' };

/** The revisions of a tenant's identity providers. */
export interface RevisionRegister {
  /** Newest first; `before` is the last number of the page before. */
  list(tenant: TenantId, id: ConnectionId, page: { limit: number; before?: number }): Promise<Revision[]>;
  read(tenant: TenantId, id: ConnectionId, revision: number): Promise<Revision | undefined>;
  findStaged(tenant: TenantId, id: ConnectionId): Promise<Revision | undefined>;
  /** The current and the staged one of each of these, in one query; nothing for one that has neither. */
  listOpen(tenant: TenantId, ids: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, OpenRevisions>>;
  /** The newest number that there is; 0 when there is none. */
  newest(tenant: TenantId, id: ConnectionId): Promise<number>;
  /** Joins the running transaction; forgets what is older than the last 200, never the live, the draft or the staged one. */
  add(tenant: TenantId, id: ConnectionId, revision: Revision): Promise<void>;
  /** False when it is not in the state that it is expected in: somebody else was faster. */
  mark(
    tenant: TenantId,
    at: { id: ConnectionId; revision: number; from: readonly RevisionState[] },
    mark: RevisionMark,
  ): Promise<boolean>;
  /** What Verify found on this very revision; the last one counts. False when there is no such revision any more. */
  noteVerification(tenant: TenantId, id: ConnectionId, revision: number, note: VerificationNote): Promise<boolean>;
  /** With the connection itself. */
  removeAll(tenant: TenantId, id: ConnectionId): Promise<void>;
}
