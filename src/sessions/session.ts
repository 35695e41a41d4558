import type { Brand } from '#kernel/brand.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';

/** The secret in the cookie; only its hash is stored. */
export type SessionId = Brand<string, 'SessionId'>;

/** A signed-in browser. */
export interface Session {
  /** Public handle, not a secret: `sid` of ID tokens. */
  readonly uid: string;
  readonly userId: UserId;
  readonly connectionId: ConnectionId | null;
  readonly authenticatedAt: Date;
  readonly amr: readonly string[];
  readonly acr: string | null;
  /** ACR values that were asked for when this session was opened: asked once, not again and again. */
  readonly askedAcr: readonly string[];
  readonly expiresAt: Date;
  /** Latest end, however much it is used. */
  readonly endsAt: Date;
  /** Client ids of the applications that were entered in it. */
  readonly applications: readonly string[];
}

export interface NewSession {
  userId: UserId;
  connectionId: ConnectionId | null;
  authenticatedAt: Date;
  amr: readonly string[];
  acr: string | null;
  askedAcr: readonly string[];
  lifetime: { idleSeconds: number; lifetimeSeconds: number };
  /** The application that it is opened for, if one asked: entered at once. */
  applications?: readonly string[];
  /** What a later logout at the provider needs; sealed at rest. */
  upstream: Record<string, unknown> | null;
  /** What the provider names its session by when it ends it; only its hash is stored. */
  upstreamKey?: string | undefined;
}

/** A session with what was kept of the provider's own. */
export interface UpstreamKept {
  readonly uid: string;
  readonly userId: UserId;
  /** Undefined where it cannot be unsealed any more. */
  readonly upstream: Record<string, unknown> | undefined;
}

export interface SessionStore {
  /**
   * Opens under a new secret. The session that the browser had until now, `replaced`, ends with that, so that nobody's planted session
   * survives a sign-in. When it was the same person's, what rests on it moves over: somebody who signs in once more for a second
   * application stays signed in to the first.
   * @see OWASP ASVS 5.0 §V7.2.4
   */
  open(tenant: TenantId, session: NewSession, replaced?: SessionId): Promise<{ id: SessionId; session: Session }>;
  /** Nothing for a session that has ended, by time or otherwise. */
  find(tenant: TenantId, id: SessionId): Promise<Session | undefined>;
  findByUid(tenant: TenantId, uid: string): Promise<Session | undefined>;
  /**
   * Finds a session, even one whose time is over, and keeps everybody else from holding or ending it until the running transaction is
   * done: what is issued in that transaction is seen by whoever ends the session next. Nothing when it was ended on purpose.
   */
  hold(tenant: TenantId, uid: string): Promise<Session | undefined>;
  /** Writes which applications were entered and moves the idle end. @returns false for a session that has ended; nothing is written */
  touch(tenant: TenantId, id: SessionId, change: { applications: readonly string[]; idleSeconds: number }): Promise<boolean>;
  /** Gives a living session a new secret; the old one is worth nothing from then on. @returns false when there is no such session */
  rename(tenant: TenantId, uid: string, id: SessionId): Promise<boolean>;
  /** What a later logout at the provider needs, as `open` was given it. */
  findUpstream(tenant: TenantId, uid: string): Promise<Record<string, unknown> | null>;
  /** Those that came from one provider and that it names so, also those whose own time is over: tokens may rest on them. */
  listByUpstreamKey(tenant: TenantId, connectionId: ConnectionId, key: string): Promise<UpstreamKept[]>;
  /** As `listByUpstreamKey`: those of one person. */
  listOfUserAt(tenant: TenantId, userId: UserId, connectionId: ConnectionId): Promise<UpstreamKept[]>;
  /** Whether `listOfUserAt` would find any; nothing is unsealed. */
  hasAnyOfUserAt(tenant: TenantId, userId: UserId, connectionId: ConnectionId): Promise<boolean>;
  /** Ends it, and what rests on it, in one transaction. */
  end(tenant: TenantId, id: SessionId): Promise<void>;
  /** As `end`, by the public handle. */
  endByUid(tenant: TenantId, uid: string): Promise<void>;
  endOfUser(tenant: TenantId, userId: UserId): Promise<void>;
  /** Those of one person that came from one provider. */
  endOfUserAt(tenant: TenantId, userId: UserId, connectionId: ConnectionId): Promise<void>;
  /** Also ends what still rests on sessions of that connection whose own time is over. */
  endOfConnection(tenant: TenantId, connectionId: ConnectionId): Promise<void>;
  endOfTenant(tenant: TenantId): Promise<void>;
}

/** What rests on sessions and ends with them: codes and tokens. Named by the sessions' public handles. */
export interface SessionDependants {
  endOfSessions(tenant: TenantId, uids: readonly string[]): Promise<void>;
  /** What rests on one session rests on the other from now on. */
  moveToSession(tenant: TenantId, from: string, to: string): Promise<void>;
}
