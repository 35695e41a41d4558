import { field, fieldNames } from '#upstream/index.ts';
import type { Progress } from '../progress.ts';
import type { Warning } from './verification.ts';

/** What does not keep anybody out and should be known all the same. */
export function warningsOf({ trace, earlierLines, identity, account, connection }: Progress): Warning[] {
  const lines = [...earlierLines, ...trace.lines];
  const warnings: Warning[] = lines.flatMap(({ step, expected: code, received: detail }) =>
    step === 'verify.warning' && typeof code === 'string' && typeof detail === 'string' ? [{ code, detail }] : [],
  );
  for (const { attribute, from, outcome } of account?.mappings ?? []) {
    const claim = `“${fieldNames[`/claims/${attribute}`] ?? attribute}” reads the claim ${from}`;
    if (outcome === 'missing')
      warnings.push({ code: 'claim_missing', detail: `${claim}, which did not come: it stays as it is.` });
    if (outcome === 'overage')
      warnings.push({ code: 'claim_overage', detail: `${claim}, which is cut short: memberships stay as they are.` });
  }
  if (identity?.subjectKind === 'passing')
    warnings.push({
      code: 'name_id_transient',
      detail: 'The provider names people anew each time: they are found by their attribute alone.',
    });
  const after = account?.person?.after;
  if (after && after.email !== null && !after.emailVerified)
    warnings.push({
      code: 'email_not_verified',
      detail: `${after.email} is not vouched for: it identifies nobody to other providers.`,
    });
  if (after?.status === 'pending')
    warnings.push({
      code: 'account_waits',
      detail: `The account that is made waits until somebody enables it: ${field('/users/pendingActivation')} is on.`,
    });
  if (connection?.policy.authentication.enabled === false)
    warnings.push({
      code: 'authentication_off',
      detail: `${field('/authentication/enabled')} is off: nobody can sign in through this provider until it is on.`,
    });
  return warnings;
}
