import { hasPath } from './addresses.ts';
import { groupMapping, ourKeys, titles, verify } from './guide-steps.ts';
import { type Preset, type StepSource, words } from './preset.ts';

/** Realms under hosts of the customer's; older releases have /auth before. @see Keycloak, "Server administration guide": endpoints */
const PATH = /^(?:\/auth)?\/realms\/[^/]+(?:$|\/protocol\/|\/\.well-known\/)/;

/** @see Keycloak, "Server administration guide": OpenID Connect clients, protocol mappers */
const oidcGuide: readonly StepSource[] = [
  {
    title: words('Make the client', 'Client anlegen'),
    text: words(
      'Open the admin console in the right realm: Clients > Create client > Client type “OpenID Connect”, and a client ID of your choice > Next. Client authentication: On; Authentication flow: only Standard flow > Next.',
      'Öffnen Sie die Admin-Konsole im richtigen Realm: Clients > Create client > Client type „OpenID Connect“ und eine Client ID Ihrer Wahl > Next. Client authentication: On; Authentication flow: nur Standard flow > Next.',
    ),
    paste: [{ label: 'Client ID', pointer: '/oidc/clientId' }],
  },
  {
    title: titles.enterAddresses,
    text: words(
      'Login settings > Save. Then Advanced tab > Advanced settings > Proof Key for Code Exchange Code Challenge Method: S256.',
      'Login settings > Save. Dann Reiter Advanced > Advanced settings > Proof Key for Code Exchange Code Challenge Method: S256.',
    ),
    copy: [
      { label: 'Valid redirect URIs', ours: 'redirectUri' },
      { label: 'Valid post logout redirect URIs', ours: 'postLogoutRedirectUri' },
      { label: 'Home URL (optional)', ours: 'startUrl' },
    ],
  },
  {
    title: words('Secret and issuer', 'Secret und Issuer'),
    text: words(
      'Credentials tab > Client Secret. The issuer is the server’s address with /realms/ and the realm’s name behind it, as Realm settings > Endpoints shows.',
      'Reiter Credentials > Client Secret. Der Issuer ist die Adresse des Servers mit /realms/ und dem Namen des Realms dahinter, wie Realm settings > Endpoints zeigt.',
    ),
    paste: [
      { label: 'Client Secret', pointer: '/oidc/clientSecret' },
      { label: 'Issuer', pointer: '/oidc/issuer' },
    ],
    note: words(
      'Without a secret: Client Authenticator “Signed JWT” there, with our JWKS address under Keys, and private_key_jwt here.',
      'Ohne Secret: dort Client Authenticator „Signed JWT“ mit unserer JWKS-Adresse unter Keys, hier private_key_jwt.',
    ),
    copy: [{ label: 'JWKS URL (only for private_key_jwt)', ours: 'jwksUrl' }],
  },
  {
    title: words('Send groups and roles', 'Gruppen und Rollen senden'),
    text: words(
      'Client scopes tab > the first one, with -dedicated at its end > Add mapper > By configuration > Group Membership: token claim name groups, Full group path Off, Add to ID token On. For roles: Add mapper > From predefined mappers > realm roles, Add to ID token On.',
      'Reiter Client scopes > der erste, mit -dedicated am Ende > Add mapper > By configuration > Group Membership: Token Claim Name groups, Full group path Off, Add to ID token On. Für Rollen: Add mapper > From predefined mappers > realm roles, Add to ID token On.',
    ),
    copy: [{ label: 'Token Claim Name', value: 'groups' }],
  },
  groupMapping,
  verify,
];

/** @see Keycloak, "Server administration guide": creating a SAML client, importing a client */
const samlGuide: readonly StepSource[] = [
  {
    title: words('Save here first', 'Zuerst hier speichern'),
    text: words(
      'Keycloak demands signed requests and takes our certificate from our metadata; both are made when this provider is saved here.',
      'Keycloak verlangt signierte Anfragen und entnimmt unser Zertifikat unseren Metadaten; beides entsteht, wenn dieser Anbieter hier gespeichert wird.',
    ),
  },
  {
    title: titles.takeMetadata,
    text: words(
      'Realm settings > General > Endpoints > “SAML 2.0 Identity Provider Metadata”: copy the link’s address.',
      'Realm settings > General > Endpoints > „SAML 2.0 Identity Provider Metadata“: Kopieren Sie die Adresse des Verweises.',
    ),
    paste: [{ label: 'SAML 2.0 Identity Provider Metadata', pointer: '/saml/metadataUrl' }],
  },
  {
    title: words('Import the client', 'Client importieren'),
    text: words(
      'Clients > Import client > Browse: the file from our metadata address > Save. By hand: Client type SAML, and the values below.',
      'Clients > Import client > Browse: die Datei von unserer Metadaten-Adresse > Save. Von Hand: Client type SAML und die Werte unten.',
    ),
    copy: [
      { label: 'Metadata file', ours: 'metadataUrl' },
      { label: 'Client ID', ours: 'spEntityId' },
      { label: 'Valid redirect URIs', ours: 'acsUrl' },
      { label: 'Master SAML Processing URL', ours: 'acsUrl' },
      { label: 'Logout Service Redirect Binding URL', ours: 'sloUrl' },
    ],
  },
  {
    title: words('How it is signed', 'Wie signiert wird'),
    text: words(
      'Settings tab: Name ID format persistent; Sign documents On. If Sign assertions is On as well, choose “both” here under “verify signature of”.',
      'Reiter Settings: Name ID format persistent; Sign documents On. Ist auch Sign assertions On, wählen Sie hier „both“ unter „Signatur prüfen von“.',
    ),
    paste: [{ label: 'Signature', pointer: '/saml/verifySignatureOf' }],
  },
  {
    title: titles.sendAttributes,
    text: words(
      'Client scopes tab > the first one, with -dedicated at its end > Add predefined mapper: X500 email, X500 givenName, X500 surname. Then Add mapper > By configuration > Group list: name below, Full group path Off, Single Group Attribute On.',
      'Reiter Client scopes > der erste, mit -dedicated am Ende > Add predefined mapper: X500 email, X500 givenName, X500 surname. Dann Add mapper > By configuration > Group list: Name unten, Full group path Off, Single Group Attribute On.',
    ),
    copy: [{ label: 'Group attribute name', value: 'member' }],
  },
  ourKeys,
  groupMapping,
  verify,
];

/** Keycloak and Red Hat build of Keycloak. */
export const keycloak: Preset = {
  id: 'keycloak',
  title: 'Keycloak',
  button: words('Sign in with Keycloak', 'Mit Keycloak anmelden'),
  kinds: {
    oidc: {
      defaults: {
        // With offline_access Keycloak would keep an offline session for each sign-in; a refresh token comes without it.
        oidc: { scopes: ['openid', 'profile', 'email'], clientAuthentication: 'client_secret_basic' },
        claims: {
          email: 'email',
          userId: 'sub',
          userPrincipalName: 'preferred_username',
          firstName: 'given_name',
          lastName: 'family_name',
          groups: 'groups',
          roles: 'realm_access.roles',
        },
      },
      groups: {
        holds: 'names',
        detail: words(
          'Names, or paths such as /Engineering as long as Full group path is on.',
          'Namen, oder Pfade wie /Engineering, solange Full group path eingeschaltet ist.',
        ),
      },
      know: [
        words(
          'A realm’s own registration may let strangers make accounts: look at Realm settings > Login > User registration.',
          'Die Registrierung eines Realms kann Fremde Konten anlegen lassen: siehe Realm settings > Login > User registration.',
        ),
        words(
          'email_verified is a switch at each user; without it an existing account is not found by its address.',
          'email_verified ist ein Schalter an jedem Benutzer; ohne ihn wird ein bestehendes Konto nicht über die Adresse gefunden.',
        ),
      ],
      guide: oidcGuide,
    },
    saml: {
      defaults: {
        // Sign documents is on, Sign assertions off. @see Keycloak, "Creating a SAML client": defaults
        saml: {
          verifySignatureOf: 'response',
          nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
          // Single Role Attribute is off.
          repeatableAttributes: ['Role'],
        },
        claims: {
          email: 'urn:oid:1.2.840.113549.1.9.1',
          userId: 'NameID',
          firstName: 'urn:oid:2.5.4.42',
          lastName: 'urn:oid:2.5.4.4',
          groups: 'member',
          roles: 'Role',
        },
        authentication: { claim: 'urn:oid:1.2.840.113549.1.9.1' },
      },
      groups: {
        holds: 'names',
        detail: words(
          'Names, or paths such as /Engineering as long as Full group path is on.',
          'Namen, oder Pfade wie /Engineering, solange Full group path eingeschaltet ist.',
        ),
      },
      know: [
        words(
          'The realm’s certificate lives for ten years, and changes when its keys are rotated.',
          'Das Zertifikat des Realms gilt zehn Jahre und wechselt, wenn seine Schlüssel gewechselt werden.',
        ),
      ],
      guide: samlGuide,
    },
  },
  recognises: (traits) => hasPath(traits, PATH),
};
