import type { AuditLog } from '#audit/index.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { RevisionRegister } from '#upstream/index.ts';
import type { Progress } from '../progress.ts';
import { personOf } from '../record.ts';
import type { SignIn, SignInLog } from '../sign-ins.ts';
import type { Report, Verification, VerificationStore } from './verification.ts';

export interface KeepNeeds {
  verifications: VerificationStore;
  revisions: Pick<RevisionRegister, 'noteVerification'>;
  signIns: SignInLog;
  audit: AuditLog;
  transact: Transact;
  world: World;
}

/** The end of a test sign-in, all at once: its report, what the revision is told, its trace and its audit entry. Once only. */
export async function keepReport(
  needs: KeepNeeds,
  progress: Progress,
  { verification, report }: { verification: Verification; report: Report },
): Promise<void> {
  const { tenant, reference } = progress;
  const { id, connectionId, revision, startedBy } = verification;
  const endedAt = needs.world.now();
  const { code } = report.summary;
  const state = code === null ? 'passed' : 'failed';
  const person = personOf(progress);
  await needs.transact(async () => {
    if (!(await needs.verifications.conclude(tenant.id, id, { state, endedAt, person, report }))) return;
    await needs.revisions.noteVerification(tenant.id, connectionId, revision, {
      verification: id,
      passed: state === 'passed',
      at: endedAt,
    });
    await needs.signIns.write(tenant.id, { ...traceOf(verification, report), endedAt, reference, person });
    await needs.audit.append(tenant.id, {
      action: state === 'passed' ? 'identity-provider.verified' : 'identity-provider.verification-failed',
      actor: startedBy,
      target: `connection:${connectionId}`,
      reference,
      ...(code === null ? {} : { code }),
      after: { verification: id, revision },
    });
  });
}

/** Kept beside those of real sign-ins, and told from them. */
function traceOf(
  { connectionId, applicationId, startedAt }: Verification,
  { summary: { code }, steps }: Report,
): Omit<SignIn, 'endedAt' | 'reference' | 'person'> {
  return {
    purpose: 'verify',
    suppressed: 0,
    startedAt,
    outcome: code === null ? 'verified' : 'refused',
    connectionId,
    userId: null,
    applicationId,
    code,
    lines: steps,
  };
}
