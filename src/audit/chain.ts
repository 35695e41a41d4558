import { hash as digestOf } from 'node:crypto';
import type { TenantId } from '#kernel/ids.ts';
import { type AuditEvent, writeActor } from './events.ts';

/** What the first event of a chain has for the hash before it. */
export const FIRST_PREVIOUS_HASH = '';

/**
 * Hash of an event: SHA-256, base64url, over the hash before it and the event in canonical JSON, the tenant in it, so that a chain
 * cannot be moved to another tenant. Whoever has the export can compute it.
 */
export function hashOf(
  tenant: TenantId,
  { hash: _hash, actor, at, ...event }: Omit<AuditEvent, 'hash'> & { hash?: string },
): string {
  const text = canonicalJson({ ...event, tenant, actor: writeActor(actor), at: at.getTime() });
  return digestOf('sha256', text, 'base64url');
}

/**
 * Whether an event is the next link: in place, tied to the one before, and unchanged.
 * @param before the event before it; null for the first
 */
export function isNextLink(tenant: TenantId, before: { sequence: number; hash: string } | null, event: AuditEvent): boolean {
  return (
    event.sequence === (before?.sequence ?? 0) + 1 &&
    event.previousHash === (before?.hash ?? FIRST_PREVIOUS_HASH) &&
    event.hash === hashOf(tenant, event)
  );
}

/** JSON with sorted members and without undefined ones, so that equal values have one text. @see RFC 8785 §3.2 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
