import { type ExpiringParts, expiriesOf } from './expiries-of.ts';
import { daysLeft, stateOf } from './expiry.ts';
import { wordsFor } from './expiry-words.ts';

/** A warning in the answer of a provider. */
export interface ExpiryWarning {
  readonly code: 'expired' | 'expires_soon';
  readonly pointer: string;
  readonly detail: string;
  readonly expiresAt: string;
}

/** What of this provider has ended, or does within 60 days, and has no successor yet. */
export function expiryWarnings(
  connection: ExpiringParts['connection'],
  now: Date,
  { keys = [], metadataValidUntil = null }: Partial<Omit<ExpiringParts, 'connection'>> = {},
): ExpiryWarning[] {
  return expiriesOf({ connection, keys, metadataValidUntil })
    .filter((expiry) => !expiry.replaced && stateOf(expiry, now) !== 'later')
    .map((expiry) => {
      const { title, whatToDo } = wordsFor(expiry.kind, 'en');
      const isOver = expiry.expiresAt <= now;
      const when = isOver ? 'has expired' : `expires in ${daysLeft(expiry.expiresAt, now)} days`;
      return {
        code: isOver ? 'expired' : 'expires_soon',
        pointer: expiry.pointer ?? '',
        detail: `${title(expiry)} ${when}. ${whatToDo}`,
        expiresAt: expiry.expiresAt.toISOString(),
      };
    });
}
