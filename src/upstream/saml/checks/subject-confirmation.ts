import { CONFIRMATION_BEARER } from '#wire/saml/index.ts';
import { attributeOf } from '#wire/xml/index.ts';
import { confirmationsOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/**
 * The subject is confirmed exactly once, as bearer. SAML would let one valid confirmation of several do; then which one was meant
 * depends on the reader, so several are refused.
 *
 * @see SAML Profiles §4.1.4.2, SAML Core §2.4.1.1
 */
export function checkSubjectConfirmation({ assertion, trace }: Evidence): void {
  const received = confirmationsOf(assertion).map((confirmation) => attributeOf(confirmation, 'Method') ?? '');
  trace.check({
    step: 'saml.subject_confirmation',
    expected: [CONFIRMATION_BEARER],
    received: received.slice(0, 8),
    holds: received.length === 1 && received[0] === CONFIRMATION_BEARER,
    otherwise: problems.subject_confirmation,
  });
}
