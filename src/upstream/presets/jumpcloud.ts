import { liesUnder } from './addresses.ts';
import { groupMapping, ourKeys, titles, verify } from './guide-steps.ts';
import { type Preset, STANDARD_CLAIMS, type StepSource, words } from './preset.ts';

const groups = {
  holds: 'names',
  detail: words(
    'Names of the user groups that are bound to the application, in the attribute that “Include group attribute” names.',
    'Namen der Benutzergruppen, die mit der Anwendung verbunden sind, im Attribut, das „Include group attribute“ nennt.',
  ),
} as const;

const access: StepSource = {
  title: titles.letPeopleIn,
  text: words(
    'User Groups tab: tick the groups. Save, and activate the application.',
    'Reiter User Groups: Haken bei den Gruppen. Save, und die Anwendung aktivieren.',
  ),
};

/** @see JumpCloud support, "SSO with OIDC" */
const oidcGuide: readonly StepSource[] = [
  {
    title: titles.makeApplication,
    text: words(
      'Open the Admin Portal: User Authentication > SSO Applications > Add New Application > Custom Application > Manage Single Sign-On > Configure SSO with OIDC.',
      'Öffnen Sie das Admin Portal: User Authentication > SSO Applications > Add New Application > Custom Application > Manage Single Sign-On > Configure SSO with OIDC.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      'SSO tab. Client Authentication Type: Client Secret Basic.',
      'Reiter SSO. Client Authentication Type: Client Secret Basic.',
    ),
    copy: [
      { label: 'Redirect URIs', ours: 'redirectUri' },
      { label: 'Login URL', ours: 'startUrl' },
    ],
  },
  {
    title: titles.sendAttributes,
    text: words(
      'Attribute Mapping > Standard Scopes: Email and Profile. Group Attributes: “include group attribute”, with the name below.',
      'Attribute Mapping > Standard Scopes: Email und Profile. Group Attributes: „include group attribute“ mit dem Namen unten.',
    ),
    copy: [{ label: 'Groups Attribute Name', value: 'groups' }],
  },
  access,
  {
    title: words('Bring back id and secret', 'ID und Secret übernehmen'),
    text: words(
      'They are shown once, on activation. The issuer is the same for everybody.',
      'Sie werden einmal angezeigt, beim Aktivieren. Der Issuer ist für alle derselbe.',
    ),
    copy: [{ label: 'Issuer', value: 'https://oauth.id.jumpcloud.com/' }],
    paste: [
      { label: 'Client ID', pointer: '/oidc/clientId' },
      { label: 'Client Secret', pointer: '/oidc/clientSecret' },
      { label: 'Issuer', pointer: '/oidc/issuer' },
    ],
  },
  groupMapping,
  verify,
];

/** @see JumpCloud support, "SSO using custom SAML application connectors", "SSO application connector fields" */
const samlGuide: readonly StepSource[] = [
  {
    title: titles.makeApplication,
    text: words(
      'Open the Admin Portal: User Authentication > SSO Applications > Add New Application > Custom Application > Manage Single Sign-On > Configure SSO with SAML.',
      'Öffnen Sie das Admin Portal: User Authentication > SSO Applications > Add New Application > Custom Application > Manage Single Sign-On > Configure SSO with SAML.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      'SSO tab. IdP Entity ID: a name of your own, such as “jumpcloud-acme”. SAMLSubject NameID: email, with the format below. Tick “Declare Redirect Endpoint”.',
      'Reiter SSO. IdP Entity ID: ein eigener Name, etwa „jumpcloud-acme“. SAMLSubject NameID: email, mit dem Format unten. Haken bei „Declare Redirect Endpoint“.',
    ),
    copy: [
      { label: 'SP Entity ID', ours: 'spEntityId' },
      { label: 'ACS URLs', ours: 'acsUrl' },
      { label: 'Login URL', ours: 'startUrl' },
      { label: 'SAMLSubject NameID Format', value: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
    ],
  },
  {
    title: titles.sendAttributes,
    text: words(
      'Attributes > add attribute: the service provider’s names below, for email, firstname and lastname. “Include group attribute”: memberOf.',
      'Attributes > add attribute: die Namen unten für email, firstname und lastname. „Include group attribute“: memberOf.',
    ),
    copy: [
      { label: 'email', value: 'email' },
      { label: 'firstname', value: 'firstName' },
      { label: 'lastname', value: 'lastName' },
      { label: 'Groups Attribute Name', value: 'memberOf' },
    ],
  },
  access,
  {
    title: titles.takeMetadata,
    text: words(
      'SSO tab > Copy Metadata URL. If there is none: Export Metadata, pasted here under “Fetch configuration”.',
      'Reiter SSO > Copy Metadata URL. Gibt es keine: Export Metadata, hier unter „Fetch configuration“ eingefügt.',
    ),
    paste: [{ label: 'Metadata URL', pointer: '/saml/metadataUrl' }],
  },
  ourKeys,
  groupMapping,
  verify,
];

/** JumpCloud. */
export const jumpcloud: Preset = {
  id: 'jumpcloud',
  title: 'JumpCloud',
  button: words('Sign in with JumpCloud', 'Mit JumpCloud anmelden'),
  kinds: {
    oidc: {
      defaults: {
        oidc: { scopes: ['openid', 'profile', 'email'], clientAuthentication: 'client_secret_basic' },
        claims: STANDARD_CLAIMS,
      },
      groups,
      know: [
        words(
          'All organizations share one issuer, https://oauth.id.jumpcloud.com/; the client id says whose people it is.',
          'Alle Organisationen teilen sich einen Issuer, https://oauth.id.jumpcloud.com/; die Client-ID sagt, wessen Leute es sind.',
        ),
      ],
      guide: oidcGuide,
    },
    saml: {
      defaults: {
        // Assertion, response or both, as the connector says: either is accepted, one is required.
        saml: { verifySignatureOf: 'either', nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
        claims: {
          email: 'email',
          userId: 'NameID',
          firstName: 'firstName',
          lastName: 'lastName',
          groups: 'memberOf',
          roles: null,
        },
      },
      groups,
      know: [
        words(
          'The IdP Entity ID is chosen freely: give each application another one.',
          'Die IdP Entity ID ist frei wählbar: Geben Sie jeder Anwendung eine andere.',
        ),
      ],
      guide: samlGuide,
    },
  },
  recognises: (traits) => liesUnder(traits, ['jumpcloud.com']),
};
