import type { Explainer, ProviderFacts } from './provider-explanation.ts';

/** Status codes share this prefix. @see SAML Core §3.2.2.2 */
const PREFIX = 'urn:oasis:names:tc:SAML:2.0:status:';

const denied: Explainer = {
  code: 'saml_status.request_denied',
  title: 'The provider does not let this person in, or does not answer this service',
  whatToDo:
    'Assign the person to the application at the provider, and look at its access policy; its own log names the rule that refused.',
  where: 'provider',
  person: 'not_assigned',
};
const unsupported: Explainer = {
  code: 'saml_status.request_unsupported',
  title: 'The provider does not support something that the request asks for',
  whatToDo:
    'Fetch the configuration again; switch off force authentication and requested authentication contexts, then add one at a time.',
  where: 'here',
  pointer: '/saml/ssoBinding',
  person: 'misconfigured',
};
const providerFault: Explainer = {
  code: 'saml_status.provider_failed',
  title: 'The provider could not finish the sign-in',
  whatToDo: 'Its own log has the reason; the time and the reference below find the line.',
  where: 'provider',
  person: 'provider_busy',
};
const requesterFault: Explainer = {
  code: 'saml_status.requester',
  title: 'The provider holds the request for wrong',
  whatToDo: ({ acsUrl, spEntityId }) =>
    `Give the provider our metadata again, or compare by hand: assertion consumer service ${acsUrl ?? 'as shown here'}, entity id ${spEntityId ?? 'as shown here'}, and our signing certificate where it demands signed requests.`,
  where: 'provider',
  person: 'misconfigured',
};

/**
 * The inner status codes, and the outer ones where nothing is inside.
 *
 * @see SAML Core §3.2.2.2
 */
const statuses: Readonly<Record<string, Explainer>> = {
  AuthnFailed: {
    code: 'saml_status.authentication_failed',
    title: 'The person did not manage to sign in at the provider',
    whatToDo: 'They try again. If it stays, the provider’s log says whether password, second factor or account was the reason.',
    where: 'person',
    person: 'password',
  },
  InvalidNameIDPolicy: {
    code: 'saml_status.name_id_policy',
    title: 'The provider cannot give the NameID format that was asked for',
    whatToDo:
      'Empty the NameID format here, or let the provider send the one that is asked for (AD FS: a rule that makes an outgoing Name ID of that format).',
    where: 'here',
    pointer: '/saml/nameIdFormat',
    person: 'misconfigured',
  },
  NoAuthnContext: {
    code: 'saml_status.no_authentication_context',
    title: 'The provider cannot sign the person in by the means that the request demands',
    whatToDo: 'Empty the requested authentication contexts, or choose those that the provider offers.',
    where: 'here',
    pointer: '/saml/requestedAuthnContexts',
    person: 'second_factor',
  },
  NoPassive: {
    code: 'saml_status.no_passive',
    title: 'The person was not signed in, and was not to be asked',
    whatToDo: 'It happens with prompt=none: the application starts again without it.',
    where: 'person',
    person: 'sign_in_first',
  },
  RequestDenied: denied,
  RequestUnsupported: unsupported,
  UnsupportedBinding: {
    ...unsupported,
    code: 'saml_status.unsupported_binding',
    title: 'The provider does not support the binding',
  },
  RequestVersionTooHigh: unsupported,
  RequestVersionTooLow: unsupported,
  RequestVersionDeprecated: unsupported,
  UnknownPrincipal: {
    code: 'saml_status.unknown_principal',
    title: 'The provider does not know the person',
    whatToDo: 'Make an account for them at the provider, or let them choose the right one.',
    where: 'provider',
    person: 'other_directory',
  },
  ResourceNotRecognized: requesterFault,
  PartialLogout: providerFault,
  ProxyCountExceeded: providerFault,
  NoAvailableIDP: providerFault,
  NoSupportedIDP: providerFault,
  InvalidAttrNameOrValue: {
    ...requesterFault,
    code: 'saml_status.attribute',
    title: 'The provider could not make one of the attributes',
    whatToDo:
      'Look at the attribute statements of the application at the provider: one has an expression that fails for this person.',
  },
  Requester: requesterFault,
  Responder: providerFault,
  VersionMismatch: unsupported,
};

/** By the inner code, else by the outer one. */
export function explainSamlStatus({ status }: ProviderFacts): Explainer | undefined {
  const names = [status?.nested, status?.code].map((code) => (code?.startsWith(PREFIX) ? code.slice(PREFIX.length) : ''));
  const known = names.find((name) => Object.hasOwn(statuses, name));
  return known === undefined ? undefined : statuses[known];
}

export const explainedStatuses: readonly string[] = Object.keys(statuses);
