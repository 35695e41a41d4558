import { GUID, readDirectoryIssuer } from '../microsoft/index.ts';
import { addressesOf, isUnder } from './addresses.ts';
import { oidcGuide, samlGuide } from './entra.guide.ts';
import { type Notice, type Preset, type PresetKind, type Traits, words } from './preset.ts';

/** Sign-in hosts of all clouds, and those that issue version 1.0 tokens and SAML assertions. @see Microsoft Learn, "national clouds" */
const HOSTS = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.windows.net',
  'sts.windows.net',
  'sts.chinacloudapi.cn',
];

/** The directory of all personal Microsoft accounts. @see Microsoft Learn, "ID token claims reference" (tid) */
export const PERSONAL_ACCOUNTS = '9188040d-6c67-4c5b-b112-36a304b66dad';

const XMLSOAP = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const MICROSOFT = 'http://schemas.microsoft.com';

const oidc: PresetKind = {
  defaults: {
    oidc: { scopes: ['openid', 'profile', 'email', 'offline_access'], clientAuthentication: 'client_secret_post' },
    claims: {
      email: 'email',
      // `sub` differs from application to application; `oid` is the person's in the whole directory.
      userId: 'oid',
      userPrincipalName: 'preferred_username',
      firstName: 'given_name',
      lastName: 'family_name',
      groups: 'groups',
      roles: 'roles',
    },
  },
  groups: {
    holds: 'ids',
    most: 200,
    detail: words(
      'Object ids, not names: give each id a label. Above 200 groups the token holds none, and they are read from Microsoft Graph, or “Groups assigned to the application” keeps the number small.',
      'Objekt-IDs statt Namen: Geben Sie jeder eine Bezeichnung. Bei mehr als 200 Gruppen enthält das Token keine; sie werden dann aus Microsoft Graph gelesen, oder „Groups assigned to the application“ hält die Zahl klein.',
    ),
  },
  know: [
    words(
      'A client secret lives for at most 24 months. Enter its expiry date to be warned, or use private_key_jwt, which has none.',
      'Ein Client Secret gilt höchstens 24 Monate. Tragen Sie das Ablaufdatum ein, um gewarnt zu werden, oder nehmen Sie private_key_jwt: Da gibt es keines.',
    ),
    words(
      'Entra sends no email_verified. Existing accounts are found by their address only if the optional claim xms_edov says that the domain’s owner vouches for it.',
      'Entra schickt kein email_verified. Bestehende Konten werden nur dann über die Adresse gefunden, wenn der optionale Claim xms_edov sagt, dass der Inhaber der Domain für sie bürgt.',
    ),
    words(
      'The names given_name, family_name and email come only as optional claims.',
      'given_name, family_name und email kommen nur als optionale Claims.',
    ),
  ],
  guide: oidcGuide,
};

const saml: PresetKind = {
  defaults: {
    saml: {
      // Pairwise and lasting; the default, the user principal name, changes hands.
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      // "Sign SAML assertion" is preset. @see Microsoft Learn, "Advanced SAML token certificate signing options"
      verifySignatureOf: 'assertion',
    },
    claims: {
      email: `${XMLSOAP}/emailaddress`,
      userId: `${MICROSOFT}/identity/claims/objectidentifier`,
      userPrincipalName: `${XMLSOAP}/name`,
      firstName: `${XMLSOAP}/givenname`,
      lastName: `${XMLSOAP}/surname`,
      groups: `${MICROSOFT}/ws/2008/06/identity/claims/groups`,
      roles: `${MICROSOFT}/ws/2008/06/identity/claims/role`,
    },
    authentication: { claim: `${XMLSOAP}/emailaddress` },
  },
  groups: {
    holds: 'ids',
    most: 150,
    detail: words(
      'Object ids, not names. Above 150 groups the assertion holds a link instead (groups.link).',
      'Objekt-IDs statt Namen. Bei mehr als 150 Gruppen enthält die Assertion stattdessen einen Verweis (groups.link).',
    ),
  },
  know: [
    words(
      'The signing certificate lives for three years; Entra mails its notification address 60, 30 and 7 days ahead. With the metadata address given here, a new one is picked up by itself.',
      'Das Signaturzertifikat gilt drei Jahre; Entra schreibt 60, 30 und 7 Tage vorher an die Benachrichtigungsadresse. Ist hier die Metadaten-Adresse angegeben, wird ein neues von selbst übernommen.',
    ),
  ],
  guide: samlGuide,
};

/** Microsoft Entra ID. @see Microsoft Learn, "SAML token claims reference", "Optional claims reference" */
export const entra: Preset = {
  id: 'entra',
  title: 'Microsoft Entra ID',
  button: words('Sign in with Microsoft', 'Mit Microsoft anmelden'),
  kinds: { 'microsoft-oidc': oidc, saml },
  recognises: (traits) => addressesOf(traits).some((url) => isUnder(url, HOSTS)),
  notices: (traits, kind) => (kind === 'saml' ? [] : noticesOf(traits)),
};

function noticesOf({ issuer = '' }: Traits): Notice[] {
  const read = readDirectoryIssuer(issuer);
  if (read?.directoryId === PERSONAL_ACCOUNTS) {
    return [
      {
        code: 'entra_personal_accounts',
        detail: 'This is the directory of all personal Microsoft accounts: anybody can have one.',
      },
    ];
  }
  return read?.version === '1.0'
    ? [
        {
          code: 'entra_v1_issuer',
          detail:
            'This is the issuer of version 1.0 tokens. Only an application whose authorization and token endpoint lack /v2.0 gets them; leave the issuer empty and give the directory id for version 2.0.',
        },
      ]
    : [];
}

/**
 * The name that stands for several directories in an address of Microsoft's; nothing for the address of one directory.
 *
 * @see Microsoft Learn, "OpenID Connect on the Microsoft identity platform": common, organizations, consumers
 */
export function sharedDirectoryOf(address: unknown): string | undefined {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  if (!url || !isUnder(url, HOSTS)) return undefined;
  const [, name = ''] = url.pathname.split('/');
  return ['common', 'organizations', 'consumers'].includes(name.toLowerCase()) ? name : undefined;
}

/** Whether a secret looks like Entra's *id* of a secret: a GUID. A value has other letters and is 40 long. */
export function looksLikeSecretId(secret: string): boolean {
  return GUID.test(secret.trim());
}
