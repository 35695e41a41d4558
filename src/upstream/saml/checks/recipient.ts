import { attributeOf } from '#wire/xml/index.ts';
import { confirmationDataOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/**
 * The assertion was made for this assertion consumer service: the address that we sent, to the character. A trailing slash more is
 * another address (ATTACKS T46).
 *
 * @see SAML Profiles §4.1.4.2
 */
export function checkRecipient({ assertion, expected, trace }: Evidence): void {
  const received = attributeOf(confirmationDataOf(assertion), 'Recipient') ?? null;
  const holds = received === expected.acsUrl;
  trace.check({ step: 'saml.recipient', expected: expected.acsUrl, received, holds, otherwise: problems.recipient_mismatch });
}
