import { addressesOf, hasPath, isUnder } from './addresses.ts';
import { groupMapping, ourKeys, titles, verify } from './guide-steps.ts';
import { type Preset, STANDARD_CLAIMS, type StepSource, words } from './preset.ts';

/** Regions of PingOne, and its predecessor. @see PingOne platform API, "Working with PingOne APIs": domains */
const DOMAINS = [
  'auth.pingone.com',
  'auth.pingone.eu',
  'auth.pingone.ca',
  'auth.pingone.asia',
  'auth.pingone.com.au',
  'auth.pingone.sg',
  'sso.connect.pingidentity.com',
];

/** PingFederate under hosts of the customer's. @see PingFederate server documentation, "OAuth 2.0 endpoints", "IdP endpoints" */
const PATH = /^\/as\/(?:authorization|token)\.oauth2$|^\/pf\/(?:JWKS|federation_metadata\.ping)$|^\/idp\/SSO\.saml2$/i;

const groups = {
  holds: 'names',
  detail: words(
    'What the attribute mapping “groups” holds: in PingOne “Group Names”, in PingFederate what the attribute source gives.',
    'Was die Attributzuordnung „groups“ enthält: bei PingOne „Group Names“, bei PingFederate, was die Attributquelle liefert.',
  ),
} as const;

const access: StepSource = {
  title: words('Let people in, and switch on', 'Personen zulassen und einschalten'),
  text: words(
    'Access tab: choose the groups. Then the switch at the top right of the application: a new application is off.',
    'Reiter Access: Wählen Sie die Gruppen. Dann der Schalter oben rechts: Eine neue Anwendung ist ausgeschaltet.',
  ),
};

/** @see PingOne documentation, "Adding an OIDC application", "Mapping OIDC attributes" */
const oidcGuide: readonly StepSource[] = [
  {
    title: titles.makeApplication,
    text: words(
      'Open the PingOne admin console: Applications > Applications > plus sign > name, “OIDC Web App” > Save.',
      'Öffnen Sie die PingOne-Adminkonsole: Applications > Applications > Pluszeichen > Name, „OIDC Web App“ > Save.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      'Configuration tab > pencil: response type Code, grant type Authorization Code and Refresh Token, PKCE enforcement S256_REQUIRED, token endpoint authentication method Client Secret Basic.',
      'Reiter Configuration > Stift: Response Type Code, Grant Type Authorization Code und Refresh Token, PKCE Enforcement S256_REQUIRED, Token Endpoint Authentication Method Client Secret Basic.',
    ),
    copy: [
      { label: 'Redirect URIs', ours: 'redirectUri' },
      { label: 'Signoff URLs', ours: 'postLogoutRedirectUri' },
      { label: 'Initiate Login URI (optional)', ours: 'startUrl' },
    ],
  },
  {
    title: titles.bringBack,
    text: words(
      'Overview and Configuration tab > URLs. PingFederate: OAuth server base URL, and the client under Applications > OAuth > Clients.',
      'Reiter Overview und Configuration > URLs. PingFederate: die OAuth-Basisadresse des Servers und der Client unter Applications > OAuth > Clients.',
    ),
    paste: [
      { label: 'Issuer ID', pointer: '/oidc/issuer' },
      { label: 'Client ID', pointer: '/oidc/clientId' },
      { label: 'Client Secret', pointer: '/oidc/clientSecret' },
    ],
  },
  {
    title: words('Send the claims', 'Claims senden'),
    text: words(
      'Resources tab: allow the scopes profile and email. Attribute Mappings tab > pencil > Add, with the names below.',
      'Reiter Resources: Erlauben Sie die Scopes profile und email. Reiter Attribute Mappings > Stift > Add mit den Namen unten.',
    ),
    copy: [
      { label: 'Email Address', value: 'email' },
      { label: 'Given Name', value: 'given_name' },
      { label: 'Family Name', value: 'family_name' },
      { label: 'Group Names', value: 'groups' },
    ],
  },
  access,
  groupMapping,
  verify,
];

/** @see PingOne documentation, "Adding a SAML application", "Mapping SAML attributes" */
const samlGuide: readonly StepSource[] = [
  {
    title: titles.makeApplication,
    text: words(
      'Open the PingOne admin console: Applications > Applications > plus sign > name, “SAML Application” > Configure.',
      'Öffnen Sie die PingOne-Adminkonsole: Applications > Applications > Pluszeichen > Name, „SAML Application“ > Configure.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      '“Import From URL” with our metadata address, or “Manually Enter”. Subject NameID format: the persistent one.',
      '„Import From URL“ mit unserer Metadaten-Adresse oder „Manually Enter“. Subject NameID Format: das mit persistent.',
    ),
    copy: [
      { label: 'Import From URL', ours: 'metadataUrl' },
      { label: 'ACS URLs', ours: 'acsUrl' },
      { label: 'SLO Endpoint (optional)', ours: 'sloUrl' },
      { label: 'Entity ID', ours: 'spEntityId' },
      { label: 'Subject NameID Format', value: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    ],
  },
  {
    title: titles.sendAttributes,
    text: words(
      'Attribute Mappings tab > pencil: saml_subject stays User ID. Add the others with the names below.',
      'Reiter Attribute Mappings > Stift: saml_subject bleibt User ID. Fügen Sie die anderen mit den Namen unten hinzu.',
    ),
    copy: [
      { label: 'Email Address', value: 'email' },
      { label: 'Given Name', value: 'firstName' },
      { label: 'Family Name', value: 'lastName' },
      { label: 'Group Names', value: 'groups' },
    ],
  },
  {
    title: titles.takeMetadata,
    text: words(
      'Configuration tab > IDP Metadata URL: copy it. PingFederate: System > Protocol Metadata > Metadata Export, pasted here under “Fetch configuration”.',
      'Reiter Configuration > IDP Metadata URL: kopieren Sie die Adresse. PingFederate: System > Protocol Metadata > Metadata Export, hier unter „Fetch configuration“ eingefügt.',
    ),
    paste: [{ label: 'IDP Metadata URL', pointer: '/saml/metadataUrl' }],
  },
  access,
  ourKeys,
  groupMapping,
  verify,
];

/** PingOne and PingFederate. */
export const ping: Preset = {
  id: 'ping',
  title: 'PingOne, PingFederate',
  button: words('Sign in with Ping', 'Mit Ping anmelden'),
  kinds: {
    oidc: {
      defaults: {
        oidc: { scopes: ['openid', 'profile', 'email'], clientAuthentication: 'client_secret_basic' },
        claims: STANDARD_CLAIMS,
      },
      groups,
      know: [
        words(
          'PingOne gives refresh tokens by the grant type alone; the scope offline_access is not needed.',
          'PingOne gibt Refresh-Tokens allein durch den Grant Type; der Scope offline_access ist nicht nötig.',
        ),
      ],
      guide: oidcGuide,
    },
    saml: {
      defaults: {
        // PingOne signs the assertion, PingFederate the response: either is accepted, one is required.
        saml: { verifySignatureOf: 'either', nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
        claims: { email: 'email', userId: 'NameID', firstName: 'firstName', lastName: 'lastName', groups: 'groups', roles: null },
      },
      groups,
      know: [
        words(
          'In PingOne each application has a metadata address of its own; environments are told apart by the id in their addresses.',
          'Bei PingOne hat jede Anwendung eine eigene Metadaten-Adresse; Umgebungen unterscheiden sich durch die ID in ihren Adressen.',
        ),
      ],
      guide: samlGuide,
    },
  },
  recognises: (traits) => addressesOf(traits).some((url) => isUnder(url, DOMAINS)) || hasPath(traits, PATH),
};
