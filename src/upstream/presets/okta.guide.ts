import { groupMapping, ourKeys, titles, verify } from './guide-steps.ts';
import { type StepSource, words } from './preset.ts';

const assign: StepSource = {
  title: titles.letPeopleIn,
  text: words(
    'Assignments tab > Assign > Assign to Groups (or to People). Who is not assigned is refused by Okta.',
    'Reiter Assignments > Assign > Assign to Groups (oder to People). Wer nicht zugewiesen ist, wird von Okta abgewiesen.',
  ),
};

/** @see Okta help, "Create OpenID Connect app integrations"; Okta developer documentation, "Customize tokens … with a groups claim" */
export const oidcGuide: readonly StepSource[] = [
  {
    title: words('Make the app integration', 'App-Integration anlegen'),
    text: words(
      'Open the Admin Console: Applications > Applications > Create App Integration > “OIDC - OpenID Connect” > “Web Application”.',
      'Öffnen Sie die Admin Console: Applications > Applications > Create App Integration > „OIDC - OpenID Connect“ > „Web Application“.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      'Grant type: Authorization Code and Refresh Token. Replace the preset sign-in redirect URI by ours. Controlled access: as you like; it can be changed later. Save.',
      'Grant type: Authorization Code und Refresh Token. Ersetzen Sie die vorgegebene Sign-in redirect URI durch unsere. Controlled access: nach Belieben, es lässt sich später ändern. Save.',
    ),
    copy: [
      { label: 'Sign-in redirect URIs', ours: 'redirectUri' },
      { label: 'Sign-out redirect URIs', ours: 'postLogoutRedirectUri' },
      { label: 'Initiate login URI (optional)', ours: 'startUrl' },
    ],
  },
  {
    title: words('Client id and secret', 'Client-ID und Secret'),
    text: words(
      'General tab > Client Credentials. Edit: tick “Require PKCE as additional verification”. Copy both values.',
      'Reiter General > Client Credentials. Edit: Haken bei „Require PKCE as additional verification“. Kopieren Sie beide Werte.',
    ),
    paste: [
      { label: 'Client ID', pointer: '/oidc/clientId' },
      { label: 'Client secret', pointer: '/oidc/clientSecret' },
    ],
    note: words(
      'Without a secret: “Public key / Private key” there and private_key_jwt here; “Use a URL to fetch keys dynamically” takes our JWKS address.',
      'Ohne Secret: dort „Public key / Private key“, hier private_key_jwt; „Use a URL to fetch keys dynamically“ nimmt unsere JWKS-Adresse.',
    ),
    copy: [{ label: 'JWKS URL (only for private_key_jwt)', ours: 'jwksUrl' }],
  },
  {
    title: words('The issuer', 'Der Issuer'),
    text: words(
      'For sign-in alone the org’s own address is right: https:// and your Okta domain, without -admin and without a path. A custom authorization server is listed under Security > API with its Issuer URI.',
      'Nur zur Anmeldung genügt die Adresse der Org: https:// und Ihre Okta-Domain, ohne -admin und ohne Pfad. Eigene Autorisierungsserver stehen mit ihrer Issuer URI unter Security > API.',
    ),
    paste: [{ label: 'Issuer', pointer: '/oidc/issuer' }],
  },
  {
    title: words('Send groups', 'Gruppen senden'),
    text: words(
      'Org server: Sign On tab > OpenID Connect ID Token > Edit > Group claims filter: name groups, and a filter that fits your groups. Custom server: Security > API > the server > Claims > Add Claim: name groups, ID Token, Always, value type Groups.',
      'Org-Server: Reiter Sign On > OpenID Connect ID Token > Edit > Group claims filter: Name groups und ein Filter, der zu Ihren Gruppen passt. Eigener Server: Security > API > Server > Claims > Add Claim: Name groups, ID Token, Always, Value type Groups.',
    ),
    copy: [{ label: 'Name', value: 'groups' }],
    note: words(
      'A custom server also needs Access Policies > Add Policy, assigned to this application, with a rule for Authorization Code.',
      'Ein eigener Server braucht außerdem Access Policies > Add Policy, dieser Anwendung zugewiesen, mit einer Regel für Authorization Code.',
    ),
  },
  assign,
  groupMapping,
  verify,
];

/** @see Okta help, "Create SAML app integrations"; "Define attribute statements" */
export const samlGuide: readonly StepSource[] = [
  {
    title: words('Make the app integration', 'App-Integration anlegen'),
    text: words(
      'Open the Admin Console: Applications > Applications > Create App Integration > “SAML 2.0”. Give it a name > Next.',
      'Öffnen Sie die Admin Console: Applications > Applications > Create App Integration > „SAML 2.0“. Geben Sie einen Namen ein > Next.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      'Configure SAML. Leave “Use this for Recipient URL and Destination URL” ticked. Name ID format: Persistent. Application username: Okta username.',
      'Configure SAML. Lassen Sie „Use this for Recipient URL and Destination URL“ angehakt. Name ID format: Persistent. Application username: Okta username.',
    ),
    copy: [
      { label: 'Single sign-on URL', ours: 'acsUrl' },
      { label: 'Audience URI (SP Entity ID)', ours: 'spEntityId' },
      { label: 'Single Logout URL (optional)', ours: 'sloUrl' },
    ],
    note: words(
      'User names that may be given to somebody else one day: choose “Custom” as application username, with the expression below.',
      'Werden Benutzernamen neu vergeben, wählen Sie als Application username „Custom“ mit dem Ausdruck unten.',
    ),
  },
  {
    title: titles.sendAttributes,
    text: words(
      'Attribute Statements: three lines, name and value as below. Group Attribute Statements: name groups, and a filter that fits your groups.',
      'Attribute Statements: drei Zeilen, Name und Wert wie unten. Group Attribute Statements: Name groups und ein Filter, der zu Ihren Gruppen passt.',
    ),
    copy: [
      { label: 'email', value: 'user.email' },
      { label: 'firstName', value: 'user.firstName' },
      { label: 'lastName', value: 'user.lastName' },
      { label: 'Custom application username', value: 'user.getInternalProperty("id")' },
    ],
  },
  {
    title: titles.takeMetadata,
    text: words(
      'Sign On tab > SAML 2.0 > Metadata details > Metadata URL: copy it. Everything else is fetched from there.',
      'Reiter Sign On > SAML 2.0 > Metadata details > Metadata URL: kopieren Sie die Adresse. Alles Weitere wird von dort geholt.',
    ),
    paste: [{ label: 'Metadata URL', pointer: '/saml/metadataUrl' }],
  },
  assign,
  ourKeys,
  groupMapping,
  verify,
];
