import { defineProblems } from '#kernel/problem.ts';

const ASK_IDP = 'The identity provider’s administrator must set this in the entry for this service.';

/** Refusals of SAML sign-ins and settings. What is wrong with XML or a signature as such has a code of `xml.*`. */
export const problems = defineProblems('saml', {
  settings_invalid: { status: 422, title: 'The SAML settings are not valid' },
  message_missing: { status: 400, title: 'The answer carries no SAML response', source: 'SAML Bindings §3.5.4' },
  binding: { status: 400, title: 'The SAML response did not arrive by the POST binding', source: 'SAML Profiles §4.1.4.3' },
  structure: {
    status: 403,
    title: 'The SAML response has a form that is not allowed',
    source: 'SAML Core §3.3.3, XML signature wrapping',
  },
  assertion_missing: { status: 403, title: 'The SAML response has no assertion', source: 'SAML Profiles §4.1.4.2' },
  assertion_ambiguous: { status: 403, title: 'The SAML response has more than one assertion', source: 'SAML Profiles §4.1.4.2' },
  signature_missing: {
    status: 403,
    title: 'The SAML response is not signed as the connection demands',
    remedy: 'Let the identity provider sign the assertion, or the response, as set under “verify signature of”.',
    source: 'SAML Profiles §4.1.4.5',
  },
  decryption_key_missing: { status: 403, title: 'The assertion is encrypted, and this connection has no key to decrypt it with' },
  decryption_failed: {
    status: 403,
    title: 'The encrypted assertion could not be decrypted and verified',
    remedy: 'Give the identity provider the current metadata, and check that it signs with a certificate of the connection.',
    source: 'XML Encryption 1.1 §6.1.1',
  },
  certificate_expired: {
    status: 403,
    title: 'The identity provider signed with a certificate that has expired',
    remedy: 'Have the identity provider sign with a new certificate and add it here, or let expired pinned certificates count.',
    source: 'SAML Metadata Interoperability Profile §2.6.1',
  },
  certificate_not_yet_valid: {
    status: 403,
    title: 'The identity provider signed with a certificate that is not valid yet',
    remedy: 'Compare the clocks, or have the identity provider sign with its present certificate.',
    source: 'SAML Metadata Interoperability Profile §2.6.1',
  },
  version: { status: 403, title: 'The message is not of SAML 2.0', source: 'SAML Core §4.1.3' },
  status_not_success: { status: 403, title: 'The identity provider refused the sign-in', source: 'SAML Core §3.2.2' },
  issuer_mismatch: {
    status: 403,
    title: 'The message is from another identity provider',
    remedy: ASK_IDP,
    source: 'SAML Profiles §4.1.4.2',
  },
  destination_missing: {
    status: 403,
    title: 'The signed response does not say where it is sent to',
    source: 'SAML Bindings §3.5.5.2',
  },
  destination_mismatch: {
    status: 403,
    title: 'The response was sent to another address',
    remedy: ASK_IDP,
    source: 'SAML Core §3.2.2',
  },
  unsolicited: {
    status: 403,
    title: 'The response, or a part of it, answers no request',
    source: 'SAML Profiles §4.1.5',
  },
  in_response_to_mismatch: { status: 403, title: 'The response answers another request', source: 'SAML Profiles §4.1.4.3' },
  time_malformed: { status: 403, title: 'A time in the message cannot be read', source: 'SAML Core §1.3.3' },
  issued_out_of_time: {
    status: 403,
    title: 'The message was issued too long ago, or in the future',
    remedy: 'Compare the clocks of the identity provider and of this server.',
    source: 'SAML Core §3.2.2',
  },
  subject_confirmation: {
    status: 403,
    title: 'The subject is not confirmed by exactly one bearer confirmation',
    source: 'SAML Profiles §4.1.4.2',
  },
  recipient_mismatch: {
    status: 403,
    title: 'The assertion was made for another address',
    remedy: ASK_IDP,
    source: 'SAML Profiles §4.1.4.2',
  },
  confirmation_expired: {
    status: 403,
    title: 'The confirmation of the subject has expired, or never does',
    source: 'SAML Profiles §4.1.4.2',
  },
  confirmation_not_yet_valid: {
    status: 403,
    title: 'The confirmation of the subject is not valid yet',
    source: 'SAML Core §2.4.1.2',
  },
  conditions_missing: { status: 403, title: 'The assertion states no conditions', source: 'SAML Profiles §4.1.4.2' },
  condition_unknown: {
    status: 403,
    title: 'The assertion states a condition that is not understood',
    source: 'SAML Core §2.5.1.1',
  },
  not_yet_valid: { status: 403, title: 'The assertion is not valid yet', source: 'SAML Core §2.5.1.2' },
  expired: { status: 403, title: 'The assertion has expired', source: 'SAML Core §2.5.1.2' },
  audience_missing: {
    status: 403,
    title: 'The assertion does not say whom it is for',
    remedy: ASK_IDP,
    source: 'SAML Profiles §4.1.4.2',
  },
  audience_mismatch: { status: 403, title: 'The assertion is for somebody else', remedy: ASK_IDP, source: 'SAML Core §2.5.1.4' },
  authn_statement_missing: {
    status: 403,
    title: 'The assertion does not say that anybody signed in',
    source: 'SAML Profiles §4.1.4.2',
  },
  session_expired: { status: 403, title: 'The identity provider’s session has ended', source: 'SAML Core §2.7.2' },
  authentication_too_old: { status: 403, title: 'The person was not asked to sign in again', source: 'SAML Core §3.4.1' },
  authn_context_mismatch: {
    status: 403,
    title: 'The person signed in by other means than requested',
    source: 'SAML Core §3.3.2.2.1',
  },
  name_id_missing: { status: 403, title: 'The assertion does not name anybody', remedy: ASK_IDP, source: 'SAML Core §2.4.1' },
  name_id_malformed: { status: 403, title: 'The name in the assertion is not one', source: 'SAML Core §8.3' },
  name_id_format_mismatch: {
    status: 403,
    title: 'The name in the assertion is of another format',
    remedy: ASK_IDP,
    source: 'SAML Core §3.4.1.1',
  },
  name_id_qualifier_mismatch: {
    status: 403,
    title: 'The name in the assertion is meant for another service',
    source: 'SAML Core §2.2.2',
  },
  attribute_malformed: { status: 403, title: 'An attribute has a form that is not allowed', source: 'SAML Core §2.7.3' },
  attribute_duplicate: {
    status: 403,
    title: 'An attribute occurs twice',
    remedy: 'Let the identity provider send one attribute with several values (in Keycloak: “Single Role Attribute”).',
    source: 'SAML Core §2.7.3.1',
  },
  id_malformed: { status: 403, title: 'The assertion has no usable ID', source: 'SAML Core §1.3.4' },
});
