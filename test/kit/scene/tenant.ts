import { randomBytes } from 'node:crypto';
import type { TestGateway } from '../gateway.ts';
import type { OidcIdp } from '../oidc/index.ts';
import type { SamlIdp } from '../saml/idp.ts';
import { type Api, type ApiAnswer, apiOf, type Json } from './api.ts';

export interface TestApplication {
  id: string;
  secret: string | null;
  redirectUri: string;
}

export interface TestTenant {
  readonly name: string;
  readonly url: string;
  readonly api: Api;
  readonly application: TestApplication;
  /** Connects a SAML provider; `document` changes what is sent to the API. */
  connectSaml(idp: SamlIdp, document?: Record<string, unknown>): Promise<SamlConnection>;
  connectOidc(idp: OidcIdp, document?: Record<string, unknown>): Promise<OidcConnection>;
  addApplication(document?: Record<string, unknown>): Promise<TestApplication>;
}

export interface Connected {
  readonly id: string;
  readonly slug: string;
  readonly document: Json;
  /** Live at once, Verify or not. */
  change(patch: Record<string, unknown>): Promise<void>;
}
export interface SamlConnection extends Connected {
  readonly idp: SamlIdp;
  readonly acsUrl: string;
  readonly spEntityId: string;
}
export interface OidcConnection extends Connected {
  readonly idp: OidcIdp;
  readonly callbackUrl: string;
}

/** Where the test application would live: nothing listens there, the tests read the redirect. */
export const REDIRECT_URI = 'http://127.0.0.1:9/callback';

/** Claims and groups as every connection of the tests maps them; people are created and updated. */
const POLICY = {
  enabled: true,
  users: { create: true, update: true },
  groupSync: 'sync',
  authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email' },
};

export async function addTenant(gateway: TestGateway, operator: Api, name: string): Promise<TestTenant> {
  await created(operator.call('POST', '/api/v1/tenants', { name, displayName: `${name} Ltd` }));
  const url = gateway.tenantUrl(name);
  const api = apiOf(url, gateway.operatorToken);
  await created(api.call('POST', '/api/v1/domains', { name: `${name}.example` }));
  const addApplication = async (document: Record<string, unknown> = {}): Promise<TestApplication> => {
    const made = await created(
      api.call('POST', '/api/v1/applications', {
        name: 'Sample',
        kind: 'confidential',
        redirectUris: [REDIRECT_URI],
        postLogoutRedirectUris: ['http://127.0.0.1:9/bye'],
        grantTypes: ['authorization_code', 'refresh_token'],
        ...document,
      }),
    );
    return { id: made.id, secret: made.clientSecret ?? null, redirectUri: REDIRECT_URI };
  };
  const connect = async (document: Record<string, unknown>): Promise<Connected> => {
    const made = await created(api.call('POST', '/api/v1/identity-providers', { ...POLICY, ...document }));
    return {
      id: made.id,
      slug: made.slug,
      document: made,
      change: async (patch) => {
        const path = `/api/v1/identity-providers/${made.id}?override=a+test+says+so`;
        const { status, json } = await api.call('PATCH', path, patch);
        if (status !== 200) throw new Error(`change refused: ${JSON.stringify(json)}`);
      },
    };
  };
  return {
    name,
    url,
    api,
    addApplication,
    application: await addApplication(),
    async connectSaml(idp, document = {}) {
      const { saml, ...rest } = document as { saml?: object };
      const connected = await connect({
        kind: 'saml',
        name: 'Acme SAML',
        slug: 'saml',
        claims: { email: 'email', firstName: 'givenName', lastName: 'sn', groups: 'groups', roles: 'roles' },
        ...rest,
        saml: {
          issuer: idp.entityId,
          ssoUrl: idp.ssoUrl,
          verificationCertificates: [idp.keys.certificatePem],
          signRequests: false,
          ...saml,
        },
      });
      return { ...connected, idp, acsUrl: connected.document.saml.acsUrl, spEntityId: connected.document.saml.spEntityId };
    },
    async connectOidc(idp, document = {}) {
      const { oidc, ...rest } = document as { oidc?: object };
      const clientId = `client-${randomBytes(4).toString('hex')}`;
      const clientSecret = randomBytes(24).toString('base64url');
      const slug = (rest as { slug?: string }).slug ?? 'oidc';
      idp.clients.set(clientId, {
        clientId,
        authentication: 'client_secret_basic',
        secret: clientSecret,
        redirectUris: [`${url}/sso/${slug}/callback`],
        postLogoutRedirectUris: [`${url}/sso/${slug}/signed-out`],
      });
      const connected = await connect({
        kind: 'oidc',
        name: 'Acme OIDC',
        slug,
        ...rest,
        oidc: { clientId, clientSecret, issuer: idp.issuer, ...oidc },
      });
      return { ...connected, idp, callbackUrl: connected.document.oidc.redirectUri };
    },
  };
}

async function created(call: Promise<ApiAnswer>): Promise<Json> {
  const { status, json } = await call;
  if (status !== 201) throw new Error(`not created (${status}): ${JSON.stringify(json)}`);
  return json;
}
