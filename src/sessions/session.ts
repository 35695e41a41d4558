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
  /** What the OpenID Provider keeps in it: authorizations by client. Opaque to everybody else. */
  readonly providerState: Record<string, unknown>;
}

export interface NewSession {
  userId: UserId;
  connectionId: ConnectionId | null;
  authenticatedAt: Date;
  amr: readonly string[];
  acr: string | null;
  askedAcr: readonly string[];
  lifetime: { idleSeconds: number; lifetimeSeconds: number };
  /** What a later logout at the provider needs; sealed at rest. */
  upstream: Record<string, unknown> | null;
}

export interface SessionStore {
  /** Opens under a new secret; whatever session the browser had is ended by the caller (no fixation, RFC 9700 §4.x, ASVS V7). */
  open(tenant: TenantId, session: NewSession): Promise<{ id: SessionId; session: Session }>;
  find(tenant: TenantId, id: SessionId): Promise<Session | undefined>;
  findByUid(tenant: TenantId, uid: string): Promise<Session | undefined>;
  /** Writes what the OpenID Provider keeps and moves the idle end; nothing happens to a session that has ended. */
  touch(tenant: TenantId, id: SessionId, change: { providerState: Record<string, unknown>; idleSeconds: number }): Promise<void>;
  end(tenant: TenantId, id: SessionId): Promise<void>;
  endOfUser(tenant: TenantId, userId: UserId): Promise<void>;
  endOfConnection(tenant: TenantId, connectionId: ConnectionId): Promise<void>;
}
