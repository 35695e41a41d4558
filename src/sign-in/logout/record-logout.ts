import type { AuditLog } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { Traced } from '../progress.ts';
import { entryOf, writeRefused } from '../record.ts';
import type { RefusalBudget } from '../refusal-budget.ts';
import type { SignInLog } from '../sign-ins.ts';

export interface RecordLogoutNeeds {
  signIns: SignInLog;
  audit: AuditLog;
  transact: Transact;
  world: World;
  /** How many refusals are kept: anybody can send something to these addresses. */
  budget: RefusalBudget;
}

/** What a provider said of a sign-out, as far as it was looked at. */
export interface LogoutProgress extends Traced {
  /** Whom it names, once its signature was verified. */
  person?: string | null;
}

/** Joins the transaction that ends the sessions. */
export async function recordSignedOut(
  needs: Pick<RecordLogoutNeeds, 'signIns' | 'world'>,
  progress: LogoutProgress,
  userId: string | null,
): Promise<void> {
  await needs.signIns.write(progress.tenant.id, {
    ...entryOf(progress, aboutSignOut(progress), needs.world.now()),
    outcome: 'signed-out',
    userId,
  });
}

/**
 * Trace and audit entry of a refusal, in a transaction of their own.
 * @returns the problem to throw on, with the reference in its facts
 */
export async function recordLogoutRefusal(needs: RecordLogoutNeeds, progress: LogoutProgress, error: unknown): Promise<unknown> {
  const { tenant, reference } = progress;
  const budgeted = needs.budget.take(tenant.id, needs.world.now());
  if (budgeted.kind === 'leave out') return error;
  await writeRefused(needs, progress, { about: aboutSignOut(progress, budgeted.suppressed), error });
  if (!(error instanceof Problem)) return error;
  // Its page speaks of a sign-out, whatever was wrong with the message.
  const facts = { ...error.facts, reference, during: 'logout' };
  return new Problem(error.type, { detail: error.detail, facts, errors: error.errors, cause: error });
}

const aboutSignOut = ({ person }: LogoutProgress, suppressed = 0) =>
  ({ purpose: 'sign-out', suppressed, applicationId: null, person: person ?? null }) as const;
