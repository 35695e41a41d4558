import { createHash, randomBytes } from 'node:crypto';
import { Agent, type Visit } from './agent.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';
import { type OidcIdp, type OidcIdpOptions, startOidcIdp } from './oidc/index.ts';
import type { RespondOptions, SamlIdp } from './saml/idp.ts';

/** JSON over HTTP with a bearer token. */
export interface Api {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number; json: any }>;
}

export function apiOf(base: string, token: string): Api {
  return {
    async call(method, path, body, headers = {}) {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
    },
  };
}

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

interface Connected {
  readonly id: string;
  readonly slug: string;
  readonly document: any;
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

export interface Scene {
  readonly gateway: TestGateway;
  readonly operator: Api;
  addTenant(name: string): Promise<TestTenant>;
  startOidcIdp(options?: OidcIdpOptions): Promise<OidcIdp>;
  close(): Promise<void>;
}

/** Where the test application would live: nothing listens there, the tests read the redirect. */
export const REDIRECT_URI = 'http://127.0.0.1:9/callback';

export async function openScene(options: TestGatewayOptions = {}): Promise<Scene> {
  const gateway = await startGateway(options);
  const operator = apiOf(gateway.serverUrl, gateway.operatorToken);
  const idps: OidcIdp[] = [];
  return {
    gateway,
    operator,
    addTenant: (name) => addTenant(gateway, operator, name),
    async startOidcIdp(given) {
      const idp = await startOidcIdp(given);
      idps.push(idp);
      return idp;
    },
    async close() {
      for (const idp of idps) await idp.close();
      await gateway.close();
    },
  };
}

/** Claims and groups as every connection of the tests maps them; people are created and updated. */
const POLICY = {
  enabled: true,
  users: { create: true, update: true },
  groupSync: 'sync',
  authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email' },
};

async function addTenant(gateway: TestGateway, operator: Api, name: string): Promise<TestTenant> {
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
  const connect = async (document: Record<string, unknown>): Promise<Connected & { document: any }> => {
    const made = await created(api.call('POST', '/api/v1/identity-providers', { ...POLICY, ...document }));
    return {
      id: made.id,
      slug: made.slug,
      document: made,
      change: async (patch) => {
        const { status, json } = await api.call('PATCH', `/api/v1/identity-providers/${made.id}`, patch);
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

async function created(call: ReturnType<Api['call']>): Promise<any> {
  const { status, json } = await call;
  if (status !== 201) throw new Error(`not created (${status}): ${JSON.stringify(json)}`);
  return json;
}

export interface AuthorizationRequest {
  url: string;
  verifier: string;
  state: string;
  nonce: string;
}

/** An authorization request of the test application: code, PKCE S256, state, nonce. */
export function authorizationRequest(
  tenant: Pick<TestTenant, 'url'>,
  application: TestApplication,
  more: Record<string, string> = {},
): AuthorizationRequest {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const nonce = randomBytes(16).toString('base64url');
  const query = new URLSearchParams({
    client_id: application.id,
    response_type: 'code',
    scope: 'openid profile email groups roles offline_access',
    redirect_uri: application.redirectUri,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });
  return { url: `${tenant.url}/oauth/authorize?${query}`, verifier, state, nonce };
}

/** Starts at the application and stops where the browser is sent to the provider: the AuthnRequest or authorization request. */
export async function goToProvider(
  agent: Agent,
  tenant: TestTenant,
  connection: Connected,
  more: Record<string, string> = {},
): Promise<{ sent: Visit; asked: AuthorizationRequest }> {
  const asked = authorizationRequest(tenant, tenant.application, { idp: connection.slug, ...more });
  const sent = await agent.get(asked.url);
  if (sent.location === undefined) throw new Error(`not sent to the provider: ${sent.status} ${sent.body.slice(0, 400)}`);
  return { sent, asked };
}

/** What a SAML provider is asked: the id that the answer must name, and the RelayState to return. */
export function readSamlRequest(connection: SamlConnection, sent: Visit): { id: string; relayState: string } {
  const url = new URL(sent.location ?? '');
  const { id } = connection.idp.readRequest({ url });
  return { id, relayState: url.searchParams.get('RelayState') ?? '' };
}

export const ALICE = {
  email: 'alice@acme.example',
  givenName: 'Alice',
  sn: 'Archer',
  groups: ['Engineering', 'Everyone'],
  roles: ['app_admin'],
};

/** A genuine response for this connection, or one with changes. */
export function samlResponse(
  connection: SamlConnection,
  inResponseTo: string | null,
  change: Partial<RespondOptions> = {},
): string {
  return connection.idp.respond({
    nameId: 'alice-0001',
    attributes: ALICE,
    sign: 'assertion',
    ...change,
    to: { acsUrl: connection.acsUrl, spEntityId: connection.spEntityId, inResponseTo, ...change.to },
  });
}

/** A whole SAML sign-in up to the answer of the ACS. */
export async function signInBySaml(
  agent: Agent,
  tenant: TestTenant,
  connection: SamlConnection,
  change: Partial<RespondOptions> = {},
): Promise<{ arrived: Visit; response: string; relayState: string; asked: AuthorizationRequest }> {
  const { sent, asked } = await goToProvider(agent, tenant, connection);
  const { id, relayState } = readSamlRequest(connection, sent);
  const response = samlResponse(connection, id, change);
  const arrived = await agent.post(connection.acsUrl, { SAMLResponse: response, RelayState: relayState });
  return { arrived, response, relayState, asked };
}

/** A whole OIDC sign-in up to the answer of the callback. */
export async function signInByOidc(
  agent: Agent,
  tenant: TestTenant,
  connection: OidcConnection,
): Promise<{ arrived: Visit; callback: string; asked: AuthorizationRequest }> {
  const { sent, asked } = await goToProvider(agent, tenant, connection);
  const fields = await connection.idp.authorize(sent.location ?? '');
  const callback = `${connection.callbackUrl}?${new URLSearchParams(fields)}`;
  return { arrived: await agent.get(callback), callback, asked };
}

/** From the answer of the ACS or callback to the application's redirect URI. @returns the code */
export async function codeFrom(agent: Agent, arrived: Visit): Promise<string> {
  const end = await agent.follow(arrived, (url) => url.startsWith(REDIRECT_URI));
  const code = end.location === undefined ? null : new URL(end.location).searchParams.get('code');
  if (code === null) throw new Error(`no code: ${end.status} ${end.location ?? ''} ${end.body.slice(0, 600)}`);
  return code;
}

export async function tokensFor(
  tenant: Pick<TestTenant, 'url'>,
  application: TestApplication,
  grant: Record<string, string>,
): Promise<{ status: number; json: any }> {
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (application.secret !== null)
    headers['authorization'] = `Basic ${Buffer.from(`${application.id}:${application.secret}`).toString('base64')}`;
  const body = new URLSearchParams({ ...grant, ...(application.secret === null ? { client_id: application.id } : {}) });
  const answer = await fetch(`${tenant.url}/oauth/token`, { method: 'POST', headers, body });
  return { status: answer.status, json: await answer.json() };
}

export async function redeem(
  tenant: TestTenant,
  code: string,
  asked: AuthorizationRequest,
): Promise<{ status: number; json: any }> {
  return tokensFor(tenant, tenant.application, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: tenant.application.redirectUri,
    code_verifier: asked.verifier,
  });
}

export function claimsOf(jwt: string): Record<string, any> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, any>;
}
