import { addressesOf, hasPath, isUnder } from './addresses.ts';
import { oidcGuide, samlGuide } from './adfs.guide.ts';
import { type Preset, type PresetKind, words } from './preset.ts';

/** Hosts of Entra, whose metadata addresses end like those of AD FS. */
const ENTRA = ['microsoftonline.com', 'microsoftonline.us', 'microsoftonline.cn', 'windows.net'];

/** @see Microsoft Learn, "AD FS OpenID Connect/OAuth concepts", "AD FS operations: federation metadata" */
const PATH =
  /^\/adfs(?:$|\/(?:services\/trust|ls|oauth2|discovery|\.well-known))|^\/federationmetadata\/2007-06\/federationmetadata\.xml$/i;

const XMLSOAP = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const MICROSOFT = 'http://schemas.microsoft.com/ws/2008/06/identity/claims';

const groupDetail = words(
  'Whatever the rule sends: group names (Token-Groups - Unqualified Names) or SIDs.',
  'Was die Regel sendet: Gruppennamen (Token-Groups - Unqualified Names) oder SIDs.',
);

const oidc: PresetKind = {
  defaults: {
    oidc: {
      // allatclaims puts the rules' claims into the ID token; refresh tokens come without offline_access, which AD FS does not know.
      scopes: ['openid', 'profile', 'email', 'allatclaims'],
      clientAuthentication: 'client_secret_post',
    },
    claims: {
      email: 'email',
      userId: 'sub',
      userPrincipalName: 'upn',
      firstName: 'given_name',
      lastName: 'family_name',
      groups: 'group',
      roles: 'role',
    },
  },
  groups: { holds: 'names', detail: groupDetail },
  know: [
    words(
      'Claims get into the ID token only with Windows Server 2016 (KB4019472) or later, the scope allatclaims, and a web API whose identifier is the client id.',
      'Claims kommen nur ab Windows Server 2016 (KB4019472), mit dem Scope allatclaims und einer Web-API, deren Bezeichner die Client-ID ist, ins ID-Token.',
    ),
    words(
      'AD FS sends no email_verified: existing accounts are not found by their address. SAML has no such word, there the tenant’s own domain counts.',
      'AD FS schickt kein email_verified: Bestehende Konten werden nicht über die Adresse gefunden. SAML kennt das Wort nicht, dort zählt die eigene Domain des Mandanten.',
    ),
    words(
      'This server must reach AD FS over the internet: publish it through the Web Application Proxy.',
      'Dieser Server muss AD FS über das Internet erreichen: Veröffentlichen Sie es über den Web Application Proxy.',
    ),
  ],
  guide: oidcGuide,
};

const saml: PresetKind = {
  defaults: {
    saml: {
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      // SamlResponseSignature is AssertionOnly by default. @see Microsoft Learn, Set-AdfsRelyingPartyTrust
      verifySignatureOf: 'assertion',
    },
    claims: {
      email: `${XMLSOAP}/emailaddress`,
      userId: 'NameID',
      userPrincipalName: `${XMLSOAP}/upn`,
      firstName: `${XMLSOAP}/givenname`,
      lastName: `${XMLSOAP}/surname`,
      securityId: `${MICROSOFT}/primarysid`,
      groups: 'http://schemas.xmlsoap.org/claims/Group',
      roles: `${MICROSOFT}/role`,
    },
    authentication: { claim: `${XMLSOAP}/emailaddress` },
  },
  groups: { holds: 'names', detail: groupDetail },
  know: [
    words(
      'AD FS renews its token-signing certificate by itself once a year. With the metadata address given here it is picked up before it is used; this server must reach that address.',
      'AD FS erneuert sein Token-Signaturzertifikat einmal im Jahr von selbst. Ist hier die Metadaten-Adresse angegeben, wird es vor der Verwendung übernommen; dieser Server muss die Adresse erreichen.',
    ),
    words(
      'Without a rule for the Name ID, AD FS answers InvalidNameIDPolicy.',
      'Ohne eine Regel für die Name ID antwortet AD FS mit InvalidNameIDPolicy.',
    ),
  ],
  guide: samlGuide,
};

/** Active Directory Federation Services, which every customer runs under a host of their own. */
export const adfs: Preset = {
  id: 'adfs',
  title: 'Microsoft AD FS',
  button: words('Sign in with your Windows account', 'Mit dem Windows-Konto anmelden'),
  kinds: { oidc, saml },
  recognises: (traits) => !addressesOf(traits).some((url) => isUnder(url, ENTRA)) && hasPath(traits, PATH),
};
