import { type Known, redirectUriDiffers } from './known-error.ts';

/**
 * Errors that vendors tell by words. Sources: Okta, "OAuth 2.0 and OpenID Connect: error codes" and the knowledge base's articles "User is
 * not assigned to the client application", "Policy evaluation failed"; Google, "Using OAuth 2.0: authorization errors"; AD FS, event and
 * MSIS numbers; Keycloak's server sources (`OAuthErrorException`, `Messages`).
 */
export const vendorErrors: readonly Known[] = [
  {
    error: 'access_denied',
    description: /not assigned to the client application/i,
    means: {
      code: 'okta.user_not_assigned',
      title: 'The person is not assigned to the application in Okta',
      whatToDo: 'In Okta: Applications > Applications > the application > Assignments > Assign to people or groups.',
      where: 'provider',
      person: 'not_assigned',
    },
  },
  {
    error: 'access_denied',
    description: /policy evaluation failed/i,
    means: {
      code: 'okta.policy_refused',
      title: 'No access policy of Okta’s authorization server lets this request through',
      whatToDo:
        'In Okta: Security > API > Authorization Servers > the server > Access Policies: a policy must be assigned to the application, with a rule for the grant type Authorization Code, these people and all requested scopes.',
      where: 'provider',
      person: 'rules_block',
    },
  },
  {
    preset: 'okta',
    error: 'access_denied',
    description: /sign.?on policy|authentication policy|not allowed to access this app/i,
    means: {
      code: 'okta.sign_on_policy',
      title: 'The application’s authentication policy in Okta refused the person',
      whatToDo:
        'In Okta: Security > Authentication Policies > the application’s policy; Reports > System Log shows which rule it was.',
      where: 'provider',
      person: 'rules_block',
    },
  },
  {
    preset: 'okta',
    error: 'invalid_scope',
    means: {
      code: 'okta.scope_unknown',
      title: 'Okta’s authorization server does not know one of the scopes',
      whatToDo:
        'Set the scopes to openid profile email offline_access. The scope groups exists at the org authorization server; a custom one needs it under Security > API > the server > Scopes. offline_access needs the grant type Refresh Token.',
      where: 'here',
      pointer: '/oidc/scopes',
      person: 'misconfigured',
    },
  },
  {
    preset: 'okta',
    error: 'invalid_client',
    means: {
      code: 'okta.client_refused',
      title: 'Okta does not accept client id and secret',
      whatToDo:
        'Compare them with Applications > the application > General > Client Credentials. An application with public key authentication needs private_key_jwt here. The issuer must be of the org in which the application is.',
      where: 'here',
      pointer: '/oidc/clientSecret',
      person: 'misconfigured',
    },
  },
  {
    preset: 'okta',
    error: 'invalid_request',
    description: /redirect_uri/i,
    means: { code: 'okta.redirect_uri_differs', ...redirectUriDiffers },
  },
  {
    error: 'redirect_uri_mismatch',
    means: { code: 'google.redirect_uri_differs', ...redirectUriDiffers },
  },
  {
    error: 'org_internal',
    means: {
      code: 'google.internal_only',
      title: 'The person’s Google account is not of the organization that the client belongs to',
      whatToDo:
        'They choose their work account. If the client belongs to another organization of yours, see Google Cloud: Google Auth Platform > Audience.',
      where: 'person',
      person: 'other_directory',
    },
  },
  {
    error: 'admin_policy_enforced',
    means: {
      code: 'google.blocked_by_admin',
      title: 'The Google Workspace administrator has blocked the application',
      whatToDo:
        'In the Admin console: Security > Access and data control > API controls > Manage app access: set this client id to Trusted.',
      where: 'provider',
      person: 'rules_block',
    },
  },
  {
    error: 'disallowed_useragent',
    means: {
      code: 'google.embedded_browser',
      title: 'Google refuses embedded browsers',
      whatToDo: 'The person opens the application in an ordinary browser.',
      where: 'person',
    },
  },
  {
    preset: 'google',
    error: 'deleted_client',
    means: {
      code: 'google.client_deleted',
      title: 'The OAuth client has been deleted at Google',
      whatToDo: 'Make a new one (Google Cloud: Google Auth Platform > Clients), and enter its id and secret here.',
      where: 'here',
      pointer: '/oidc/clientId',
      person: 'misconfigured',
    },
  },
  {
    description: /MSIS(?:9224|7042|9321)/,
    means: { code: 'adfs.redirect_uri_differs', ...redirectUriDiffers },
  },
  {
    description: /MSIS(?:9604|9605|9607|9622|9663)/,
    means: {
      code: 'adfs.client_refused',
      title: 'AD FS does not know the client, or does not accept its secret',
      whatToDo:
        'In AD FS Management: Application Groups > the group > Server application shows the client identifier; Reset secret makes a new one. A native application has no secret: client authentication none.',
      where: 'here',
      pointer: '/oidc/clientSecret',
      person: 'misconfigured',
    },
  },
  {
    description: /MSIS(?:7007|7012|5007|9441|9442)|access control policy/i,
    means: {
      code: 'adfs.not_permitted',
      title: 'AD FS’s access control policy does not permit the person',
      whatToDo: 'In AD FS Management: the application or relying party trust > Edit Access Control Policy.',
      where: 'provider',
      person: 'not_assigned',
    },
  },
  {
    preset: 'keycloak',
    error: 'unauthorized_client',
    means: {
      code: 'keycloak.flow_disabled',
      title: 'The client may not use this flow in Keycloak, or its secret is wrong',
      whatToDo:
        'In Keycloak: Clients > the client > Settings: Client authentication and Standard flow on; Credentials shows the secret.',
      where: 'provider',
      person: 'misconfigured',
    },
  },
  {
    preset: 'keycloak',
    description: /client not found|invalid client or invalid client credentials/i,
    means: {
      code: 'keycloak.client_refused',
      title: 'Keycloak does not know the client, or does not accept its secret',
      whatToDo: 'Compare client id and realm with Clients > the client > Settings, and the secret with Credentials.',
      where: 'here',
      pointer: '/oidc/clientSecret',
      person: 'misconfigured',
    },
  },
  {
    preset: 'keycloak',
    error: 'temporarily_unavailable',
    description: /authentication_expired/,
    means: {
      code: 'keycloak.page_expired',
      title: 'The sign-in page stood open for too long',
      whatToDo: 'The person starts again.',
      where: 'person',
    },
  },
  {
    preset: 'auth0',
    error: 'unauthorized',
    means: {
      code: 'auth0.blocked',
      title: 'The account is blocked, or a rule or action refused it',
      whatToDo: 'In Auth0: Monitoring > Logs; then User Management > Users, and Actions > Triggers > post-login.',
      where: 'provider',
      person: 'rules_block',
    },
  },
  {
    preset: 'ping',
    error: 'access_denied',
    means: {
      code: 'ping.not_permitted',
      title: 'PingOne or PingFederate does not permit the person',
      whatToDo:
        'In PingOne: Applications > the application > Access shows the groups; Policies the sign-on policy, Monitoring > Audit the reason.',
      where: 'provider',
      person: 'not_assigned',
    },
  },
];
