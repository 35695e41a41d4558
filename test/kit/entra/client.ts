import { X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { Aadsts } from './aadsts.ts';
import { type App, type Directory, thumbprintsOf } from './directory.ts';

export interface TokenRequest {
  directory: Directory;
  authorization: string | undefined;
  form: URLSearchParams;
  /** Address of the endpoint, as the client knows it. */
  endpoint: string;
  now: Date;
}

/**
 * Which app asks, by secret (in the body or by Basic) or by certificate.
 * @see Learn, "OAuth 2.0 authorization code flow" (client_secret, client_assertion), "… application authentication certificate credentials"
 */
export async function findClient(request: TokenRequest): Promise<App | Aadsts> {
  const { directory, authorization, form, now } = request;
  const [id, secret] = readBasic(authorization) ?? [form.get('client_id') ?? '', form.get('client_secret')];
  const app = directory.apps.get(id);
  if (!app) return 700016;
  const assertion = form.get('client_assertion');
  if (assertion !== null) return (await isProven(app, assertion, request)) ? app : 700027;
  if (secret === null || secret === '') return 7000218;
  const found = app.secrets.find(({ value }) => value === secret);
  if (!found) return 7000215;
  return found.expiresAt <= now ? 7000222 : app;
}

function readBasic(header: string | undefined): [string, string] | undefined {
  if (!header?.startsWith('Basic ')) return undefined;
  const [id = '', secret = ''] = Buffer.from(header.slice(6), 'base64').toString().split(':');
  const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', '%20'));
  return [decode(id), decode(secret)];
}

/** The certificate is found by its thumbprint alone: `x5t#S256` beside PS256, the older `x5t` beside RS256. */
async function isProven(app: App, assertion: string, { form, endpoint, now }: TokenRequest): Promise<boolean> {
  if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') return false;
  try {
    const header = decodeProtectedHeader(assertion);
    const pem = app.certificates.find((one) => {
      const { sha1, sha256 } = thumbprintsOf(one);
      return header['x5t#S256'] === undefined ? header.x5t === sha1 : header['x5t#S256'] === sha256;
    });
    if (!pem) return false;
    const certificate = new X509Certificate(pem);
    if (certificate.validToDate <= now) return false;
    await jwtVerify(assertion, certificate.publicKey, {
      algorithms: ['PS256', 'RS256'],
      issuer: app.clientId,
      subject: app.clientId,
      audience: endpoint,
      currentDate: now,
      requiredClaims: ['exp', 'jti', 'nbf'],
    });
    return true;
  } catch {
    return false;
  }
}
