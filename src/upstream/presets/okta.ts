import { hasPath, liesUnder, pathOf } from './addresses.ts';
import { oidcGuide, samlGuide } from './okta.guide.ts';
import { type Notice, type Preset, type PresetKind, type Traits, words } from './preset.ts';

/** Okta's own domains: production, preview, EMEA, and the United States' government cells. */
const DOMAINS = ['okta.com', 'oktapreview.com', 'okta-emea.com', 'okta-gov.com', 'okta.mil'];

/**
 * Addresses under a customer's own domain: `/oauth2/v1/authorize` of the org, `/oauth2/{id}/v1/authorize` of a custom authorization
 * server, `/app/{name}/exk…/sso/saml`. @see Okta developer documentation, "Authorization servers", "Custom domain"
 */
const OWN_PATH = /^\/oauth2\/(?:[a-z0-9]+\/)?v1\/(?:authorize|token|keys)$|^\/app\/[^/]+\/exk[0-9a-zA-Z]+\/sso\/saml/;

const groupDetail = words(
  'Names, of those groups that the filter lets through. The filter must leave at most 100; Okta refuses the sign-in above that.',
  'Namen, und zwar der Gruppen, die der Filter durchlässt. Er darf höchstens 100 übrig lassen; darüber lehnt Okta die Anmeldung ab.',
);

const oidc: PresetKind = {
  // The scope groups exists at the org authorization server only; a custom one refuses what it does not know (invalid_scope).
  defaults: (given) => ({
    oidc: {
      scopes: ['openid', 'profile', 'email', 'offline_access', ...(isOrgServer(given) ? ['groups'] : [])],
      clientAuthentication: 'client_secret_basic',
    },
    claims: {
      email: 'email',
      userId: 'sub',
      userPrincipalName: 'preferred_username',
      firstName: 'given_name',
      lastName: 'family_name',
      locale: 'locale',
      groups: 'groups',
      roles: null,
    },
  }),
  groups: { holds: 'names', most: 100, detail: groupDetail },
  know: [
    words(
      'The org authorization server (https://acme.okta.com) gives a thin ID token: address, names and groups are read from userinfo, and groups need the filter of the application’s Sign On tab.',
      'Der Org-Autorisierungsserver (https://acme.okta.com) gibt ein schlankes ID-Token: Adresse, Namen und Gruppen werden aus userinfo gelesen, und Gruppen brauchen den Filter im Reiter Sign On der Anwendung.',
    ),
    words(
      'A custom authorization server (https://acme.okta.com/oauth2/default) needs the product API Access Management, an access policy for this application and a claim “groups” of its own.',
      'Ein eigener Autorisierungsserver (https://acme.okta.com/oauth2/default) braucht das Produkt API Access Management, eine Access Policy für diese Anwendung und einen eigenen Claim „groups“.',
    ),
    words(
      'Client secrets do not expire; there may be two, so that one can be changed without a gap.',
      'Client Secrets laufen nicht ab; es darf zwei geben, damit eines ohne Lücke gewechselt werden kann.',
    ),
  ],
  guide: oidcGuide,
};

const saml: PresetKind = {
  defaults: {
    // Response and assertion are both signed unless somebody changes it. @see Okta help, "Create SAML app integrations"
    // The format is said: Okta's metadata lists others than the one that is set for the application.
    saml: { verifySignatureOf: 'both', nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    claims: { email: 'email', userId: 'NameID', firstName: 'firstName', lastName: 'lastName', groups: 'groups', roles: null },
  },
  groups: {
    holds: 'names',
    detail: words(
      'Names, as the group attribute statement’s filter lets them through. A person of none sends no attribute at all.',
      'Namen, wie sie der Filter der Group Attribute Statements durchlässt. Wer in keiner ist, schickt gar kein Attribut.',
    ),
  },
  know: [
    words(
      'Okta’s application certificates live for ten years and are the application’s own.',
      'Oktas Anwendungszertifikate gelten zehn Jahre und gehören der einzelnen Anwendung.',
    ),
  ],
  guide: samlGuide,
};

/** Okta Workforce Identity. @see Okta developer documentation, "Authorization servers", "Customize tokens returned from Okta with a groups claim" */
export const okta: Preset = {
  id: 'okta',
  title: 'Okta Workforce Identity',
  button: words('Sign in with Okta', 'Mit Okta anmelden'),
  kinds: { oidc, saml },
  recognises: (traits) => liesUnder(traits, DOMAINS) || hasPath(traits, OWN_PATH),
  notices: (traits, kind) => (kind === 'saml' ? [] : noticesOf(traits)),
};

function isOrgServer({ issuer }: Traits): boolean {
  return issuer !== undefined && (pathOf(issuer) ?? '').replace(/\/$/, '') === '';
}

function noticesOf(traits: Traits): Notice[] {
  return isOrgServer(traits)
    ? [
        {
          code: 'okta_org_authorization_server',
          detail:
            'This is Okta’s org authorization server. Groups come with the scope groups and a filter under Applications > the application > Sign On > OpenID Connect ID Token; it knows no claims of your own. Address, names and groups are read from userinfo.',
        },
      ]
    : [
        {
          code: 'okta_custom_authorization_server',
          detail:
            'This is a custom authorization server of Okta’s. It needs a claim groups (Security > API > the server > Claims: ID Token, Always) and an access policy for this application (Access Policies); the scope groups is not known to it.',
        },
      ];
}
