import { type Expiry, thingOf } from './expiry.ts';

/** Days ahead at which people are told; 0 is the end itself. @see PRODUCT.md §2 (Health) */
export const NOTICE_DAYS = [60, 30, 7, 1, 0] as const;
/** Metadata is published anew all the time, each time with another end: people are told when it was not. */
const METADATA_NOTICE_DAYS = [0] as const;

const DAY_MILLISECONDS = 86_400_000;

/** What a notice is remembered by. */
export interface NoticeKey {
  readonly thing: string;
  readonly daysAhead: number;
  readonly expiresAt: Date;
}

/** One thing that people are to be told of now. */
export interface DueNotice {
  readonly expiry: Expiry;
  /** Which of `NOTICE_DAYS` it is; whoever remembers this one first sends it. */
  readonly key: NoticeKey;
  /** Earlier ones that there is no sense in any more: remembered together with it. */
  readonly passed: readonly NoticeKey[];
}

/**
 * What is due: of each thing only the last notice whose time has come, if nobody has been told of it. A thing that was put in when
 * half its notices were past is announced once, not three times.
 *
 * @param isTold whether this one was sent already
 */
export function dueNotices(expiries: readonly Expiry[], now: Date, isTold: (key: NoticeKey) => boolean): DueNotice[] {
  return expiries
    .filter(({ enabled, replaced }) => enabled && !replaced)
    .flatMap((expiry): DueNotice[] => {
      const left = (expiry.expiresAt.getTime() - now.getTime()) / DAY_MILLISECONDS;
      const all = expiry.kind === 'metadata' ? METADATA_NOTICE_DAYS : NOTICE_DAYS;
      const passed = all.filter((days) => left <= days).map((daysAhead) => keyOf(expiry, daysAhead));
      const key = passed.at(-1);
      return key && !isTold(key) ? [{ expiry, key, passed: passed.slice(0, -1) }] : [];
    });
}

function keyOf(expiry: Expiry, daysAhead: number): NoticeKey {
  return { thing: thingOf(expiry), daysAhead, expiresAt: expiry.expiresAt };
}

/** Tells keys apart in a set. */
export function textOfKey({ thing, daysAhead, expiresAt }: NoticeKey): string {
  return `${thing} ${daysAhead} ${expiresAt.getTime()}`;
}
