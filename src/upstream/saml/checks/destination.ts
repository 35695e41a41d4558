import { attributeOf } from '#wire/xml/index.ts';
import type { EnvelopeEvidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/**
 * The Response was sent to this assertion consumer service, exactly. A signed Response must say so; an unsigned one may leave it out
 * (its Recipient, inside of the signed assertion, cannot).
 *
 * @see SAML Bindings §3.5.5.2
 */
export function checkDestination({ response, expected, trace }: EnvelopeEvidence): void {
  const received = attributeOf(response.tree, 'Destination');
  const step = 'saml.destination';
  if (received === undefined) {
    trace.check({
      step,
      expected: expected.acsUrl,
      received: null,
      holds: response.kind === 'unsigned',
      otherwise: problems.destination_missing,
    });
    return;
  }
  trace.check({
    step,
    expected: expected.acsUrl,
    received,
    holds: received === expected.acsUrl,
    otherwise: problems.destination_mismatch,
  });
}
