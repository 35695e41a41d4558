import { SAML } from '#wire/saml/index.ts';
import { childrenOf, onlyChild, optionalChild, type VerifiedElement } from '#wire/xml/index.ts';

/** Parts of an assertion that several checks read. Each is as verified as the assertion. */

export function confirmationsOf(assertion: VerifiedElement): VerifiedElement[] {
  return childrenOf(onlyChild(assertion, SAML, 'Subject'), SAML, 'SubjectConfirmation');
}

/** The data of the one confirmation; `checkSubjectConfirmation` has seen that there is one. */
export function confirmationDataOf(assertion: VerifiedElement): VerifiedElement {
  const confirmation = onlyChild(onlyChild(assertion, SAML, 'Subject'), SAML, 'SubjectConfirmation');
  return onlyChild(confirmation, SAML, 'SubjectConfirmationData');
}

/** `checkConditions` has seen that they are there. */
export function conditionsOf(assertion: VerifiedElement): VerifiedElement {
  return onlyChild(assertion, SAML, 'Conditions');
}

/** `checkAuthnStatement` has seen that it is there. */
export function authnStatementOf(assertion: VerifiedElement): VerifiedElement {
  return onlyChild(assertion, SAML, 'AuthnStatement');
}

export function authnContextClassOf(assertion: VerifiedElement): VerifiedElement | undefined {
  return optionalChild(onlyChild(authnStatementOf(assertion), SAML, 'AuthnContext'), SAML, 'AuthnContextClassRef');
}

export function nameIdOf(assertion: VerifiedElement): VerifiedElement | undefined {
  return optionalChild(onlyChild(assertion, SAML, 'Subject'), SAML, 'NameID');
}
