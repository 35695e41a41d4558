import { createHash, randomBytes } from 'node:crypto';
import type { Agent, Visit } from '../agent.ts';
import type { RespondOptions } from '../saml/idp.ts';
import {
  type Connected,
  type OidcConnection,
  REDIRECT_URI,
  type SamlConnection,
  type TestApplication,
  type TestTenant,
} from './tenant.ts';

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
  connection: Pick<Connected, 'slug'>,
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

/** What the token endpoint answers: tokens, or an error (RFC 6749 §5.1, §5.2). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly error: string;
  readonly [name: string]: unknown;
}

/** Claims of a token; those without a type here are compared, not computed with. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly sid: string;
  readonly [name: string]: unknown;
}

export async function tokensFor(
  tenant: Pick<TestTenant, 'url'>,
  application: TestApplication,
  grant: Record<string, string>,
): Promise<{ status: number; json: TokenAnswer }> {
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (application.secret !== null)
    headers['authorization'] = `Basic ${Buffer.from(`${application.id}:${application.secret}`).toString('base64')}`;
  const body = new URLSearchParams({ ...grant, ...(application.secret === null ? { client_id: application.id } : {}) });
  const answer = await fetch(`${tenant.url}/oauth/token`, { method: 'POST', headers, body });
  return { status: answer.status, json: (await answer.json()) as TokenAnswer };
}

export async function redeem(
  tenant: TestTenant,
  code: string,
  asked: AuthorizationRequest,
): Promise<{ status: number; json: TokenAnswer }> {
  return tokensFor(tenant, tenant.application, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: tenant.application.redirectUri,
    code_verifier: asked.verifier,
  });
}

/** The claims of a token that was received over TLS; its signature is somebody else's test. */
export function claimsOf(jwt: string): Claims {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}
