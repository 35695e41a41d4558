import type { Fact } from '#kernel/trace.ts';
import { field } from '../field-names.ts';
import { setTheClock } from './clocks.ts';
import { differenceOf, here, onPerson, provider, type RemedyTable, shown } from './remedy.ts';

/** Remedies for what an assertion says. */
export const samlAssertions: RemedyTable = {
  'saml.time_malformed': provider(
    ({ detail }) => `At the provider, send times in UTC as xs:dateTime with a “Z”: ${shown(detail)} came.`,
  ),
  'saml.issued_out_of_time': provider(setTheClock),
  'saml.confirmation_expired': provider(setTheClock),
  'saml.confirmation_not_yet_valid': provider(setTheClock),
  'saml.not_yet_valid': provider(setTheClock),
  'saml.expired': provider(setTheClock),
  'saml.session_expired': onPerson('Sign out at the provider and sign in again: its own session has ended.'),
  'saml.subject_confirmation': provider(
    ({ received }) => `At the provider, confirm the subject once, by the bearer method: ${shown(received)} came.`,
  ),
  'saml.recipient_mismatch': provider(
    ({ expected, received }) =>
      `At the provider, set the recipient (ACS URL, reply URL) of this service to exactly ${shown(expected)}: the assertion was made for ${shown(received)}.${differenceOf(expected, received)}`,
    '/saml/acsUrl',
  ),
  'saml.conditions_missing': provider('At the provider, let assertions state Conditions with an audience and a time.'),
  'saml.condition_unknown': provider(
    ({ received }) => `At the provider, leave out conditions that are not of SAML 2.0: ${shown(received)} came.`,
  ),
  'saml.audience_missing': provider(
    ({ provider: known }) =>
      `At the provider, set the audience (SP entity id, identifier) of this service to exactly ${shown(known?.spEntityId)}: the assertion names none.`,
    '/saml/spEntityId',
  ),
  'saml.audience_mismatch': provider(
    ({ expected, received, provider: known }) =>
      `At the provider, set the audience (SP entity id, identifier) of this service to exactly ${shown(known?.spEntityId ?? expected)}: the assertion is for ${shown(onlyOne(received))}.${differenceOf(known?.spEntityId ?? expected, onlyOne(received))} Or enter that as ${field('/saml/spEntityId')} here.`,
    '/saml/spEntityId',
  ),
  'saml.authn_statement_missing': provider(
    'At the provider, send an AuthnStatement: the assertion does not say that anybody signed in.',
  ),
  'saml.authentication_too_old': provider(
    `At the provider, honour ForceAuthn: the person was not asked to sign in again. Or switch ${field('/saml/forceAuthn')} off here.`,
    '/saml/forceAuthn',
  ),
  'saml.authn_context_mismatch': provider(
    ({ expected, received }) =>
      `At the provider, let the person sign in as asked (${shown(expected)}): ${shown(received)} came. Or change ${field('/saml/requestedAuthnContexts')} here, or switch ${field('/saml/enforceContext')} off.`,
    '/saml/requestedAuthnContexts',
  ),
  'saml.name_id_missing': provider(
    'At the provider, send a NameID for this service: the assertion names nobody.',
    '/saml/nameIdFormat',
  ),
  'saml.name_id_malformed': provider(
    'At the provider, send a NameID of 1 to 256 plain characters, without spaces around it.',
    '/saml/nameIdFormat',
  ),
  'saml.name_id_format_mismatch': here(
    '/saml/nameIdFormat',
    ({ expected, received }) =>
      `Change ${field('/saml/nameIdFormat')} here to ${shown(received)}, or configure the format ${shown(expected)} for this service at the provider: the provider names people in the format ${shown(received)}, and ${shown(expected)} is asked for here.`,
  ),
  'saml.name_id_qualifier_mismatch': provider(
    ({ expected, received }) =>
      `At the provider, set the entity id of this service to exactly ${shown(expected)}: the NameID is meant for ${shown(received)}.`,
    '/saml/spEntityId',
  ),
  'saml.attribute_malformed': provider(
    ({ received, detail }) => `At the provider, send attributes with a name and plain text values: ${shown(detail ?? received)}.`,
  ),
  'saml.attribute_duplicate': provider(
    ({ received, detail }) =>
      `At the provider, send each attribute once, with several values (in Keycloak: “Single Role Attribute”): ${shown(detail ?? received)} came twice. Or name it in ${field('/saml/repeatableAttributes')} here, if all of them together are meant.`,
    '/saml/repeatableAttributes',
  ),
  'saml.id_malformed': provider('Look at the provider’s assertion: it has no usable ID.'),
};

/** The audience where there is only one; restrictions are lists of lists. */
function onlyOne(fact: Fact | undefined): Fact | undefined {
  const [first, ...others] = Array.isArray(fact) ? (fact as readonly Fact[]) : [];
  return first !== undefined && others.length === 0 ? onlyOne(first) : fact;
}
