import { groupMapping, ourKeys, titles, verify } from './guide-steps.ts';
import { type StepSource, words } from './preset.ts';

/** @see Microsoft Learn, "Register an application", "Add credentials", "Configure optional claims", "Configure group claims" */
export const oidcGuide: readonly StepSource[] = [
  {
    title: words('Register the application', 'Anwendung registrieren'),
    text: words(
      'Open entra.microsoft.com as Cloud Application Administrator: Entra ID > App registrations > New registration. Supported account types: “Accounts in this organizational directory only”. Redirect URI: platform “Web”, and the address below.',
      'Öffnen Sie entra.microsoft.com als Cloud Application Administrator: Entra ID > App registrations > New registration. Supported account types: „Accounts in this organizational directory only“. Redirect URI: Plattform „Web“ und die Adresse unten.',
    ),
    copy: [
      { label: 'Redirect URI (Web)', ours: 'redirectUri' },
      { label: 'Redirect URI (Web), one more (for signing out)', ours: 'postLogoutRedirectUri' },
    ],
    paste: [
      { label: 'Application (client) ID', pointer: '/oidc/clientId' },
      { label: 'Directory (tenant) ID', pointer: '/oidc/directoryId' },
    ],
    note: words(
      'Both ids are on the Overview page. The Object ID is another one.',
      'Beide IDs stehen auf der Seite Overview. Die Object ID ist eine andere.',
    ),
  },
  {
    title: words('Make a client secret', 'Client Secret anlegen'),
    text: words(
      'Certificates & secrets > Client secrets > New client secret. Choose the longest time, then copy the column “Value” at once: it is never shown again.',
      'Certificates & secrets > Client secrets > New client secret. Wählen Sie die längste Laufzeit und kopieren Sie sofort die Spalte „Value“: Sie wird nie wieder angezeigt.',
    ),
    paste: [
      { label: 'Value', pointer: '/oidc/clientSecret' },
      { label: 'Expires', pointer: '/oidc/clientSecretExpiresAt' },
    ],
    note: words(
      '“Secret ID” is not the secret. Without any secret: choose private_key_jwt as client authentication and upload our certificate under Certificates.',
      '„Secret ID“ ist nicht das Secret. Ganz ohne: Wählen Sie private_key_jwt als Client-Authentifizierung und laden Sie unser Zertifikat unter Certificates hoch.',
    ),
    copy: [{ label: 'Certificate (only for private_key_jwt)', ours: 'clientCertificate' }],
  },
  {
    title: words('Add the claims', 'Claims hinzufügen'),
    text: words(
      'Token configuration > Add optional claim > ID: email, family_name, given_name, xms_edov; accept the question about Microsoft Graph permissions. Then Add groups claim > “Groups assigned to the application”, as Group ID.',
      'Token configuration > Add optional claim > ID: email, family_name, given_name, xms_edov; stimmen Sie der Frage nach den Microsoft-Graph-Berechtigungen zu. Dann Add groups claim > „Groups assigned to the application“, als Group ID.',
    ),
    note: words(
      'Where xms_edov is not offered, add it to optionalClaims.idToken under Manifest.',
      'Wird xms_edov nicht angeboten, tragen Sie es unter Manifest in optionalClaims.idToken ein.',
    ),
  },
  {
    title: titles.letPeopleIn,
    text: words(
      'Entra ID > Enterprise apps > the same application > Properties: “Assignment required” Yes. Then Users and groups > Add user/group. App roles are assigned there, too.',
      'Entra ID > Enterprise apps > dieselbe Anwendung > Properties: „Assignment required“ Yes. Dann Users and groups > Add user/group. Dort werden auch App-Rollen zugewiesen.',
    ),
    note: words(
      'Members of nested groups do not count as assigned.',
      'Mitglieder verschachtelter Gruppen gelten nicht als zugewiesen.',
    ),
  },
  {
    title: words('Consent for everybody', 'Für alle zustimmen'),
    text: words(
      'Open the link below after saving here, sign in as Cloud Application Administrator and accept. Otherwise each person is asked, or refused with AADSTS65001.',
      'Öffnen Sie nach dem Speichern den Link unten, melden Sie sich als Cloud Application Administrator an und stimmen Sie zu. Sonst wird jede Person gefragt oder mit AADSTS65001 abgewiesen.',
    ),
    copy: [{ label: 'Admin consent', ours: 'adminConsentUrl' }],
  },
  groupMapping,
  verify,
];

/** @see Microsoft Learn, "Enable SAML single sign-on for an enterprise application", "Customize SAML token claims" */
export const samlGuide: readonly StepSource[] = [
  {
    title: words('Make the enterprise application', 'Enterprise application anlegen'),
    text: words(
      'Open entra.microsoft.com as Cloud Application Administrator: Entra ID > Enterprise apps > New application > Create your own application > “Integrate any other application you don’t find in the gallery”.',
      'Öffnen Sie entra.microsoft.com als Cloud Application Administrator: Entra ID > Enterprise apps > New application > Create your own application > „Integrate any other application you don’t find in the gallery“.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      'Single sign-on > SAML > Basic SAML Configuration > Edit. Or Upload metadata file, with the file from the metadata address.',
      'Single sign-on > SAML > Basic SAML Configuration > Edit. Oder Upload metadata file mit der Datei von der Metadaten-Adresse.',
    ),
    copy: [
      { label: 'Identifier (Entity ID)', ours: 'spEntityId' },
      { label: 'Reply URL (Assertion Consumer Service URL)', ours: 'acsUrl' },
      { label: 'Sign on URL (optional)', ours: 'startUrl' },
      { label: 'Logout Url (optional)', ours: 'sloUrl' },
      { label: 'Metadata file', ours: 'metadataUrl' },
    ],
  },
  {
    title: words('Choose the claims', 'Claims wählen'),
    text: words(
      'Attributes & Claims > Edit. The preset claims givenname, surname, emailaddress and name are read as they are. Add a group claim > “Groups assigned to the application”, source attribute Group ID.',
      'Attributes & Claims > Edit. Die vorgegebenen Claims givenname, surname, emailaddress und name werden so gelesen. Add a group claim > „Groups assigned to the application“, Source attribute Group ID.',
    ),
    note: words(
      'emailaddress is user.mail: who has no mailbox has no such claim.',
      'emailaddress ist user.mail: Wer kein Postfach hat, hat den Claim nicht.',
    ),
  },
  {
    title: titles.takeMetadata,
    text: words(
      'SAML Certificates > App Federation Metadata Url: copy it. Everything else is fetched from there, new certificates included.',
      'SAML Certificates > App Federation Metadata Url: kopieren Sie die Adresse. Alles Weitere wird von dort geholt, auch neue Zertifikate.',
    ),
    paste: [{ label: 'App Federation Metadata Url', pointer: '/saml/metadataUrl' }],
  },
  {
    title: titles.letPeopleIn,
    text: words('Open Users and groups > Add user/group.', 'Öffnen Sie Users and groups > Add user/group.'),
    note: words(
      'Members of nested groups do not count as assigned.',
      'Mitglieder verschachtelter Gruppen gelten nicht als zugewiesen.',
    ),
  },
  ourKeys,
  groupMapping,
  verify,
];
