/** Paths under the tenant's URL, oidc-provider's names for them. */
export const routes = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  userinfo: '/oauth/userinfo',
  jwks: '/oauth/jwks',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
  end_session: '/oauth/end-session',
} as const;

export const DISCOVERY = '/.well-known/openid-configuration';
/** Where the Provider sends a browser that has to do something; ours alone. */
export const INTERACTION = '/oauth/interaction';
/** Leads whoever signed in without coming from an application on to one. */
export const LAUNCH = '/sign-in/launch';
/** Parameter that marks a request which has been through a sign-in already: what still does not fit will not fit after another one. */
export const RETRIED = 'sallyport_retried';
