import { hash, timingSafeEqual } from 'node:crypto';
import type { TenantId } from '#kernel/ids.ts';
import { type Application, usesSecret } from '../application.ts';
import { findApplication } from '../find-application.ts';
import type { PlainNeeds } from './plain.ts';

/** A well-formed request for the tokens of a code. */
export interface TokenRequest {
  readonly clientId: string;
  /** Undefined for a public client, which proves itself with the verifier alone. */
  readonly secret: string | undefined;
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

/** Of a request, by lower-case name. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Nothing else may stand in a plain one, and each once. */
const FIELDS: ReadonlySet<string> = new Set([
  'grant_type',
  'code',
  'redirect_uri',
  'code_verifier',
  'client_id',
  'client_secret',
]);
const FORM = /^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i;
/** Proof of possession, attestation, pages of other sites, bodies that are not what they say: none of it is plain. */
const SPECIAL_HEADERS = [
  'origin',
  'dpop',
  'oauth-client-attestation',
  'oauth-client-attestation-pop',
  'content-encoding',
  'transfer-encoding',
] as const;
/** Bytes of a body that is read here. */
const MOST_BYTES = 8192;

/** Whether the body is worth reading: a small form of known length, and nothing special in the headers. */
export function isPlainForm(headers: Headers): boolean {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return length > 0 && length <= MOST_BYTES && FORM.test(String(headers['content-type'] ?? '')) && !isSpecial(headers);
}

export const isSpecial = (headers: Headers): boolean => SPECIAL_HEADERS.some((name) => headers[name] !== undefined);

/** @returns undefined when it is not plain @see RFC 6749 §4.1.3 */
export function readTokenRequest(body: string, authorization: string | undefined): TokenRequest | undefined {
  const fields = readOnce(body);
  if (fields?.get('grant_type') !== 'authorization_code') return undefined;
  const client = authorization === undefined ? clientInForm(fields) : clientInHeader(fields, authorization);
  const [code, redirectUri, codeVerifier] = ['code', 'redirect_uri', 'code_verifier'].map((name) => fields.get(name) ?? '');
  if (!client || !/^[\w-]{43}$/.test(code ?? '') || !redirectUri || !/^[\w.~-]{43,128}$/.test(codeVerifier ?? ''))
    return undefined;
  return { ...client, code: code ?? '', redirectUri, codeVerifier: codeVerifier ?? '' };
}

function readOnce(body: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (!FIELDS.has(name) || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  return fields;
}

type Credentials = Pick<TokenRequest, 'clientId' | 'secret'>;

function clientInForm(fields: ReadonlyMap<string, string>): Credentials | undefined {
  const clientId = fields.get('client_id');
  const secret = fields.get('client_secret');
  return clientId && secret !== '' ? { clientId, secret } : undefined;
}

/** @see RFC 6749 §2.3.1, RFC 7617 §2 */
function clientInHeader(fields: ReadonlyMap<string, string>, authorization: string): Credentials | undefined {
  const encoded = /^basic ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i.exec(authorization)?.[1];
  if (!encoded || fields.has('client_secret')) return undefined;
  // Without a percent sign or a plus, form encoding says what it says; with one, oidc-provider takes it apart.
  const [, clientId, secret] =
    /^([\x21-\x39\x3b-\x7e]+):([\x21-\x7e]+)$/.exec(Buffer.from(encoded, 'base64').toString('latin1')) ?? [];
  if (!clientId || !secret || /[%+]/.test(clientId + secret)) return undefined;
  return [undefined, clientId].includes(fields.get('client_id')) ? { clientId, secret } : undefined;
}

/** The application that has proved who it is, if it is switched on and is registered to do so in this way. */
export async function findClient(
  { applications }: Pick<PlainNeeds, 'applications'>,
  tenant: TenantId,
  { clientId, secret }: Credentials,
): Promise<Application | undefined> {
  const found = await findApplication(applications, tenant, clientId);
  if (!found?.application.grantTypes.includes('authorization_code')) return undefined;
  const { application } = found;
  if (secret === undefined) return application.tokenEndpointAuthMethod === 'none' ? application : undefined;
  return usesSecret(application) && found.secret !== null && isSame(found.secret, secret) ? application : undefined;
}

/** In a time that says nothing about where they differ. */
const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
