import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { OktaApp, OktaOrg } from './org.ts';

export interface TokenRequest {
  org: OktaOrg;
  authorization: string | undefined;
  form: URLSearchParams;
  /** Address of the endpoint, as the client knows it. */
  endpoint: string;
  now: Date;
  usedAssertions: Set<string>;
  /** Published keys of a client. */
  fetchKeys(uri: string): Promise<JsonWebKey[]>;
}

export const REFUSED = {
  client: ['invalid_client', 'Client authentication failed. Either the client or the client credentials are invalid.'],
  secret: ['invalid_client', 'The client secret supplied for a confidential client is invalid.'],
  assertion: ['invalid_client', 'The client_assertion signature is invalid.'],
} as const;

/** By exactly the method that the app is set to. @see Okta, "Client authentication methods" */
export async function findClient(request: TokenRequest): Promise<OktaApp | (typeof REFUSED)[keyof typeof REFUSED]> {
  const { org, authorization, form } = request;
  const basic = readBasic(authorization);
  const assertion = form.get('client_assertion');
  const app = org.apps.get(basic?.[0] ?? form.get('client_id') ?? subjectOf(assertion) ?? '');
  if (!app) return REFUSED.client;
  switch (app.authentication) {
    case 'client_secret_basic':
      return basic?.[1] === app.secret ? app : REFUSED.secret;
    case 'client_secret_post':
      return form.get('client_secret') === app.secret ? app : REFUSED.secret;
    case 'private_key_jwt':
      return assertion !== null && (await isProven(app, assertion, request)) ? app : REFUSED.assertion;
    case 'none':
      return !basic && assertion === null && form.get('client_secret') === null ? app : REFUSED.client;
  }
}

function readBasic(header: string | undefined): [string, string] | undefined {
  if (!header?.startsWith('Basic ')) return undefined;
  const [id = '', secret = ''] = Buffer.from(header.slice(6), 'base64').toString().split(':');
  return [decodeURIComponent(id), decodeURIComponent(secret)];
}

function subjectOf(assertion: string | null): string | undefined {
  const claims = JSON.parse(Buffer.from(assertion?.split('.')[1] ?? '', 'base64url').toString() || '{}') as { sub?: string };
  return claims.sub;
}

/** Addressed to the token endpoint; a `jti` counts once; found by `kid` among the keys kept or published. */
async function isProven(app: OktaApp, assertion: string, request: TokenRequest): Promise<boolean> {
  const { form, endpoint, now, usedAssertions } = request;
  if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') return false;
  try {
    const { kid } = decodeProtectedHeader(assertion);
    const keys = app.jwksUri === null ? app.keys : await request.fetchKeys(app.jwksUri);
    const jwk = keys.find((key) => (key as { kid?: string }).kid === kid);
    if (!jwk) return false;
    const { payload } = await jwtVerify(assertion, createPublicKey({ key: jwk, format: 'jwk' }), {
      issuer: app.clientId,
      subject: app.clientId,
      audience: endpoint,
      currentDate: now,
      maxTokenAge: 3600,
      requiredClaims: ['exp'],
    });
    if (payload.jti && usedAssertions.has(payload.jti)) return false;
    if (payload.jti) usedAssertions.add(payload.jti);
    return true;
  } catch {
    return false;
  }
}
