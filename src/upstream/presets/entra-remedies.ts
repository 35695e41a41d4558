import type { Explainer } from './provider-explanation.ts';

/** What Entra's refusals mean for an administrator; `aadsts.ts` has the numbers. Menu names as the English admin center shows them. */
export const consent: Explainer = {
  code: 'entra.consent_missing',
  title: 'Nobody has consented to this application in the directory',
  whatToDo: ({ adminConsentUrl }) =>
    `A Cloud Application Administrator opens ${adminConsentUrl ?? 'the admin-consent link of this provider'} and accepts; or in Entra: App registrations > the application > API permissions > Grant admin consent.`,
  where: 'provider',
  person: 'consent_missing',
};
export const notAssigned: Explainer = {
  code: 'entra.user_not_assigned',
  title: 'The person is not assigned to the application in Entra',
  whatToDo:
    'In Entra: Enterprise apps > the application > Users and groups > Add user/group. Members of nested groups do not count. Or set Properties > Assignment required to No.',
  where: 'provider',
  person: 'not_assigned',
};
export const secretWrong: Explainer = {
  code: 'entra.secret_wrong',
  title: 'The client secret is not the one that Entra knows',
  whatToDo:
    'Enter the secret’s Value, not its Secret ID. Entra shows the value only once: if it is lost, make a new one under App registrations > the application > Certificates & secrets.',
  where: 'here',
  pointer: '/oidc/clientSecret',
  person: 'misconfigured',
};
export const secretExpired: Explainer = {
  code: 'entra.secret_expired',
  title: 'The client secret has expired',
  whatToDo:
    'In Entra: App registrations > the application > Certificates & secrets > New client secret. Enter its Value and its expiry date here; or change client authentication to private_key_jwt, which has no secret.',
  where: 'here',
  pointer: '/oidc/clientSecret',
  person: 'credentials_expired',
};
export const keyUnknown: Explainer = {
  code: 'entra.certificate_unknown',
  title: 'Entra does not know the certificate that we sign with',
  whatToDo:
    'Upload the active certificate of this provider in Entra: App registrations > the application > Certificates & secrets > Certificates. The thumbprint must be the one shown here.',
  where: 'provider',
  pointer: '/oidc/clientAuthentication',
  person: 'misconfigured',
};
export const secretMissing: Explainer = {
  code: 'entra.client_authentication_missing',
  title: 'Entra expects the application to prove itself',
  whatToDo: 'Choose a client secret or a key of ours under “How we prove who we are”: none is not enough.',
  where: 'here',
  pointer: '/oidc/clientAuthentication',
  person: 'misconfigured',
};
export const clientIsPublic: Explainer = {
  code: 'entra.client_is_public',
  title: 'Entra knows the application as a public client, and got a secret',
  whatToDo:
    'In Entra: App registrations > the application > Authentication: register the redirect URI under Web and set Allow public client flows to No.',
  where: 'provider',
  person: 'misconfigured',
};
export const redirectUri: Explainer = {
  code: 'entra.redirect_uri_differs',
  title: 'The address to return to is not registered in Entra',
  whatToDo: ({ redirectUri: uri, acsUrl }) =>
    acsUrl !== undefined && uri === undefined
      ? `In Entra: Enterprise apps > the application > Single sign-on > Basic SAML Configuration > Reply URL must be ${acsUrl}`
      : `In Entra: App registrations > the application > Authentication > Web > Redirect URIs must contain exactly ${uri ?? 'the redirect URI shown here'}; a slash more or less, another platform than Web or other letters are another address.`,
  where: 'provider',
  person: 'misconfigured',
};
export const unknownApplication: Explainer = {
  code: 'entra.application_unknown',
  title: 'The directory does not know this application',
  whatToDo: ({ clientId, spEntityId }) =>
    spEntityId !== undefined && clientId === undefined
      ? `In Entra: Enterprise apps > the application > Single sign-on > Basic SAML Configuration > Identifier (Entity ID) must be ${spEntityId}; and the sign-in address must be that of the same directory.`
      : `Compare Application (client) ID${clientId === undefined ? '' : ` (here ${clientId})`} and Directory (tenant) ID with App registrations > the application > Overview. The Object ID and the Secret ID are other ids.`,
  where: 'here',
  pointer: '/oidc/clientId',
  person: 'misconfigured',
};
export const applicationDisabled: Explainer = {
  code: 'entra.application_disabled',
  title: 'The application is disabled in Entra',
  whatToDo: 'In Entra: Enterprise apps > the application > Properties > Enabled for users to sign in: Yes.',
  where: 'provider',
  person: 'misconfigured',
};
export const unknownDirectory: Explainer = {
  code: 'entra.directory_unknown',
  title: 'There is no directory of this id',
  whatToDo:
    'Compare the directory id with Entra: Overview > Tenant ID. A directory of a national cloud (US Government, China) needs the issuer of that cloud.',
  where: 'here',
  pointer: '/oidc/directoryId',
  person: 'misconfigured',
};
export const otherDirectory: Explainer = {
  code: 'entra.user_of_other_directory',
  title: 'The person signed in with an account that is not in this directory',
  whatToDo:
    'They sign out at Microsoft and choose their work account; a guest has to be invited first (Entra: Users > Invite external user).',
  where: 'person',
  person: 'other_directory',
};
export const tenantRestricted: Explainer = {
  code: 'entra.cross_tenant_blocked',
  title: 'A rule between two directories forbids this sign-in',
  whatToDo: 'In Entra: External Identities > Cross-tenant access settings (and tenant restrictions of the network’s proxy).',
  where: 'provider',
  person: 'rules_block',
};
export const conditionalAccess: Explainer = {
  code: 'entra.conditional_access',
  title: 'A Conditional Access policy stopped the sign-in',
  whatToDo:
    'In Entra: Monitoring & health > Sign-in logs > this sign-in > Conditional Access shows which policy. Change the policy, or the person meets it (device, place, application).',
  where: 'provider',
  person: 'rules_block',
};
export const secondFactor: Explainer = {
  code: 'entra.second_factor_needed',
  title: 'A second factor is demanded and was not given',
  whatToDo: 'The person signs in again and completes the second factor, or registers one at https://aka.ms/mfasetup.',
  where: 'person',
  person: 'second_factor',
};
export const password: Explainer = {
  code: 'entra.password_refused',
  title: 'User name or password were not accepted',
  whatToDo: 'The person tries again, or resets the password at Microsoft.',
  where: 'person',
  person: 'password',
};
export const accountBlocked: Explainer = {
  code: 'entra.account_blocked',
  title: 'The account is disabled, locked or at risk in Entra',
  whatToDo: 'In Entra: Users > the person shows the state; a lock for wrong passwords ends by itself.',
  where: 'provider',
  person: 'account_blocked',
};
export const notSignedIn: Explainer = {
  code: 'entra.not_signed_in',
  title: 'The person was not signed in, and was not to be asked',
  whatToDo: 'It happens with prompt=none: the application starts again without it.',
  where: 'person',
  person: 'sign_in_first',
};
export const notMultiTenant: Explainer = {
  code: 'entra.shared_endpoint',
  title: 'The application belongs to one directory, and the address to all',
  whatToDo: 'Use the directory (tenant) id in place of common or organizations.',
  where: 'here',
  pointer: '/oidc/directoryId',
  person: 'misconfigured',
};
export const singlePage: Explainer = {
  code: 'entra.platform_is_single_page',
  title: 'The redirect URI is registered for a single-page application',
  whatToDo:
    'In Entra: App registrations > the application > Authentication: remove it under Single-page application and add it under Web.',
  where: 'provider',
  person: 'misconfigured',
};
export const codeSpent: Explainer = {
  code: 'entra.code_spent',
  title: 'The code of this sign-in was used before, or is too old',
  whatToDo: 'The person starts again. If everybody has it, compare the clocks of both servers.',
  where: 'person',
};
export const scopeRefused: Explainer = {
  code: 'entra.scope_refused',
  title: 'A scope is not known, or belongs to a service that the directory has not',
  whatToDo:
    'Set the scopes to openid profile email offline_access. A service named in the message must be subscribed to and its permission be listed under API permissions.',
  where: 'here',
  pointer: '/oidc/scopes',
  person: 'misconfigured',
};
export const requestMalformed: Explainer = {
  code: 'entra.request_malformed',
  title: 'Entra could not read the request',
  whatToDo:
    'Fetch the configuration again: authorization and token endpoint must be those of the directory, version 2.0. A client id or scope with a stray character has the same effect.',
  where: 'here',
  pointer: '/oidc/authorizationEndpoint',
  person: 'misconfigured',
};
export const contextDiffers: Explainer = {
  code: 'entra.authentication_context_differs',
  title: 'The person signed in by other means than the request demands',
  whatToDo: 'Empty the requested authentication contexts (Entra compares them exactly), or switch force authentication on.',
  where: 'here',
  pointer: '/saml/requestedAuthnContexts',
  person: 'second_factor',
};
export const nameIdPolicy: Explainer = {
  code: 'entra.name_id_policy',
  title: 'Entra does not offer the NameID format that was asked for',
  whatToDo:
    'Empty the NameID format, or choose persistent, emailAddress or unspecified, and set the same under Single sign-on > Attributes & Claims > Unique User Identifier.',
  where: 'here',
  pointer: '/saml/nameIdFormat',
  person: 'misconfigured',
};
export const nameIdSource: Explainer = {
  code: 'entra.name_id_empty',
  title: 'The attribute that the NameID is made of is empty for this person',
  whatToDo:
    'In Entra: Enterprise apps > the application > Single sign-on > Attributes & Claims > Unique User Identifier: choose one that everybody has.',
  where: 'provider',
  person: 'misconfigured',
};
export const requestUnsigned: Explainer = {
  code: 'entra.signed_request_required',
  title: 'Entra demands signed requests, or does not know our certificate',
  whatToDo:
    'Switch signed requests on here, and upload our signing certificate under Single sign-on > Verification certificates.',
  where: 'here',
  pointer: '/saml/signRequests',
  person: 'misconfigured',
};
export const samlRequest: Explainer = {
  code: 'entra.saml_request_refused',
  title: 'Entra does not accept the SAML request',
  whatToDo:
    'Fetch the configuration again from the App Federation Metadata Url; sign-in address and binding come from there. Compare the clocks.',
  where: 'here',
  pointer: '/saml/ssoUrl',
  person: 'misconfigured',
};
export const declined: Explainer = {
  code: 'entra.consent_declined',
  title: 'The person declined when Entra asked for consent',
  whatToDo: ({ adminConsentUrl }) =>
    `They try again and accept; an administrator can accept for everybody at ${adminConsentUrl ?? 'the admin-consent link of this provider'}.`,
  where: 'person',
  person: 'consent_declined',
};
export const busy: Explainer = {
  code: 'entra.unavailable',
  title: 'Entra had a fault of its own, or too much to do',
  whatToDo: 'Try again in some minutes; the state of the service is at https://status.cloud.microsoft.',
  where: 'provider',
  person: 'provider_busy',
};
