import type { TenantId } from '#kernel/ids.ts';

/** Who did it. `system` is the gateway itself; `nobody` a browser that has not signed in. */
export type Actor =
  | { kind: 'user'; id: string }
  | { kind: 'operator' }
  | { kind: 'application'; id: string }
  | { kind: 'system' }
  | { kind: 'nobody' };

/** Something that happened, before it has its place in the chain. Never a secret, token or assertion in `before` or `after`. */
export interface AuditEntry {
  /** `<noun>.<verb>`: `sign-in.refused`, `identity-provider.changed`. */
  action: string;
  actor: Actor;
  /** What it was done to: `user:usr_…`, `connection:idp_…`, `tenant:acme`. */
  target: string;
  /** Reference of the sign-in that it belongs to. */
  reference?: string;
  /** Problem code, for refusals. */
  code?: string;
  before?: unknown;
  after?: unknown;
}

export interface AuditEvent extends AuditEntry {
  id: string;
  sequence: number;
  at: Date;
  previousHash: string;
  hash: string;
}

/** Append-only, one chain a tenant. `append` joins the running transaction: a change and its entry stand or fall together. */
export interface AuditLog {
  append(tenant: TenantId, entry: AuditEntry): Promise<void>;
  list(tenant: TenantId, page: { limit: number; before?: number; action?: string; reference?: string }): Promise<AuditEvent[]>;
  /** Recomputes the chain. Answers the first sequence that does not fit, or null. */
  findBreak(tenant: TenantId): Promise<number | null>;
}
