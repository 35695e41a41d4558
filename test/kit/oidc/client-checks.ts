import { createHash, createPublicKey, type JsonWebKey, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { jwtVerify } from 'jose';

/** A relying party as it is registered at the provider. */
export interface IdpClient {
  clientId: string;
  authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  secret?: string;
  /** Public keys of `private_key_jwt`. */
  keys?: JsonWebKey[];
  redirectUris: string[];
  postLogoutRedirectUris?: string[];
}

/** Where a client assertion may be addressed to, and the provider's clock. */
export interface AssertionRules {
  audiences: string[];
  now: Date;
  /** `jti` values seen so far. */
  used: Set<string>;
}

/** Finds the client that a token request comes from, by exactly the method that it is registered with; nothing when it fails. */
export async function authenticate(
  clients: ReadonlyMap<string, IdpClient>,
  request: { headers: IncomingHttpHeaders; form: URLSearchParams },
  rules: AssertionRules,
): Promise<IdpClient | undefined> {
  const basic = readBasic(request.headers.authorization);
  const assertion = request.form.get('client_assertion');
  const client = clients.get(basic?.id ?? request.form.get('client_id') ?? '');
  const posted = request.form.get('client_secret');
  if (!client || [basic, assertion, posted].filter((proof) => proof !== undefined && proof !== null).length > 1) return undefined;
  switch (client.authentication) {
    case 'client_secret_basic':
      return basic && same(basic.secret, client.secret) ? client : undefined;
    case 'client_secret_post':
      return posted !== null && same(posted, client.secret) ? client : undefined;
    case 'private_key_jwt':
      return assertion !== null && (await isAssertionOf(client, request.form, rules)) ? client : undefined;
    case 'none':
      return !basic && assertion === null && posted === null ? client : undefined;
  }
}

function readBasic(header: string | undefined): { id: string; secret: string } | undefined {
  if (header === undefined || !header.startsWith('Basic ')) return undefined;
  const [id = '', secret = ''] = Buffer.from(header.slice(6), 'base64').toString().split(':');
  const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', '%20'));
  return { id: decode(id), secret: decode(secret) };
}

function same(given: string, wanted: string | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return wanted !== undefined && timingSafeEqual(digest(given), digest(wanted));
}

async function isAssertionOf(
  client: IdpClient,
  form: URLSearchParams,
  { audiences, now, used }: AssertionRules,
): Promise<boolean> {
  if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') return false;
  for (const jwk of client.keys ?? []) {
    try {
      const { payload } = await jwtVerify(form.get('client_assertion') ?? '', createPublicKey({ key: jwk, format: 'jwk' }), {
        issuer: client.clientId,
        subject: client.clientId,
        audience: audiences,
        currentDate: now,
        requiredClaims: ['exp', 'jti', 'iat'],
      });
      if (Array.isArray(payload.aud) || used.has(payload.jti ?? '')) return false;
      used.add(payload.jti ?? '');
      return true;
    } catch {
      // The next key may fit.
    }
  }
  return false;
}
