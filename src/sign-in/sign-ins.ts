import type { TenantId } from '#kernel/ids.ts';
import type { TraceLine } from '#kernel/trace.ts';

/** The record of one sign-in, kept for the tenant's administrators; holds no secret, token or assertion. */
export interface SignIn {
  /** Twelve letters and digits, `7KQ2-M3XA-91TB`: shown on the error page, read out over the telephone. */
  readonly reference: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly outcome: 'signed-in' | 'refused';
  readonly connectionId: string | null;
  readonly userId: string | null;
  readonly applicationId: string | null;
  /** The e-mail or subject that the provider named, as far as it got. */
  readonly person: string | null;
  /** Problem code of a refusal. */
  readonly code: string | null;
  readonly lines: readonly TraceLine[];
}

export interface SignInLog {
  write(tenant: TenantId, signIn: SignIn): Promise<void>;
  find(tenant: TenantId, reference: string): Promise<SignIn | undefined>;
  list(tenant: TenantId, page: SignInPage): Promise<SignIn[]>;
  /** Removes, at most so many, what is older than its tenant's setting `traceDays`. */
  removeOld(now: Date, limit: number): Promise<number>;
}

export interface SignInPage {
  limit: number;
  /** Started before this; with `beforeReference` the exact place of a cursor. */
  before?: { startedAt: Date; reference: string };
  outcome?: SignIn['outcome'];
  code?: string;
  connectionId?: string;
  person?: string;
}
