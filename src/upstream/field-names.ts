/**
 * Fields of an identity provider as the console calls them, by the pointer that the API has for them: what administrators are told names
 * them so. `test/console/words.test.ts` holds them against the labels of the form.
 */
const names = {
  '/enabled': 'Switched on',
  '/branding/buttonText': 'Text of the sign-in button',
  '/authentication/enabled': 'Offer it on the sign-in page',
  '/authentication/domains': 'E-mail domains',
  '/authentication/userAttribute': 'Find existing accounts by',
  '/authentication/claim': 'which must equal this claim',
  '/authentication/matchAttributes': 'These must be equal as well',
  '/users/create': 'Make accounts at the first sign-in',
  '/users/update': 'Keep names and addresses up to date',
  '/users/pendingActivation': 'New accounts wait for an administrator',
  '/access': 'Who may come in',
  '/groupMappings': 'Group mappings',
  '/whenMissing/groups': 'When no groups claim comes, it means',
  '/oidc/directoryId': 'Directory (tenant) ID',
  '/oidc/issuer': 'Issuer',
  '/oidc/clientId': 'Client ID',
  '/oidc/clientAuthentication': 'How we prove who we are',
  '/oidc/clientSecret': 'Client secret',
  '/oidc/scopes': 'Scopes',
  '/oidc/authorizationEndpoint': 'Authorization endpoint',
  '/oidc/tokenEndpoint': 'Token endpoint',
  '/oidc/userinfoEndpoint': 'Userinfo endpoint',
  '/oidc/jwksUri': 'Address of the signing keys (JWKS)',
  '/oidc/maxAgeSeconds': 'Sign in again after (seconds)',
  '/oidc/acrValues': 'Required sign-in strength (acr)',
  '/oidc/amrValues': 'Required sign-in methods (amr)',
  '/oidc/enforceContext': 'Refuse a weaker sign-in',
  '/oidc/groupOverage': 'Groups that do not fit into the token',
  '/oidc/allowThirdPartyInitiated': 'Start at the provider’s portal',
  '/saml/metadataUrl': 'Metadata address',
  '/saml/issuer': 'Issuer (entity ID of the provider)',
  '/saml/ssoUrl': 'Sign-on URL',
  '/saml/verificationCertificates': 'Signing certificates of the provider',
  '/saml/verifySignatureOf': 'What must be signed',
  '/saml/nameIdFormat': 'NameID format',
  '/saml/preferredNameIdFormat': 'Preferred NameID format',
  '/saml/forceAuthn': 'Ask for the password every time',
  '/saml/requestedAuthnContexts': 'Required sign-in strength',
  '/saml/enforceContext': 'Refuse a weaker sign-in',
  '/saml/spEntityId': 'Our entity ID (audience)',
  '/saml/allowIdpInitiated': 'Start at the provider’s portal',
  '/saml/metadataCertificates': 'Certificates that must sign the metadata',
} as const;

export const fieldNames: Readonly<Record<string, string>> = names;

/** A field in a sentence: “Client secret”. */
export const field = (pointer: keyof typeof names): string => `“${names[pointer]}”`;
