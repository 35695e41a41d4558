import { groupMapping, ourKeys, titles, verify } from './guide-steps.ts';
import { type StepSource, words } from './preset.ts';

const claimNames = words(
  'Attribute store Active Directory: E-Mail-Addresses > E-Mail Address, Given-Name > Given Name, Surname > Surname, User-Principal-Name > UPN, Token-Groups - Unqualified Names > Group.',
  'Attributspeicher Active Directory: E-Mail-Addresses > E-Mail Address, Given-Name > Given Name, Surname > Surname, User-Principal-Name > UPN, Token-Groups - Unqualified Names > Group.',
);

/** @see Microsoft Learn, "Customize claims to be emitted in id_token when using OpenID Connect with AD FS 2016 or later" */
export const oidcGuide: readonly StepSource[] = [
  {
    title: words('Make the application group', 'Anwendungsgruppe anlegen'),
    text: words(
      'Server Manager > Tools > AD FS Management > Application Groups > Add Application Group > “Server application accessing a web API”.',
      'Server Manager > Tools > AD FS Management > Application Groups > Add Application Group > „Server application accessing a web API“.',
    ),
  },
  {
    title: words('The server application', 'Die Serveranwendung'),
    text: words(
      'Copy the client identifier, add our redirect URI > Next > “Generate a shared secret”: copy it at once, it is shown only here.',
      'Kopieren Sie den Client Identifier und fügen Sie unsere Redirect URI hinzu > Next > „Generate a shared secret“: Kopieren Sie es sofort, es wird nur hier angezeigt.',
    ),
    copy: [
      { label: 'Redirect URI', ours: 'redirectUri' },
      { label: 'Redirect URI, one more (for signing out)', ours: 'postLogoutRedirectUri' },
    ],
    paste: [
      { label: 'Client Identifier', pointer: '/oidc/clientId' },
      { label: 'Secret', pointer: '/oidc/clientSecret' },
    ],
  },
  {
    title: words('The web API', 'Die Web-API'),
    text: words(
      'Identifier: the same client identifier once more. Access control policy: “Permit everyone”, or a group. Permitted scopes: openid, profile, email and allatclaims.',
      'Identifier: noch einmal derselbe Client Identifier. Access control policy: „Permit everyone“ oder eine Gruppe. Permitted scopes: openid, profile, email und allatclaims.',
    ),
    note: words(
      'If allatclaims is not in the list, add it with New scope.',
      'Fehlt allatclaims in der Liste, fügen Sie es mit New scope hinzu.',
    ),
  },
  {
    title: words('Send the claims', 'Claims senden'),
    text: words(
      'Open the group > the web API > Issuance Transform Rules > Add Rule > “Send LDAP Attributes as Claims”.',
      'Öffnen Sie die Gruppe > die Web-API > Issuance Transform Rules > Add Rule > „Send LDAP Attributes as Claims“.',
    ),
    note: claimNames,
  },
  {
    title: words('The issuer', 'Der Issuer'),
    text: words(
      'It is the address of your federation service with /adfs behind it, such as https://sts.acme.example/adfs.',
      'Er ist die Adresse Ihres Verbunddienstes mit /adfs dahinter, etwa https://sts.acme.example/adfs.',
    ),
    paste: [{ label: 'Issuer', pointer: '/oidc/issuer' }],
  },
  groupMapping,
  verify,
];

/** @see Microsoft Learn, "Create a relying party trust", "Create a rule to send LDAP attributes as claims" */
export const samlGuide: readonly StepSource[] = [
  {
    title: words('Save here first', 'Zuerst hier speichern'),
    text: words(
      'AD FS reads our metadata, and our certificates are made when this provider is saved. Its own address is that of your federation service with the path below.',
      'AD FS liest unsere Metadaten, und unsere Zertifikate entstehen, wenn dieser Anbieter gespeichert wird. Seine eigene Adresse ist die Ihres Verbunddienstes mit dem Pfad unten.',
    ),
    copy: [{ label: 'Path', value: '/FederationMetadata/2007-06/FederationMetadata.xml' }],
    paste: [{ label: 'Federation metadata address', pointer: '/saml/metadataUrl' }],
  },
  {
    title: words('Add the relying party trust', 'Vertrauensstellung anlegen'),
    text: words(
      'AD FS Management > Relying Party Trusts > Add Relying Party Trust > Claims aware > “Import data about the relying party published online”. If the server cannot reach the internet: save our metadata as a file and import that.',
      'AD FS Management > Relying Party Trusts > Add Relying Party Trust > Claims aware > „Import data about the relying party published online“. Erreicht der Server das Internet nicht: Speichern Sie unsere Metadaten als Datei und importieren Sie diese.',
    ),
    copy: [
      { label: 'Federation metadata address', ours: 'metadataUrl' },
      { label: 'Relying party identifier', ours: 'spEntityId' },
      { label: 'SAML Assertion Consumer Endpoint (POST)', ours: 'acsUrl' },
    ],
  },
  {
    title: titles.letPeopleIn,
    text: words(
      'Choose Access Control Policy: “Permit everyone”, or “Permit specific group”.',
      'Choose Access Control Policy: „Permit everyone“ oder „Permit specific group“.',
    ),
  },
  {
    title: words('Send the attributes', 'Attribute senden'),
    text: words(
      'Right-click the trust > Edit Claim Issuance Policy > Add Rule > “Send LDAP Attributes as Claims”.',
      'Rechtsklick auf die Vertrauensstellung > Edit Claim Issuance Policy > Add Rule > „Send LDAP Attributes as Claims“.',
    ),
    note: claimNames,
  },
  {
    title: words('Send the Name ID', 'Name ID senden'),
    text: words(
      'Add Rule > “Transform an Incoming Claim”: incoming claim type Primary SID, outgoing claim type Name ID, outgoing name ID format Persistent Identifier; pass through all values.',
      'Add Rule > „Transform an Incoming Claim“: Incoming claim type Primary SID, Outgoing claim type Name ID, Outgoing name ID format Persistent Identifier; Pass through all claim values.',
    ),
  },
  {
    title: words('Trust our signature', 'Unserer Signatur vertrauen'),
    text: words(
      'Our certificate is its own issuer and is in no revocation list. Tell AD FS so, in PowerShell as administrator, with the trust’s display name.',
      'Unser Zertifikat ist sein eigener Aussteller und steht in keiner Sperrliste. Sagen Sie das AD FS, in PowerShell als Administrator, mit dem Anzeigenamen der Vertrauensstellung.',
    ),
    copy: [
      {
        label: 'PowerShell',
        value:
          'Set-AdfsRelyingPartyTrust -TargetName "Sallyport" -SigningCertificateRevocationCheck None -EncryptionCertificateRevocationCheck None',
      },
    ],
  },
  ourKeys,
  groupMapping,
  verify,
];
