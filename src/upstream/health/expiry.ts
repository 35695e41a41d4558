import type { ConnectionId } from '#kernel/ids.ts';
import type { KeyUse } from '../keys/own-keys.ts';

/** What can end. A later kind (a SCIM token, a machine's certificate) is added here, and its words in `expiry-words.ts`. */
export const expiryKinds = ['verification-certificate', 'own-key', 'client-secret', 'metadata'] as const;
export type ExpiryKind = (typeof expiryKinds)[number];

/** Something of a provider that ends at a known time. */
export interface Expiry {
  readonly kind: ExpiryKind;
  readonly connectionId: ConnectionId;
  /** Name of the provider. */
  readonly name: string;
  /** Whether people sign in through it. */
  readonly enabled: boolean;
  /** JSON pointer into the provider's document; null where it is not a field of it. */
  readonly pointer: string | null;
  /** Which one: SHA-256 of the certificate in hex, id of the key, the client id. */
  readonly what: string;
  /** What a key of ours is for; of other kinds nothing. */
  readonly use?: KeyUse;
  readonly expiresAt: Date;
  /** Another one is there already that will do when this one has ended: nobody has to hurry. */
  readonly replaced: boolean;
  /** Nobody gets in any more once it has ended; otherwise it depends on what the provider does. */
  readonly keepsOut: boolean;
}

export const expiryStates = ['expired', 'urgent', 'soon', 'later'] as const;
export type ExpiryState = (typeof expiryStates)[number];

const DAY_MILLISECONDS = 86_400_000;
/** Days ahead: the last two notices, and the first. @see PRODUCT.md §2 (Health) */
const URGENT_DAYS = 7;
const SOON_DAYS = 60;

/** Whole days that are left; below zero once it has ended. */
export function daysLeft(expiresAt: Date, now: Date): number {
  return Math.floor((expiresAt.getTime() - now.getTime()) / DAY_MILLISECONDS);
}

export function stateOf({ kind, expiresAt }: Pick<Expiry, 'kind' | 'expiresAt'>, now: Date): ExpiryState {
  const left = (expiresAt.getTime() - now.getTime()) / DAY_MILLISECONDS;
  if (left <= 0) return 'expired';
  // Metadata is published for days or weeks at a time, again and again: only its end says something.
  if (kind === 'metadata') return 'later';
  if (left <= URGENT_DAYS) return 'urgent';
  return left <= SOON_DAYS ? 'soon' : 'later';
}

/** Names a thing for ever: a certificate that is put in again is the same one. */
export function thingOf({ kind, connectionId, what }: Expiry): string {
  return `${kind} ${connectionId} ${what}`;
}
