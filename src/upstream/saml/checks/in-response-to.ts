import { attributeOf, type XmlTree } from '#wire/xml/index.ts';
import { confirmationDataOf } from '../assertion.ts';
import type { EnvelopeEvidence, Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/** The Response answers the request of this very attempt, which this very browser began (ATTACKS T57, T58). @see SAML Core §3.2.2 (InResponseTo) */
export function checkResponseInResponseTo(evidence: EnvelopeEvidence): void {
  check('saml.response_in_response_to', evidence.response.tree, evidence);
}

/**
 * The assertion answers that request, too: one that was given to another request must not come in under this one's Response.
 *
 * @see SAML Profiles §4.1.4.3
 */
export function checkInResponseTo(evidence: Evidence): void {
  check('saml.in_response_to', confirmationDataOf(evidence.assertion), evidence);
}

function check(step: string, tree: XmlTree, { expected, trace }: EnvelopeEvidence): void {
  const received = attributeOf(tree, 'InResponseTo');
  if (expected.requestId === null) {
    // From the portal: whoever answers a request must be held against it, in the browser that sent it.
    const otherwise = problems.in_response_to_mismatch;
    trace.check({ step, expected: null, received: received ?? null, holds: received === undefined, otherwise });
    return;
  }
  if (received === undefined)
    trace.check({ step, expected: expected.requestId, received: null, holds: false, otherwise: problems.unsolicited });
  const holds = received === expected.requestId;
  trace.check({
    step,
    expected: expected.requestId,
    received: received ?? null,
    holds,
    otherwise: problems.in_response_to_mismatch,
  });
}
