import { field } from '../field-names.ts';
import {
  differenceOf,
  here,
  memberOf,
  onPerson,
  provider,
  type RefusalFacts,
  type Remedy,
  type RemedyTable,
  shown,
} from './remedy.ts';

const acs = ({ provider: known, expected }: RefusalFacts): string => shown(known?.acsUrl ?? expected);

/** The last part of a status code, which says most. @see SAML Core §3.2.2.2 */
const STATUSES: Readonly<Record<string, (facts: RefusalFacts) => Remedy>> = {
  InvalidNameIDPolicy: here(
    '/saml/nameIdFormat',
    (facts) =>
      `Change ${field('/saml/nameIdFormat')} here: the provider does not give names of the format ${shown(facts.provider?.nameIdFormat)}. Leave it empty to take what the provider sends, or configure that format for this service there.${said(facts)}`,
  ),
  NoAuthnContext: here(
    '/saml/requestedAuthnContexts',
    (facts) =>
      `Change ${field('/saml/requestedAuthnContexts')} here: the provider cannot sign people in that way. Remove them, or allow the method there.${said(facts)}`,
  ),
  RequestDenied: provider(
    (facts) =>
      `At the provider, assign the person to this application, and look into its log: it denied the request.${said(facts)}`,
  ),
  AuthnFailed: provider(
    (facts) =>
      `At the provider, assign the person to this application and look into its sign-in log: the person could not be signed in there.${said(facts)}`,
  ),
  UnknownPrincipal: provider(
    (facts) => `At the provider, assign the person to this application: it does not know them.${said(facts)}`,
  ),
  RequestUnsupported: provider(
    (facts) =>
      `At the provider, compare the binding and signature settings of this service: it does not support the request.${said(facts)}`,
    '/saml/ssoBinding',
  ),
  UnsupportedBinding: provider(
    (facts) => `At the provider, allow the POST binding for ${acs(facts)}.${said(facts)}`,
    '/saml/acsUrl',
  ),
  NoPassive: onPerson('Sign in at the provider first, then try again.'),
  VersionMismatch: provider('At the provider, set this service to SAML 2.0.'),
};

function said({ received }: RefusalFacts): string {
  const message = memberOf(received, 'message');
  const code = memberOf(received, 'nested') ?? memberOf(received, 'code');
  const plain = typeof code === 'string' ? code.replace(/^.*:/, '') : '';
  return message ? ` It said ${shown(message)} (${plain}).` : plain ? ` It said ${shown(plain)}.` : '';
}

const statusRefused = (facts: RefusalFacts): Remedy => {
  for (const member of ['nested', 'code']) {
    const status = memberOf(facts.received, member);
    const name = typeof status === 'string' ? status.replace(/^.*:/, '') : '';
    const known = Object.hasOwn(STATUSES, name) ? STATUSES[name] : undefined;
    if (known) return known(facts);
  }
  const signing = memberOf(facts.received, 'code');
  const requester = typeof signing === 'string' && signing.endsWith(':Requester');
  return provider((refusal) =>
    requester
      ? `At the provider, compare the entry for this service with our metadata (entity id ${shown(refusal.provider?.spEntityId)}, ACS URL ${acs(refusal)}, our signing certificate): it did not like the request.${said(refusal)}`
      : `Look into the provider’s own log: it refused the sign-in. Often the person is not assigned to this application.${said(refusal)}`,
  )(facts);
};

/** Remedies for what surrounds the assertion: the message, its status, where it was sent. */
export const samlResponses: RemedyTable = {
  'saml.settings_invalid': here(
    '/saml',
    'Correct the settings under “Connection” here, and save them: each fault is told at its field.',
  ),
  'saml.message_missing': provider(
    (facts) => `At the provider, send the response as form field SAMLResponse to ${acs(facts)}.`,
    '/saml/acsUrl',
  ),
  'saml.binding': provider(
    (facts) => `At the provider, send responses by the HTTP-POST binding to ${acs(facts)}.`,
    '/saml/acsUrl',
  ),
  'saml.structure': provider(
    ({ detail, received }) =>
      `Look at the provider’s response: it has a form that is not allowed (${shown(detail ?? received)}). One Response, one Assertion, signatures only in those two.`,
  ),
  'saml.version': provider('At the provider, set this service to SAML 2.0.'),
  'saml.status_not_success': statusRefused,
  'saml.issuer_mismatch': here(
    '/saml/issuer',
    ({ expected, received }) =>
      `Change ${field('/saml/issuer')} here to ${shown(received)}, if that is the provider you mean: it is ${shown(expected)}, and the message comes from ${shown(received)}.${differenceOf(expected, received)} They must be equal to the character.`,
  ),
  'saml.destination_missing': provider(
    (facts) => `At the provider, let signed responses name where they are sent (Destination ${acs(facts)}).`,
    '/saml/acsUrl',
  ),
  'saml.destination_mismatch': provider(
    (facts) =>
      `At the provider, set the ACS URL (reply URL) of this service to exactly ${acs(facts)}: it sends to ${shown(facts.received)}.${differenceOf(facts.expected, facts.received)}`,
    '/saml/acsUrl',
  ),
  'saml.unsolicited': onPerson(
    'Start again from the application: the response, or the assertion in it, does not say which request of ours it answers. If it happens again, let the provider send InResponseTo in both: switch IdP-initiated sign-in off for this service there.',
  ),
  'saml.in_response_to_mismatch': onPerson('Start again from the application: the response answers another request of ours.'),
  'saml.assertion_missing': provider('Look at the provider’s response: it says success and has no assertion.'),
  'saml.assertion_ambiguous': provider('At the provider, send one assertion in each response: several came.'),
  'saml.signature_missing': provider(
    ({ expected, received }) =>
      `At the provider, switch on signing for this service: ${typeof received === 'string' ? received : 'a signature is missing'}, and ${field('/saml/verifySignatureOf')} here demands ${shown(expected)}. Or change ${field('/saml/verifySignatureOf')} to what the provider signs.`,
    '/saml/verifySignatureOf',
  ),
  'saml.decryption_key_missing': here(
    '/saml',
    'Make a key for decryption here, under Keys, or switch encryption of assertions off at the provider.',
  ),
  'saml.decryption_failed': provider(
    `At the provider, import our current metadata: it encrypts for another certificate than ours, or signs the assertion inside with a certificate that is not among ${field('/saml/verificationCertificates')} here.`,
    '/saml/verificationCertificates',
  ),
  'saml.certificate_expired': here(
    '/saml/verificationCertificates',
    ({ received, expected }) =>
      `Replace ${field('/saml/verificationCertificates')} here: ${Array.isArray(received) ? `none is valid any more (${shown(received.join('; '))})` : `the one that signed has expired (${shown(expected)})`}. Fetch the provider’s metadata again, or paste the certificate that it signs with now; old and new may stand side by side.`,
  ),
  'saml.certificate_not_yet_valid': provider(
    ({ expected }) =>
      `At the provider, sign with the certificate that is valid now: this one is not valid yet (${shown(expected)}). Or compare the clocks of both servers.`,
    '/saml/verificationCertificates',
  ),
};
