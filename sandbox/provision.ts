import { createHash } from 'node:crypto';
import { CALLBACK_PATH, SIGNED_OUT_PATH } from './app/config.ts';
import { createGatewayApi, type GatewayApi } from './gateway-api.ts';
import type { RunningIdp } from './idp/server.ts';
import { PEOPLE, SANDBOX_DOMAIN } from './people.ts';

export const TENANT_NAME = 'demo';
export const SLUGS = { oidc: 'sandbox-oidc', saml: 'sandbox-saml' };
export const UPSTREAM_CLIENT_ID = 'sallyport-demo';
const APPLICATION_NAME = 'Sample application';

/** The addresses of the tenant at which the identity provider answers; names of the gateway's public interface. */
export function returnAddresses(tenantUrl: string) {
  return {
    oidcCallback: `${tenantUrl}/sso/${SLUGS.oidc}/callback`,
    samlAcs: `${tenantUrl}/sso/${SLUGS.saml}/acs`,
    samlEntityId: `${tenantUrl}/sso/${SLUGS.saml}/metadata`,
  };
}

/** What the provisioning keeps between two starts. */
export interface Provisioned {
  application?: { id: string; secret: string };
  /** By slug: which configuration was last written, so that a restart does not undo what somebody changed since. */
  written: Record<string, string>;
}

export interface Provisioning {
  /** Base URL of the server: the operator's API. */
  serverUrl: string;
  tenantUrl: string;
  operatorToken: string;
  idp: Pick<RunningIdp, 'oidc' | 'saml'>;
  upstreamClientSecret: string;
  appUrl: string;
  known: Provisioned;
}

/** Makes the tenant `demo` and connects it, or completes what an earlier start left. Writes through the public API only. */
export async function provision(wanted: Provisioning): Promise<Provisioned & { application: { id: string; secret: string } }> {
  const operator = createGatewayApi({ baseUrl: wanted.serverUrl, token: wanted.operatorToken });
  if (!(await operator.find(`/tenants/${TENANT_NAME}`))) {
    await operator.create('/tenants', { name: TENANT_NAME, displayName: 'Demo' });
  }
  const tenant = createGatewayApi({ baseUrl: wanted.tenantUrl, token: wanted.operatorToken });
  // An operator's call vouches for the domain: from here on a verified e-mail of it is trusted.
  await ensureNamed(tenant, '/domains', [{ name: SANDBOX_DOMAIN }]);
  await ensureNamed(
    tenant,
    '/groups',
    [...new Set(PEOPLE.flatMap((person) => person.groups))].map((name) => ({ name })),
  );
  await ensureNamed(tenant, '/roles', [{ name: 'Report Reader' }]);
  const written = { ...wanted.known.written };
  const providers = await tenant.list<{ id: string; slug: string }>('/identity-providers');
  for (const document of [oidcProvider(wanted), samlProvider(wanted)]) {
    const print = createHash('sha256').update(JSON.stringify(document)).digest('base64url');
    const existing = providers.find(({ slug }) => slug === document.slug);
    const { slug, kind: _, ...changeable } = document;
    if (!existing) await tenant.create('/identity-providers', document);
    // Nobody verifies the sandbox's own provider: it is made here, too.
    else if (written[slug] !== print)
      await tenant.change(`/identity-providers/${existing.id}?override=the+sandbox+was+started+anew`, changeable);
    written[slug] = print;
  }
  return { written, application: await ensureApplication(tenant, wanted) };
}

async function ensureNamed(tenant: GatewayApi, path: string, wanted: readonly { name: string }[]): Promise<void> {
  const names = (await tenant.list<{ name: string }>(path)).map(({ name }) => name.toLowerCase());
  for (const one of wanted) {
    if (!names.includes(one.name.toLowerCase())) await tenant.create(path, one);
  }
}

async function ensureApplication(tenant: GatewayApi, { appUrl, known }: Provisioning): Promise<{ id: string; secret: string }> {
  const uris = { redirectUris: [appUrl + CALLBACK_PATH], postLogoutRedirectUris: [appUrl + SIGNED_OUT_PATH] };
  const applications = await tenant.list<{ id: string; name: string; redirectUris: string[] }>('/applications');
  const own = applications.find(({ id }) => id === known.application?.id);
  if (own && known.application) {
    if (own.redirectUris[0] !== uris.redirectUris[0]) await tenant.change(`/applications/${own.id}`, uris);
    return known.application;
  }
  // Its secret went with an earlier data folder: nobody can use it any more.
  for (const { id, name } of applications) {
    if (name === APPLICATION_NAME) await tenant.remove(`/applications/${id}`);
  }
  const { id, clientSecret } = await tenant.create<{ id: string; clientSecret: string }>('/applications', {
    name: APPLICATION_NAME,
    kind: 'confidential',
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'profile', 'email', 'phone', 'groups', 'roles', 'offline_access'],
    ...uris,
  });
  return { id, secret: clientSecret };
}

/** What both connections have in common. The external names are those that `people.ts` sends. */
const POLICY = {
  enabled: true,
  users: { create: true, update: true },
  groupMappings: [...new Set(PEOPLE.flatMap((person) => person.groups))].map((name) => ({ external: name, group: name })),
  groupSync: 'sync',
  roleMappings: [
    { external: 'app_admin', role: 'User Administrator' },
    { external: 'app_auditor', role: 'Auditor' },
    { external: 'app_user', role: 'User' },
    { external: 'report reader', role: 'Report Reader' },
  ],
  roleSync: 'all',
  authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email' },
};

function oidcProvider({ idp, upstreamClientSecret }: Provisioning) {
  const { issuer } = idp.oidc;
  return {
    ...POLICY,
    kind: 'oidc',
    slug: SLUGS.oidc,
    name: 'Sandbox (OIDC)',
    oidc: {
      issuer,
      clientId: UPSTREAM_CLIENT_ID,
      clientSecret: upstreamClientSecret,
      clientAuthentication: 'client_secret_basic',
      requirePkce: true,
      authorizationEndpoint: `${issuer}/oidc/authorize`,
      tokenEndpoint: `${issuer}/oidc/token`,
      userinfoEndpoint: `${issuer}/oidc/userinfo`,
      endSessionEndpoint: `${issuer}/oidc/end-session`,
      jwksUri: `${issuer}/oidc/jwks`,
      codeChallengeMethodsSupported: ['S256'],
      authorizationResponseIssParameterSupported: true,
      scopes: ['openid', 'profile', 'email', 'offline_access'],
    },
    claims: {
      email: 'email',
      userId: 'sub',
      phone: 'phone_number',
      firstName: 'given_name',
      lastName: 'family_name',
      locale: 'locale',
      groups: 'groups',
      roles: 'roles',
    },
    branding: { buttonText: 'Sandbox, by OpenID Connect' },
  };
}

function samlProvider({ idp }: Provisioning) {
  return {
    ...POLICY,
    kind: 'saml',
    slug: SLUGS.saml,
    name: 'Sandbox (SAML)',
    saml: {
      issuer: idp.saml.entityId,
      ssoUrl: idp.saml.ssoUrl,
      ssoBinding: 'redirect',
      metadataUrl: idp.saml.entityId,
      verificationCertificates: [idp.saml.certificate],
      verifySignatureOf: 'assertion',
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    },
    claims: {
      email: 'email',
      phone: 'telephoneNumber',
      firstName: 'givenName',
      lastName: 'sn',
      locale: 'preferredLanguage',
      groups: 'groups',
      roles: 'roles',
    },
    branding: { buttonText: 'Sandbox, by SAML' },
  };
}
