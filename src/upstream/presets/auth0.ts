import { addressesOf, liesUnder } from './addresses.ts';
import { groupMapping, titles, verify } from './guide-steps.ts';
import { type Preset, type StepSource, type Traits, words } from './preset.ts';

/** @see Auth0 documentation, "Register regular web applications", "Create custom claims" */
const guide: readonly StepSource[] = [
  {
    title: titles.makeApplication,
    text: words(
      'Open manage.auth0.com: Applications > Applications > Create Application > “Regular Web Applications”.',
      'Öffnen Sie manage.auth0.com: Applications > Applications > Create Application > „Regular Web Applications“.',
    ),
  },
  {
    title: titles.enterAddresses,
    text: words(
      'Settings > Application URIs. Then Credentials: method “Client Secret (Basic)”. Advanced Settings > Grant Types: Authorization Code and Refresh Token.',
      'Settings > Application URIs. Dann Credentials: Methode „Client Secret (Basic)“. Advanced Settings > Grant Types: Authorization Code und Refresh Token.',
    ),
    copy: [
      { label: 'Allowed Callback URLs', ours: 'redirectUri' },
      { label: 'Allowed Logout URLs', ours: 'postLogoutRedirectUri' },
      { label: 'Application Login URI', ours: 'startUrl' },
    ],
  },
  {
    title: titles.bringBack,
    text: words(
      'Settings > Basic Information. The issuer is https:// and the domain, with a slash at its end.',
      'Settings > Basic Information. Der Issuer ist https:// und die Domain, mit einem Schrägstrich am Ende.',
    ),
    paste: [
      { label: 'Domain', pointer: '/oidc/issuer' },
      { label: 'Client ID', pointer: '/oidc/clientId' },
      { label: 'Client Secret', pointer: '/oidc/clientSecret' },
    ],
  },
  {
    title: words('Choose who may sign in', 'Festlegen, wer sich anmelden darf'),
    text: words(
      'Connections tab: leave only the directories of your people switched on. A database with sign-up or a social connection lets anybody make an account.',
      'Reiter Connections: Lassen Sie nur die Verzeichnisse Ihrer Leute eingeschaltet. Über eine Datenbank mit Registrierung oder eine Social Connection kann sich jeder ein Konto anlegen.',
    ),
  },
  {
    title: words('Send roles, if you want to', 'Rollen senden, wenn Sie möchten'),
    text: words(
      'Actions > Triggers > post-login: an action that calls api.idToken.setCustomClaim. Auth0 wants such a claim’s name to be an address of your own; enter the same name here.',
      'Actions > Triggers > post-login: eine Action, die api.idToken.setCustomClaim aufruft. Auth0 verlangt für den Namen eine eigene Adresse; tragen Sie hier denselben Namen ein.',
    ),
    paste: [{ label: 'Claim', pointer: '/claims/roles' }],
  },
  groupMapping,
  verify,
];

/**
 * Okta Customer Identity, which is Auth0: another product than Okta Workforce Identity, with other addresses and claims.
 *
 * @see Auth0 documentation, "OpenID Connect scopes", "Configure applications with OIDC discovery"
 */
export const auth0: Preset = {
  id: 'auth0',
  title: 'Okta Customer Identity (Auth0)',
  button: words('Sign in with Auth0', 'Mit Auth0 anmelden'),
  kinds: {
    oidc: {
      defaults: {
        oidc: { scopes: ['openid', 'profile', 'email', 'offline_access'], clientAuthentication: 'client_secret_basic' },
        claims: { email: 'email', userId: 'sub', firstName: 'given_name', lastName: 'family_name', groups: null, roles: null },
      },
      groups: {
        holds: 'nothing',
        detail: words(
          'Auth0 sends neither groups nor roles by itself: an action adds them as a claim named by an address.',
          'Auth0 schickt von sich aus weder Gruppen noch Rollen: Eine Action fügt sie als Claim hinzu, dessen Name eine Adresse ist.',
        ),
      },
      know: [
        words(
          'The issuer ends with a slash. With a custom domain it is that domain: give the one that people see at sign-in.',
          'Der Issuer endet mit einem Schrägstrich. Bei einer Custom Domain ist er diese Domain: Nehmen Sie die, die man beim Anmelden sieht.',
        ),
        words(
          'Databases with sign-up and social connections let strangers make accounts; email_verified says whether an address was proven.',
          'Datenbanken mit Registrierung und Social Connections lassen Fremde Konten anlegen; email_verified sagt, ob eine Adresse bewiesen ist.',
        ),
      ],
      guide,
    },
  },
  recognises: (traits) => liesUnder(traits, ['auth0.com']) || isUnderOwnDomain(traits),
  notices: () => [
    {
      code: 'okta_customer_identity',
      detail:
        'This is Okta Customer Identity, which is Auth0 and not Okta Workforce Identity. It is set up as generic OpenID Connect: the preset auth0 has its scopes and claims; groups and roles come only from an action of your own.',
    },
  ],
};

/** A customer's own domain: nobody else has these two addresses at the root of a host. */
function isUnderOwnDomain(traits: Traits): boolean {
  const paths = addressesOf(traits).map(({ pathname }) => pathname);
  return paths.includes('/oauth/token') && paths.includes('/.well-known/jwks.json') && paths.includes('/');
}
