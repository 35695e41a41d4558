import type { AuditLog } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import type { Trace } from '#kernel/trace.ts';
import type { Transact, World } from '#kernel/world.ts';
import { knownProviderOf, vendorOf } from '#upstream/index.ts';
import type { Admitted } from './apply-admission.ts';
import { evaluateText } from './map-claims.ts';
import type { Progress, Traced } from './progress.ts';
import type { Budgeted, RefusalBudget } from './refusal-budget.ts';
import type { SignIn, SignInLog } from './sign-ins.ts';

export interface RecordNeeds {
  signIns: SignInLog;
  audit: AuditLog;
  world: World;
  /** How many refusals are kept that belong to no sign-in; without one, all. */
  budget?: RefusalBudget;
}

/** Trace and audit entry of a sign-in that went well; joins the transaction that opens the session. */
export async function recordSignIn(
  needs: RecordNeeds,
  progress: Progress,
  { admission, admitted }: { admission: string; admitted: Admitted },
): Promise<void> {
  const { tenant, reference, connection } = progress;
  const { user, created, before } = admitted;
  if (created) await recordCreation(needs, progress, admitted);
  else if (before) {
    await needs.audit.append(tenant.id, {
      action: 'user.updated',
      actor: { kind: 'system' },
      target: `user:${user.id}`,
      reference,
      before: shown(before),
      after: shown(user),
    });
  }
  await needs.signIns.write(tenant.id, {
    ...entryOf(progress, aboutSignIn(progress), needs.world.now()),
    outcome: 'signed-in',
    userId: user.id,
    person: user.email ?? personOf(progress),
  });
  await needs.audit.append(tenant.id, {
    action: 'sign-in.succeeded',
    actor: { kind: 'user', id: user.id },
    target: `connection:${connection?.id}`,
    reference,
    after: { admission },
  });
}

export async function recordCreation(needs: RecordNeeds, { tenant, reference }: Progress, { user }: Admitted): Promise<void> {
  await needs.audit.append(tenant.id, {
    action: 'user.created',
    actor: { kind: 'system' },
    target: `user:${user.id}`,
    reference,
    after: shown(user),
  });
}

/**
 * Trace and audit entry of a refusal, in a transaction of their own: what was tried is undone, the record stays.
 * @returns the problem to throw on, with the reference in its facts
 */
export async function recordRefusal(
  needs: RecordNeeds & { transact: Transact },
  progress: Progress,
  error: unknown,
): Promise<unknown> {
  const kept = keep(needs, progress);
  if (kept.kind === 'leave out') return error;
  const { reference, connection } = progress;
  await writeRefused(needs, progress, { about: aboutSignIn(progress, kept.suppressed), error });
  if (!(error instanceof Problem)) return error;
  return new Problem(error.type, {
    detail: error.detail,
    facts: {
      ...error.facts,
      reference,
      email: progress.identity ? personOf(progress) : undefined,
      preset: connection && vendorOf(knownProviderOf(connection)),
    },
    errors: error.errors,
    cause: error,
  });
}

/** What an entry of the log says beside what its progress does. */
type About = Pick<SignIn, 'purpose' | 'applicationId' | 'person' | 'suppressed'>;

/** Trace and audit entry of something that was refused, in a transaction of their own. */
export async function writeRefused(
  { signIns, audit, transact, world }: Omit<RecordNeeds, 'budget'> & { transact: Transact },
  traced: Traced,
  { about, error }: { about: About; error: unknown },
): Promise<void> {
  const { tenant, reference, connection, trace } = traced;
  const code = error instanceof Problem ? error.code : 'http.failed';
  if (!trace.lines.some((line) => line.verdict === 'refused')) writeRefusal(trace, error);
  await transact(async () => {
    await signIns.write(tenant.id, { ...entryOf(traced, about, world.now()), outcome: 'refused', code });
    await audit.append(tenant.id, {
      action: about.purpose === 'sign-out' ? 'sign-out.refused' : 'sign-in.refused',
      actor: { kind: 'nobody' },
      target: connection ? `connection:${connection.id}` : `tenant:${tenant.name}`,
      reference,
      code,
      ...(about.suppressed === 0 ? {} : { after: { suppressed: about.suppressed } }),
    });
  });
}

/** What belongs to a sign-in that was begun here is always kept; of the rest, what the tenant's minute has room for. */
function keep({ budget, world }: RecordNeeds, { tenant, attempt }: Progress): Budgeted {
  return (attempt === undefined ? budget?.take(tenant.id, world.now()) : undefined) ?? { kind: 'keep', suppressed: 0 };
}

/** A refusal that did not come from a check of the trace (a store's, say) still leaves the line that refuses. */
export function writeRefusal(trace: Trace, error: unknown): void {
  if (!(error instanceof Problem)) return trace.note('sign_in.failed', { received: 'http.failed' });
  try {
    trace.check({ step: 'sign_in.refused', received: error.detail ?? null, holds: false, otherwise: error.type });
  } catch {
    // It throws what is being recorded.
  }
}

/** Nobody has come in, unless whoever writes it knows better. */
export function entryOf({ startedAt, reference, connection, earlierLines, trace }: Traced, about: About, now: Date): SignIn {
  return {
    reference,
    startedAt,
    endedAt: now,
    outcome: 'refused',
    code: null,
    userId: null,
    connectionId: connection?.id ?? null,
    ...about,
    lines: [...earlierLines, ...trace.lines],
  };
}

function aboutSignIn(progress: Progress, suppressed = 0): About {
  return {
    purpose: 'sign-in',
    suppressed,
    applicationId: progress.attempt?.kept.applicationId ?? null,
    person: personOf(progress),
  };
}

/** Whom the provider named: only from an identity that was verified. */
export function personOf({ identity, connection }: Progress): string | null {
  if (!identity) return null;
  const claim = connection?.policy.claims.email;
  return (claim === undefined ? undefined : evaluateText(claim, identity.claims)) ?? identity.subject;
}

function shown(user: Admitted['user']): Record<string, unknown> {
  const { email, emailVerified, userId, userPrincipalName, profile, status } = user;
  return { email, emailVerified, userId, userPrincipalName, ...profile, status };
}
