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

/** What a reader of the log may ask for; every given one must hold. */
export interface AuditFilter {
  action?: string;
  /** As the log writes it: `operator`, `user:usr_…`; a bare kind (`user`) finds everybody of that kind. */
  actor?: string;
  target?: string;
  reference?: string;
  /** At or after. */
  from?: Date;
  /** Before. */
  until?: Date;
}

/** Append-only, one chain a tenant. `append` joins the running transaction: a change and its entry stand or fall together. */
export interface AuditLog {
  /** Holds the tenant's chain until the transaction ends: append last, or others wait for the rest of it. */
  append(tenant: TenantId, entry: AuditEntry): Promise<void>;
  /** Newest first, below the sequence `before`. */
  list(tenant: TenantId, page: AuditFilter & { limit: number; before?: number }): Promise<AuditEvent[]>;
  /** Recomputes the chain. Answers the first sequence that does not fit, or null. */
  findBreak(tenant: TenantId): Promise<number | null>;
}

/** The log as its own routes need it. */
export interface AuditChain extends AuditLog {
  /** Length of the chain and its newest hash: kept elsewhere, it shows later that nothing was cut off the end. */
  findHead(tenant: TenantId): Promise<{ sequence: number; hash: string } | null>;
}

/** Who acts when the API is called. */
export function actorOf(caller: { kind: 'operator' } | { kind: 'user'; id: string }): Actor {
  return caller.kind === 'operator' ? { kind: 'operator' } : { kind: 'user', id: caller.id };
}

/** `user:usr_…`, `operator`: the form in which an actor is stored and filtered by. */
export function writeActor(actor: Actor): string {
  return 'id' in actor ? `${actor.kind}:${actor.id}` : actor.kind;
}

export function readActor(text: string): Actor {
  const colon = text.indexOf(':');
  return (colon < 0 ? { kind: text } : { kind: text.slice(0, colon), id: text.slice(colon + 1) }) as Actor;
}
