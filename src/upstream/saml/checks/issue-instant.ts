import { Problem } from '#kernel/problem.ts';
import type { XmlTree } from '#wire/xml/index.ts';
import type { EnvelopeEvidence, Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';
import { addSeconds, hasBegun, MESSAGE_LIFETIME_SECONDS, stillLasts, timeOf } from '../times.ts';

/** The Response was issued just now. @see SAML Core §3.2.2 (IssueInstant) */
export function checkResponseIssueInstant(evidence: EnvelopeEvidence): void {
  check('saml.response_issue_instant', evidence.response.tree, evidence);
}

/** The Assertion was issued just now: an old one that still claims to be valid was kept by somebody. @see SAML Core §2.3.3 (IssueInstant) */
export function checkAssertionIssueInstant(evidence: Evidence): void {
  check('saml.assertion_issue_instant', evidence.assertion, evidence);
}

function check(step: string, tree: XmlTree, { now, trace }: EnvelopeEvidence): void {
  const issued = timeOf(tree, 'IssueInstant');
  if (issued === undefined) throw new Problem(problems.time_malformed, { detail: `${tree.name} has no IssueInstant` });
  const holds = hasBegun(issued, now) && stillLasts(addSeconds(issued, MESSAGE_LIFETIME_SECONDS), now);
  trace.check({
    step,
    expected: now.toISOString(),
    received: issued.toISOString(),
    holds,
    otherwise: problems.issued_out_of_time,
  });
}
