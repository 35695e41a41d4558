import { addressesOf } from './addresses.ts';
import { ourKeys, titles, verify } from './guide-steps.ts';
import { type Preset, type PresetKind, type StepSource, words } from './preset.ts';

/** @see Google, "Setting up OAuth 2.0" (Google Auth Platform), "OpenID Connect" (hd claim) */
const oidcGuide: readonly StepSource[] = [
  {
    title: words('Prepare the project', 'Projekt vorbereiten'),
    text: words(
      'Open console.cloud.google.com in a project of your organization: APIs & Services > OAuth consent screen (Google Auth Platform). Audience, or user type: “Internal”. So only accounts of your Workspace can sign in.',
      'Öffnen Sie console.cloud.google.com in einem Projekt Ihrer Organisation: APIs & Services > OAuth consent screen (Google Auth Platform). Audience oder User type: „Internal“. Dann können sich nur Konten Ihres Workspace anmelden.',
    ),
    note: words(
      'With “External”, anybody who has a Google account gets as far as this gateway.',
      'Bei „External“ kommt jeder, der ein Google-Konto hat, bis zu diesem Gateway.',
    ),
  },
  {
    title: words('Make the client', 'Client anlegen'),
    text: words(
      'Clients > Create client > Application type “Web application”. Add the authorized redirect URI; copy id and secret from the dialog that follows.',
      'Clients > Create client > Application type „Web application“. Fügen Sie die Authorized redirect URI hinzu und kopieren Sie ID und Secret aus dem folgenden Dialog.',
    ),
    copy: [{ label: 'Authorized redirect URIs', ours: 'redirectUri' }],
    paste: [
      { label: 'Client ID', pointer: '/oidc/clientId' },
      { label: 'Client secret', pointer: '/oidc/clientSecret' },
    ],
    note: words(
      'A change takes effect after five minutes to some hours.',
      'Eine Änderung wirkt nach fünf Minuten bis zu einigen Stunden.',
    ),
  },
  {
    title: words('Let your domain in', 'Ihre Domain zulassen'),
    text: words(
      'Prove your mail domain here and give it to this provider. The issuer is https://accounts.google.com for everybody: what tells your people from others is the domain.',
      'Weisen Sie hier Ihre Mail-Domain nach und geben Sie sie diesem Anbieter. Der Issuer ist für alle https://accounts.google.com: Die Domain unterscheidet Ihre Leute von anderen.',
    ),
    copy: [{ label: 'Issuer', value: 'https://accounts.google.com' }],
    paste: [
      { label: 'Issuer', pointer: '/oidc/issuer' },
      { label: 'Domain', pointer: '/authentication/domains' },
    ],
  },
  verify,
];

/** @see Google Workspace Admin Help, "Set up your own custom SAML app" */
const samlGuide: readonly StepSource[] = [
  {
    title: words('Make the SAML app', 'SAML-App anlegen'),
    text: words(
      'Open admin.google.com as super administrator: Apps > Web and mobile apps > Add app > Add custom SAML app. Give it a name > Continue.',
      'Öffnen Sie admin.google.com als Super Admin: Apps > Web and mobile apps > Add app > Add custom SAML app. Geben Sie einen Namen ein > Continue.',
    ),
  },
  {
    title: titles.takeMetadata,
    text: words(
      'Download metadata, and paste the file’s text here under “Fetch configuration”. Google has no address for it. Then Continue.',
      'Download metadata, und fügen Sie den Text der Datei hier unter „Fetch configuration“ ein. Eine Adresse dafür hat Google nicht. Dann Continue.',
    ),
    paste: [
      { label: 'Entity ID', pointer: '/saml/issuer' },
      { label: 'SSO URL', pointer: '/saml/ssoUrl' },
      { label: 'Certificate', pointer: '/saml/verificationCertificates' },
    ],
  },
  {
    title: titles.enterAddresses,
    text: words(
      'Service provider details. Leave “Signed response” unticked: the assertion is signed then. Name ID format: EMAIL; Name ID: Basic Information > Primary email.',
      'Service provider details. Lassen Sie „Signed response“ ohne Haken: Dann ist die Assertion signiert. Name ID format: EMAIL; Name ID: Basic Information > Primary email.',
    ),
    copy: [
      { label: 'ACS URL', ours: 'acsUrl' },
      { label: 'Entity ID', ours: 'spEntityId' },
    ],
    note: words('Google takes only an ACS URL that begins with https.', 'Google nimmt nur eine ACS URL, die mit https beginnt.'),
  },
  {
    title: titles.sendAttributes,
    text: words(
      'Attributes > Add mapping: Primary email, First name and Last name, with the app attributes below. Group membership: choose the groups, app attribute groups.',
      'Attributes > Add mapping: Primary email, First name und Last name mit den App attributes unten. Group membership: Wählen Sie die Gruppen, App attribute groups.',
    ),
    copy: [
      { label: 'Primary email', value: 'email' },
      { label: 'First name', value: 'firstName' },
      { label: 'Last name', value: 'lastName' },
      { label: 'Group membership', value: 'groups' },
    ],
  },
  {
    title: titles.letPeopleIn,
    text: words(
      'Open the app > User access > “ON for everyone”, or for an organizational unit. It may take up to a day.',
      'Öffnen Sie die App > User access > „ON for everyone“ oder für eine Organisationseinheit. Es kann bis zu einem Tag dauern.',
    ),
  },
  ourKeys,
  verify,
];

const oidc: PresetKind = {
  defaults: {
    // No offline_access: Google refuses the scope it does not know. @see Google, "OpenID Connect": scopes
    oidc: { scopes: ['openid', 'profile', 'email'], clientAuthentication: 'client_secret_post' },
    claims: { email: 'email', userId: 'sub', firstName: 'given_name', lastName: 'family_name', groups: null, roles: null },
  },
  groups: {
    holds: 'nothing',
    detail: words(
      'Google’s ID token has no groups. Use SAML, or map by hand.',
      'Googles ID-Token enthält keine Gruppen. Nehmen Sie SAML, oder ordnen Sie von Hand zu.',
    ),
  },
  know: [
    words(
      'The issuer is the same for every Google account there is. Let the client be “Internal”, and gate by the claim hd, which holds your domain and is missing for private accounts.',
      'Der Issuer ist für jedes Google-Konto derselbe. Stellen Sie den Client auf „Internal“ und sichern Sie den Zugang über den Claim hd: Er enthält Ihre Domain und fehlt bei privaten Konten.',
    ),
    words('Google gives no refresh token here.', 'Google gibt hier kein Refresh-Token.'),
  ],
  guide: oidcGuide,
};

const saml: PresetKind = {
  defaults: {
    saml: {
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      // Unless "Signed response" is ticked, the assertion within is signed.
      verifySignatureOf: 'assertion',
    },
    claims: { email: 'email', userId: 'NameID', firstName: 'firstName', lastName: 'lastName', groups: 'groups', roles: null },
  },
  groups: {
    holds: 'names',
    most: 75,
    detail: words(
      'Names of the groups that were chosen for the app, up to 75.',
      'Namen der Gruppen, die für die App gewählt wurden, bis zu 75.',
    ),
  },
  know: [
    words(
      'Certificates live for five years, and there may be two. Google has no metadata address: a new one is pasted here before it is switched to there.',
      'Zertifikate gelten fünf Jahre, und es darf zwei geben. Eine Metadaten-Adresse hat Google nicht: Ein neues fügen Sie hier ein, bevor Sie dort umschalten.',
    ),
    words('Google has no single logout.', 'Google kennt kein Single Logout.'),
  ],
  guide: samlGuide,
};

/** Google Workspace and Cloud Identity. */
export const google: Preset = {
  id: 'google',
  title: 'Google Workspace',
  button: words('Sign in with Google', 'Mit Google anmelden'),
  kinds: { oidc, saml },
  recognises: (traits) => addressesOf(traits).some(({ hostname }) => hostname === 'accounts.google.com'),
  notices: (_traits, kind) =>
    kind === 'saml'
      ? []
      : [
          {
            code: 'google_any_account',
            detail:
              'https://accounts.google.com is the issuer of every Google account. Set the client’s audience to Internal, and let the claim hd gate who may come in.',
          },
        ],
};
