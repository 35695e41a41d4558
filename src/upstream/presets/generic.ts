import { groupMapping, ourKeys, titles, verify } from './guide-steps.ts';
import { type Preset, words } from './preset.ts';

const groups = {
  holds: 'names',
  detail: words('What the provider puts into the claim.', 'Was der Anbieter in den Claim legt.'),
} as const;

/** Any OpenID provider: what the specifications say. */
export const genericOidc: Preset = {
  id: 'generic-oidc',
  title: 'OpenID Connect',
  button: words('Sign in with your company account', 'Mit dem Firmenkonto anmelden'),
  kinds: {
    oidc: {
      defaults: {},
      groups,
      know: [
        words(
          'The issuer must publish its metadata at /.well-known/openid-configuration, or its addresses are entered by hand.',
          'Der Issuer muss seine Metadaten unter /.well-known/openid-configuration veröffentlichen, sonst werden die Adressen von Hand eingetragen.',
        ),
      ],
      guide: [
        {
          title: words('Register the client', 'Client registrieren'),
          text: words(
            'At the provider: a confidential web application with the authorization code flow, PKCE with S256, and our redirect URI, exactly as it stands here.',
            'Beim Anbieter: eine vertrauliche Webanwendung mit Authorization Code Flow, PKCE mit S256 und unserer Redirect URI, genau so, wie sie hier steht.',
          ),
          copy: [
            { label: 'Redirect URI', ours: 'redirectUri' },
            { label: 'Post-logout redirect URI (optional)', ours: 'postLogoutRedirectUri' },
            { label: 'Initiate login URI (optional)', ours: 'startUrl' },
          ],
          paste: [
            { label: 'Issuer', pointer: '/oidc/issuer' },
            { label: 'Client ID', pointer: '/oidc/clientId' },
            { label: 'Client secret', pointer: '/oidc/clientSecret' },
          ],
        },
        {
          title: words('Without a secret, if the provider can', 'Ohne Secret, wenn der Anbieter es kann'),
          text: words(
            'Choose private_key_jwt here and give the provider our JWKS address, or our certificate.',
            'Wählen Sie hier private_key_jwt und geben Sie dem Anbieter unsere JWKS-Adresse oder unser Zertifikat.',
          ),
          copy: [
            { label: 'JWKS URL', ours: 'jwksUrl' },
            { label: 'Certificate', ours: 'clientCertificate' },
          ],
        },
        {
          title: words('Send the claims', 'Claims senden'),
          text: words(
            'email with email_verified, given_name, family_name; groups as a list of texts. Other names are entered here.',
            'email mit email_verified, given_name, family_name; groups als Liste von Texten. Andere Namen werden hier eingetragen.',
          ),
          paste: [{ label: 'Claim', pointer: '/claims/groups' }],
        },
        groupMapping,
        verify,
      ],
    },
  },
  recognises: () => false,
};

/** Any SAML 2.0 identity provider: what the specifications say. */
export const genericSaml: Preset = {
  id: 'generic-saml',
  title: 'SAML 2.0',
  button: words('Sign in with your company account', 'Mit dem Firmenkonto anmelden'),
  kinds: {
    saml: {
      defaults: {},
      groups,
      know: [
        words(
          'Either the response or the assertion must be signed, with RSA-SHA256 or stronger.',
          'Antwort oder Assertion muss signiert sein, mit RSA-SHA256 oder stärker.',
        ),
      ],
      guide: [
        {
          title: titles.takeMetadata,
          text: words(
            'Give the address of the provider’s metadata, or paste the document under “Fetch configuration”: entity id, addresses and certificates come from it.',
            'Geben Sie die Adresse der Metadaten des Anbieters an, oder fügen Sie das Dokument unter „Fetch configuration“ ein: Entity-ID, Adressen und Zertifikate kommen daraus.',
          ),
          paste: [
            { label: 'Metadata URL', pointer: '/saml/metadataUrl' },
            { label: 'Entity ID', pointer: '/saml/issuer' },
            { label: 'Single sign-on URL', pointer: '/saml/ssoUrl' },
            { label: 'Signing certificate', pointer: '/saml/verificationCertificates' },
          ],
        },
        {
          title: words('Give ours to the provider', 'Unsere dem Anbieter geben'),
          text: words(
            'Most providers import our metadata; otherwise enter the values one by one.',
            'Die meisten Anbieter importieren unsere Metadaten; sonst tragen Sie die Werte einzeln ein.',
          ),
          copy: [
            { label: 'Metadata URL', ours: 'metadataUrl' },
            { label: 'Entity ID, Audience', ours: 'spEntityId' },
            { label: 'Assertion consumer service (POST)', ours: 'acsUrl' },
            { label: 'Single logout service (redirect and POST, optional)', ours: 'sloUrl' },
          ],
        },
        {
          title: titles.sendAttributes,
          text: words(
            'A lasting Name ID, and attributes for the e-mail address, first and last name and groups. Their names are entered here as they are sent.',
            'Eine dauerhafte Name ID sowie Attribute für E-Mail-Adresse, Vor- und Nachname und Gruppen. Ihre Namen werden hier so eingetragen, wie sie gesendet werden.',
          ),
          paste: [
            { label: 'E-mail', pointer: '/claims/email' },
            { label: 'Groups', pointer: '/claims/groups' },
          ],
        },
        ourKeys,
        groupMapping,
        verify,
      ],
    },
  },
  recognises: () => false,
};
