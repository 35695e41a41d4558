import { checkAttributes } from './checks/attributes.ts';
import { checkAudience } from './checks/audience.ts';
import { checkAuthnContext } from './checks/authn-context.ts';
import { checkAuthnInstant } from './checks/authn-instant.ts';
import { checkAuthnStatement, checkSessionValidity } from './checks/authn-statement.ts';
import { checkConditions } from './checks/conditions.ts';
import { checkConfirmationValidity } from './checks/confirmation-validity.ts';
import { checkDestination } from './checks/destination.ts';
import { checkInResponseTo, checkResponseInResponseTo } from './checks/in-response-to.ts';
import { checkAssertionIssueInstant, checkResponseIssueInstant } from './checks/issue-instant.ts';
import { checkIssuer, checkResponseIssuer } from './checks/issuer.ts';
import { checkNameId } from './checks/name-id.ts';
import { checkRecipient } from './checks/recipient.ts';
import { checkId } from './checks/replay.ts';
import { checkStatus } from './checks/status.ts';
import { checkSubjectConfirmation } from './checks/subject-confirmation.ts';
import { checkValidity } from './checks/validity.ts';
import { checkAssertionVersion, checkResponseVersion } from './checks/version.ts';
import type { EnvelopeEvidence, Evidence } from './evidence.ts';

/**
 * The one list of checks of a SAML sign-in, in their order. Before it: guard, structure, signature of the Response (`authenticate.ts`).
 * The first part judges the Response around the assertion, so that an identity provider's refusal is told as such; between the parts,
 * the assertion is decrypted and its signature verified; the second part sees nothing but signed bytes, parsed anew.
 */
export const responseChecks: readonly ((evidence: EnvelopeEvidence) => void)[] = [
  checkResponseVersion,
  checkResponseIssuer,
  checkStatus,
  checkDestination,
  checkResponseIssueInstant,
  checkResponseInResponseTo,
];

export const assertionChecks: readonly ((evidence: Evidence) => void)[] = [
  checkAssertionVersion,
  checkIssuer,
  checkAssertionIssueInstant,
  checkId,
  checkSubjectConfirmation,
  checkRecipient,
  checkConfirmationValidity,
  checkInResponseTo,
  checkConditions,
  checkValidity,
  checkAudience,
  checkAuthnStatement,
  checkSessionValidity,
  checkAuthnInstant,
  checkAuthnContext,
  checkNameId,
  checkAttributes,
];
