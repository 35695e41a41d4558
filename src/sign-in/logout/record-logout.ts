import type { AuditLog } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import type { Trace, TraceLine } from '#kernel/trace.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Connection } from '#upstream/index.ts';
import { writeRefusal } from '../record.ts';
import type { RefusalBudget } from '../refusal-budget.ts';
import type { SignIn, SignInLog } from '../sign-ins.ts';

export interface RecordLogoutNeeds {
  signIns: SignInLog;
  audit: AuditLog;
  transact: Transact;
  world: World;
  /** How many refusals are kept: anybody can send something to these addresses. */
  budget: RefusalBudget;
}

/** What a provider said of a sign-out, as far as it was looked at. */
export interface LogoutProgress {
  tenant: Tenant;
  startedAt: Date;
  reference: string;
  trace: Trace;
  earlierLines: readonly TraceLine[];
  connection?: Connection;
  /** Whom it names, once its signature was verified. */
  person?: string | null;
}

/** Joins the transaction that ends the sessions. */
export async function recordSignedOut(
  needs: Pick<RecordLogoutNeeds, 'signIns' | 'world'>,
  progress: LogoutProgress,
  userId: string | null,
): Promise<void> {
  await needs.signIns.write(progress.tenant.id, { ...entryOf(progress, needs.world.now()), outcome: 'signed-out', userId });
}

/**
 * Trace and audit entry of a refusal, in a transaction of their own.
 * @returns the problem to throw on, with the reference in its facts
 */
export async function recordLogoutRefusal(needs: RecordLogoutNeeds, progress: LogoutProgress, error: unknown): Promise<unknown> {
  const { tenant, reference, connection, trace } = progress;
  const budgeted = needs.budget.take(tenant.id, needs.world.now());
  if (budgeted.kind === 'leave out') return error;
  const { suppressed } = budgeted;
  const code = error instanceof Problem ? error.code : 'http.failed';
  if (!trace.lines.some((line) => line.verdict === 'refused')) writeRefusal(trace, error);
  await needs.transact(async () => {
    await needs.signIns.write(tenant.id, { ...entryOf(progress, needs.world.now()), outcome: 'refused', code, suppressed });
    await needs.audit.append(tenant.id, {
      action: 'sign-out.refused',
      actor: { kind: 'nobody' },
      target: connection ? `connection:${connection.id}` : `tenant:${tenant.name}`,
      reference,
      code,
      ...(suppressed === 0 ? {} : { after: { suppressed } }),
    });
  });
  if (!(error instanceof Problem)) return error;
  // Its page speaks of a sign-out, whatever was wrong with the message.
  const facts = { ...error.facts, reference, during: 'logout' };
  return new Problem(error.type, { detail: error.detail, facts, errors: error.errors, cause: error });
}

function entryOf({ startedAt, reference, connection, trace, earlierLines, person }: LogoutProgress, now: Date): SignIn {
  return {
    reference,
    startedAt,
    endedAt: now,
    outcome: 'refused',
    purpose: 'sign-out',
    suppressed: 0,
    code: null,
    userId: null,
    connectionId: connection?.id ?? null,
    applicationId: null,
    person: person ?? null,
    lines: [...earlierLines, ...trace.lines],
  };
}
