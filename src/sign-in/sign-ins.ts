import type { TenantId } from '#kernel/ids.ts';
import type { TraceLine } from '#kernel/trace.ts';

/** The record of one sign-in, kept for the tenant's administrators; holds no secret, token or assertion. */
export interface SignIn {
  /** Twelve letters and digits, `7KQ2-M3XA-91TB`: shown on the error page, read out over the telephone. */
  readonly reference: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** `verified`: a test sign-in that would have let the person in, and changed nothing; `signed-out`: the provider ended sessions here. */
  readonly outcome: 'signed-in' | 'refused' | 'verified' | 'signed-out';
  readonly purpose: 'sign-in' | 'verify' | 'sign-out';
  readonly connectionId: string | null;
  readonly userId: string | null;
  readonly applicationId: string | null;
  /** The e-mail or subject that the provider named, as far as it got. */
  readonly person: string | null;
  /** Problem code of a refusal. */
  readonly code: string | null;
  readonly lines: readonly TraceLine[];
  /** Refused answers that belonged to nothing: how many were left out of the log since the last one that is in it. */
  readonly suppressed: number;
}

/** One of a list. */
export type SignInEntry = Omit<SignIn, 'lines'>;

export interface SignInLog {
  write(tenant: TenantId, signIn: SignIn): Promise<void>;
  find(tenant: TenantId, reference: string): Promise<SignIn | undefined>;
  /** Newest first, without the lines. */
  list(tenant: TenantId, page: SignInPage): Promise<SignInEntry[]>;
  /** Removes, at most so many, what is older than its tenant's setting `traceDays`. */
  removeOld(now: Date, limit: number): Promise<number>;
}

export interface SignInPage {
  limit: number;
  /** The exact place of a cursor. */
  before?: { startedAt: Date; reference: string };
  /** Started then or later; started before then. */
  from?: Date;
  until?: Date;
  /** Real sign-ins unless asked for others. */
  purpose?: SignIn['purpose'] | 'all';
  outcome?: SignIn['outcome'];
  code?: string;
  connectionId?: string;
  applicationId?: string;
  userId?: string;
  /** A part of the address or name, without regard to case. */
  person?: string;
  /** A part of the reference. */
  reference?: string;
}
