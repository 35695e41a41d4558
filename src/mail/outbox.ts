import type { TenantId } from '#kernel/ids.ts';

/** A mail that somebody wants sent. */
export interface NewMail {
  /** What it is about, for those who look after the outbox: `expiry-notice`. */
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: string;
  /** After this it helps nobody any more, and is given up. */
  readonly usefulUntil: Date;
}

export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: string;
}

/** Why a mail was not sent. Only the first two are for good. */
export type MailFault =
  | 'address_refused'
  | 'message_refused'
  | 'not_now'
  | 'unreachable'
  | 'tls_failed'
  | 'sign_in_refused'
  | 'sender_refused'
  | 'too_late';

/** A mail of the outbox. */
export interface Mail {
  readonly tenant: TenantId;
  readonly id: string;
  readonly kind: string;
  readonly to: string;
  /** Gone once it is sent or given up: it may hold what lets somebody in. */
  readonly content: MailContent | null;
  readonly createdAt: Date;
  readonly usefulUntil: Date;
  readonly attempts: number;
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly error: MailFault | null;
}

export type Settled =
  | { kind: 'sent' }
  | { kind: 'failed'; fault: MailFault }
  | { kind: 'again'; fault: MailFault; notBefore: Date };

/** Where mails wait. Everything joins the running transaction. */
export interface Outbox {
  /**
   * @returns the mail's id
   * @throws Error for an address that is none: whoever puts a mail in has looked (`isMailAddress`)
   */
  put(tenant: TenantId, mail: NewMail): Promise<string>;
  /** The next one that is due, of whichever tenant, put off for everybody else until the lease ends and with one attempt more. */
  claim(now: Date, leaseSeconds: number): Promise<Mail | undefined>;
  /** Notes what became of a claimed mail; nothing, where somebody else has claimed it meanwhile. */
  settle(mail: Mail, settled: Settled): Promise<void>;
  /** Removes, at most so many, what is older than a month. */
  removeOld(now: Date, limit: number): Promise<number>;
  /** Newest first. */
  list(tenant: TenantId, limit: number): Promise<Mail[]>;
  find(tenant: TenantId, id: string): Promise<Mail | undefined>;
  /** Of all tenants. */
  countWaiting(): Promise<number>;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Seconds to wait after each attempt. A mail server that is away over a weekend gets what is still of use on Monday. */
const PAUSES = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR];

/** What comes after a failure: another attempt, unless the fault is for good, or it would come too late. */
export function decideRetry(
  { attempts, usefulUntil }: Pick<Mail, 'attempts' | 'usefulUntil'>,
  fault: MailFault,
  now: Date,
): Settled {
  if (fault === 'address_refused' || fault === 'message_refused') return { kind: 'failed', fault };
  const pause = PAUSES[attempts - 1];
  const notBefore = new Date(now.getTime() + (pause ?? 0) * 1000);
  return pause === undefined || notBefore >= usefulUntil ? { kind: 'failed', fault } : { kind: 'again', fault, notBefore };
}
