import type { IncomingMessage } from 'node:http';
import type { AnswerChange, TokenChange } from './changes.ts';
import type { IdpClient } from './client-checks.ts';
import type { SignatureAlgorithm, SigningKey } from './keys.ts';

export interface OidcIdpOptions {
  clock?: { now(): Date };
  /** Algorithm of the first key. Default ES256. */
  alg?: SignatureAlgorithm;
  /** Path of the issuer, `/realms/acme`; default none. */
  path?: string;
  /** Whether answers carry `iss` and the metadata says so (RFC 9207). Default true. */
  issuerParameter?: boolean;
  /** Claims of the person who signs in, beside `sub`. */
  person?: Record<string, unknown>;
  clients?: IdpClient[];
  /** Port to listen on; default any. */
  port?: number;
}

export interface RecordedRequest {
  endpoint: 'discovery' | 'jwks' | 'authorize' | 'token' | 'userinfo' | 'end-session' | 'revoke' | 'other';
  method: string;
  headers: IncomingMessage['headers'];
  /** Query of a GET, form of a POST. */
  fields: URLSearchParams;
}

export interface Grant {
  client: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
  scope: string;
  maxAge: string | null;
}

export interface OidcIdp {
  readonly issuer: string;
  readonly requests: RecordedRequest[];
  readonly clients: Map<string, IdpClient>;
  /** Keys as published; the first signs. */
  readonly keys: SigningKey[];
  /** Who signs in; change it freely. */
  person: Record<string, unknown>;
  metadata(): Record<string, unknown>;
  /** Does what a browser does with an authorization request and gives the fields of the answer. */
  authorize(url: URL | string): Promise<Record<string, string>>;
  nextToken(change: TokenChange): void;
  nextTokenResponse(change: AnswerChange): void;
  nextUserinfo(change: AnswerChange): void;
  /** What the revocation endpoint answers from now on; nothing: what RFC 7009 says. */
  revocation(change: AnswerChange | undefined): void;
  /** Fields of the next authorization answer; `undefined` leaves one out. */
  nextAuthorization(fields: Record<string, string | undefined>): void;
  /** What the JWKS endpoint answers from now on; nothing: the keys. */
  jwks(change: AnswerChange | undefined): void;
  /** What the discovery document says from now on. */
  discovery(change: AnswerChange | undefined): void;
  /** A new first key; the old ones go unless kept. */
  rotateKeys(options?: { keepOld?: boolean; kid?: string; alg?: SignatureAlgorithm }): SigningKey;
  count(endpoint: RecordedRequest['endpoint']): number;
  close(): Promise<void>;
}
