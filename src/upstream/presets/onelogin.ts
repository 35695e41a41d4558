import { liesUnder } from './addresses.ts';
import { groupMapping, ourKeys, titles, verify } from './guide-steps.ts';
import { type Preset, type StepSource, words } from './preset.ts';

const groups = {
  holds: 'names',
  detail: words(
    'What the parameter is set to: roles, groups or memberOf. A list needs “Multi-value parameter”, or it comes as one text with semicolons.',
    'Worauf der Parameter gesetzt ist: Rollen, Gruppen oder memberOf. Eine Liste braucht „Multi-value parameter“, sonst kommt sie als ein Text mit Semikolons.',
  ),
} as const;

const access: StepSource = {
  title: titles.letPeopleIn,
  text: words(
    'Access tab: tick the roles whose people may sign in. Save.',
    'Reiter Access: Haken bei den Rollen, deren Personen sich anmelden dürfen. Save.',
  ),
};

/** @see OneLogin developers, "Connect an OIDC enabled app" */
const oidcGuide: readonly StepSource[] = [
  {
    title: titles.makeApplication,
    text: words(
      'Open Administration: Applications > Add App > search for “OpenId Connect” > OpenId Connect (OIDC) > Save.',
      'Öffnen Sie Administration: Applications > Add App > suchen Sie „OpenId Connect“ > OpenId Connect (OIDC) > Save.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words('Configuration tab. Save.', 'Reiter Configuration. Save.'),
    copy: [
      { label: 'Redirect URI’s', ours: 'redirectUri' },
      { label: 'Post Logout Redirect URIs', ours: 'postLogoutRedirectUri' },
      { label: 'Login Url', ours: 'startUrl' },
    ],
  },
  {
    title: titles.bringBack,
    text: words(
      'SSO tab. Application Type: Web; Token Endpoint Authentication Method: Basic. The issuer ends in /oidc/2.',
      'Reiter SSO. Application Type: Web; Token Endpoint Authentication Method: Basic. Der Issuer endet auf /oidc/2.',
    ),
    paste: [
      { label: 'Issuer URL', pointer: '/oidc/issuer' },
      { label: 'Client ID', pointer: '/oidc/clientId' },
      { label: 'Client Secret', pointer: '/oidc/clientSecret' },
    ],
  },
  {
    title: words('Send groups', 'Gruppen senden'),
    text: words(
      'Parameters tab > Groups: choose what goes into the claim groups, such as User Roles, “Semicolon Delimited input (Multi-value output)”.',
      'Reiter Parameters > Groups: Wählen Sie, was in den Claim groups kommt, etwa User Roles, „Semicolon Delimited input (Multi-value output)“.',
    ),
    copy: [{ label: 'Claim', value: 'groups' }],
  },
  access,
  groupMapping,
  verify,
];

/** @see OneLogin knowledge base, "Advanced SAML Custom Connector" */
const samlGuide: readonly StepSource[] = [
  {
    title: titles.makeApplication,
    text: words(
      'Open Administration: Applications > Add App > search for “SAML Custom Connector (Advanced)” > Save.',
      'Öffnen Sie Administration: Applications > Add App > suchen Sie „SAML Custom Connector (Advanced)“ > Save.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      'Configuration tab. SAML initiator: Service Provider. SAML nameID format: Email. The validator is a regular expression: put a backslash before each dot of the address.',
      'Reiter Configuration. SAML initiator: Service Provider. SAML nameID format: Email. Der Validator ist ein regulärer Ausdruck: Setzen Sie vor jeden Punkt der Adresse einen Backslash.',
    ),
    copy: [
      { label: 'Audience (EntityID)', ours: 'spEntityId' },
      { label: 'Recipient', ours: 'acsUrl' },
      { label: 'ACS (Consumer) URL', ours: 'acsUrl' },
      { label: 'ACS (Consumer) URL Validator', ours: 'acsUrl' },
      { label: 'Login URL', ours: 'startUrl' },
      { label: 'Single Logout URL (optional)', ours: 'sloUrl' },
    ],
  },
  {
    title: titles.sendAttributes,
    text: words(
      'Parameters tab > plus sign, for each: the field name below, “Include in SAML assertion”, Save, then the value. memberOf: “Multi-value parameter” as well.',
      'Reiter Parameters > Pluszeichen, je einmal: Feldname unten, „Include in SAML assertion“, Save, dann der Wert. memberOf: zusätzlich „Multi-value parameter“.',
    ),
    copy: [
      { label: 'Email', value: 'User.email' },
      { label: 'First Name', value: 'User.FirstName' },
      { label: 'Last Name', value: 'User.LastName' },
      { label: 'MemberOf', value: 'memberOf' },
    ],
  },
  {
    title: titles.takeMetadata,
    text: words(
      'SSO tab > Issuer URL: copy it; it is the metadata address, too. SAML Signature Algorithm: SHA-256.',
      'Reiter SSO > Issuer URL: kopieren Sie die Adresse; sie ist zugleich die der Metadaten. SAML Signature Algorithm: SHA-256.',
    ),
    paste: [{ label: 'Issuer URL', pointer: '/saml/metadataUrl' }],
  },
  access,
  ourKeys,
  groupMapping,
  verify,
];

/** OneLogin. */
export const onelogin: Preset = {
  id: 'onelogin',
  title: 'OneLogin',
  button: words('Sign in with OneLogin', 'Mit OneLogin anmelden'),
  kinds: {
    oidc: {
      defaults: {
        oidc: { scopes: ['openid', 'profile', 'email', 'groups'], clientAuthentication: 'client_secret_basic' },
        claims: {
          email: 'email',
          userId: 'sub',
          userPrincipalName: 'preferred_username',
          firstName: 'given_name',
          lastName: 'family_name',
          groups: 'groups',
          roles: null,
        },
      },
      groups,
      know: [
        words(
          'The issuer carries the version: https://acme.onelogin.com/oidc/2. The older one without /2 is retired.',
          'Der Issuer nennt die Version: https://acme.onelogin.com/oidc/2. Der ältere ohne /2 ist abgekündigt.',
        ),
      ],
      guide: oidcGuide,
    },
    saml: {
      defaults: {
        // "SAML signature element" may be assertion, response or both: either is accepted, one is required.
        saml: { verifySignatureOf: 'either', nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
        claims: {
          email: 'User.email',
          userId: 'NameID',
          firstName: 'User.FirstName',
          lastName: 'User.LastName',
          groups: 'memberOf',
          roles: null,
        },
        authentication: { claim: 'User.email' },
      },
      groups,
      know: [
        words(
          'The Name ID is the e-mail address: who gets another one is somebody else here, until an administrator links the account.',
          'Die Name ID ist die E-Mail-Adresse: Wer eine andere bekommt, ist hier jemand anderes, bis die Administration das Konto verknüpft.',
        ),
      ],
      guide: samlGuide,
    },
  },
  recognises: (traits) => liesUnder(traits, ['onelogin.com']),
};
