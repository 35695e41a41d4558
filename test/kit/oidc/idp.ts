import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnswerChange, sendJson, type TokenChange } from './changes.ts';
import { authenticate, type IdpClient } from './client-checks.ts';
import { makeKey, type SignatureAlgorithm, type SigningKey, signJws } from './keys.ts';

export type { IdpClient };

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
  endpoint: 'discovery' | 'jwks' | 'authorize' | 'token' | 'userinfo' | 'other';
  method: string;
  headers: IncomingMessage['headers'];
  /** Query of a GET, form of a POST. */
  fields: URLSearchParams;
}

interface Grant { client: string; redirectUri: string; challenge: string; nonce: string | null; scope: string; maxAge: string | null }

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

const ALICE = {
  sub: 'alice-0001', email: 'alice@acme.example', email_verified: true, given_name: 'Alice', family_name: 'Archer',
  groups: ['Engineering', 'Everyone'], roles: ['app_admin'],
};

/** Starts a provider; see README.md. */
export async function startOidcIdp(options: OidcIdpOptions = {}): Promise<OidcIdp> {
  const idp = new Idp(options);
  await idp.listen(options.port ?? 0);
  return idp;
}

class Idp implements OidcIdp {
  issuer = '';
  readonly requests: RecordedRequest[] = [];
  readonly clients = new Map<string, IdpClient>();
  readonly keys: SigningKey[];
  person: Record<string, unknown>;
  #options: OidcIdpOptions;
  #server = createServer((request, response) => void this.#serve(request, response));
  #grants = new Map<string, Grant>();
  #refreshTokens = new Map<string, Grant>();
  #accessTokens = new Set<string>();
  #usedAssertions = new Set<string>();
  #token: TokenChange | undefined;
  #tokenResponse: AnswerChange | undefined;
  #userinfo: AnswerChange | undefined;
  #authorization: Record<string, string | undefined> | undefined;
  #jwks: AnswerChange | undefined;
  #discovery: AnswerChange | undefined;

  constructor(options: OidcIdpOptions) {
    this.#options = options;
    this.keys = [makeKey('key-1', options.alg)];
    this.person = { ...ALICE, ...options.person };
    for (const client of options.clients ?? []) this.clients.set(client.clientId, client);
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#options.path ?? ''}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  nextToken(change: TokenChange): void { this.#token = change; }
  nextTokenResponse(change: AnswerChange): void { this.#tokenResponse = change; }
  nextUserinfo(change: AnswerChange): void { this.#userinfo = change; }
  nextAuthorization(fields: Record<string, string | undefined>): void { this.#authorization = fields; }
  jwks(change: AnswerChange | undefined): void { this.#jwks = change; }
  discovery(change: AnswerChange | undefined): void { this.#discovery = change; }

  rotateKeys({ keepOld = false, kid = `key-${this.keys.length + 1}-${randomBytes(3).toString('hex')}`, alg = 'ES256' as SignatureAlgorithm } = {}): SigningKey {
    const key = makeKey(kid, alg);
    if (!keepOld) this.keys.length = 0;
    this.keys.unshift(key);
    return key;
  }

  count(endpoint: RecordedRequest['endpoint']): number {
    return this.requests.filter((request) => request.endpoint === endpoint).length;
  }

  metadata(): Record<string, unknown> {
    const at = (path: string): string => `${this.issuer}${path}`;
    return {
      issuer: this.issuer, authorization_endpoint: at('/authorize'), token_endpoint: at('/token'), userinfo_endpoint: at('/userinfo'),
      jwks_uri: at('/jwks'), end_session_endpoint: at('/end-session'), revocation_endpoint: at('/revoke'),
      response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: [this.keys[0]?.alg],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'], code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
      ...((this.#options.issuerParameter ?? true) ? { authorization_response_iss_parameter_supported: true } : {}),
    };
  }

  async authorize(url: URL | string): Promise<Record<string, string>> {
    const response = await fetch(url, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`the provider refused: ${response.status} ${await response.text()}`);
    return Object.fromEntries(new URL(location).searchParams);
  }

  #now(): Date {
    return this.#options.clock?.now() ?? new Date();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const path = url.pathname.slice((this.#options.path ?? '').length);
    const endpoint = ENDPOINTS[path] ?? 'other';
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const fields = request.method === 'POST' ? new URLSearchParams(body) : url.searchParams;
    this.requests.push({ endpoint, method: request.method ?? '', headers: request.headers, fields });
    switch (endpoint) {
      case 'discovery': return sendJson(response, this.metadata(), this.#discovery);
      case 'jwks': return sendJson(response, { keys: this.keys.map((key) => key.jwk) }, this.#jwks);
      case 'authorize': return this.#authorize(fields, response);
      case 'token': return this.#exchange({ headers: request.headers, form: fields }, response);
      case 'userinfo': return this.#answerUserinfo(request, response);
      default: response.writeHead(404).end();
    }
  }

  #authorize(fields: URLSearchParams, response: ServerResponse): void {
    const client = this.clients.get(fields.get('client_id') ?? '');
    const redirectUri = fields.get('redirect_uri') ?? '';
    const fault = !client ? 'unknown client'
      : !client.redirectUris.includes(redirectUri) ? 'unknown redirect_uri'
      : fields.get('response_type') !== 'code' ? 'response_type'
      : !(fields.get('scope') ?? '').split(' ').includes('openid') ? 'scope'
      : fields.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(fields.get('code_challenge') ?? '') ? 'PKCE S256 is required'
      : [...new Set(fields.keys())].length !== [...fields.keys()].length ? 'repeated parameter' : null;
    if (fault !== null) return void response.writeHead(400).end(fault);
    const code = randomBytes(24).toString('base64url');
    this.#grants.set(code, {
      client: client?.clientId ?? '', redirectUri, challenge: fields.get('code_challenge') ?? '', nonce: fields.get('nonce'),
      scope: fields.get('scope') ?? '', maxAge: fields.get('max_age'),
    });
    const answer: Record<string, string | undefined> = { code, state: fields.get('state') ?? undefined };
    if (this.#options.issuerParameter ?? true) answer.iss = this.issuer;
    const location = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...answer, ...this.#authorization })) {
      if (value !== undefined) location.searchParams.set(name, value);
    }
    this.#authorization = undefined;
    response.writeHead(303, { location: location.href }).end();
  }

  async #exchange(request: { headers: IncomingMessage['headers']; form: URLSearchParams }, response: ServerResponse): Promise<void> {
    const change = this.#tokenResponse;
    this.#tokenResponse = undefined;
    const refuse = (status: number, error: string): void => sendJson(response, { error }, { status, ...change });
    const rules = { audiences: [this.issuer, `${this.issuer}/token`], now: this.#now(), used: this.#usedAssertions };
    const client = await authenticate(this.clients, request, rules);
    if (!client) return refuse(401, 'invalid_client');
    const grant = this.#takeGrant(client, request.form);
    if (!grant) return refuse(400, 'invalid_grant');
    const accessToken = randomBytes(24).toString('base64url');
    this.#accessTokens.add(accessToken);
    const json: Record<string, unknown> = {
      access_token: accessToken, token_type: 'Bearer', expires_in: 3600, scope: grant.scope, id_token: this.#idToken(grant),
    };
    if (grant.scope.split(' ').includes('offline_access')) {
      const refreshToken = randomBytes(24).toString('base64url');
      this.#refreshTokens.set(refreshToken, grant);
      json.refresh_token = refreshToken;
    }
    sendJson(response, json, change);
  }

  /** Finds what was granted, once. @see RFC 7636 §4.6 */
  #takeGrant(client: IdpClient, form: URLSearchParams): Grant | undefined {
    const refreshing = form.get('grant_type') === 'refresh_token';
    const store = refreshing ? this.#refreshTokens : this.#grants;
    const handle = form.get(refreshing ? 'refresh_token' : 'code') ?? '';
    const grant = store.get(handle);
    store.delete(handle);
    if (!grant || grant.client !== client.clientId) return undefined;
    if (refreshing) return { ...grant, nonce: null };
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    const fits = form.get('grant_type') === 'authorization_code' && form.get('redirect_uri') === grant.redirectUri && challenge === grant.challenge;
    return fits ? grant : undefined;
  }

  #idToken(grant: Grant): string {
    const change = this.#token ?? {};
    this.#token = undefined;
    const key = this.keys[0] as SigningKey;
    const alg = change.alg ?? key.alg;
    const now = Math.floor(this.#now().getTime() / 1000);
    const payload: Record<string, unknown> = {
      iss: this.issuer, aud: grant.client, iat: now, exp: now + 300, nonce: grant.nonce ?? undefined,
      ...(grant.maxAge === null ? {} : { auth_time: now }), ...this.person, ...change.claims,
    };
    const header = JSON.stringify({ alg, typ: 'JWT', kid: key.kid, ...change.header });
    const token = signJws(change.headerText ?? header, change.payloadText?.(payload) ?? JSON.stringify(payload), { alg, key: change.key ?? key.privateKey });
    return change.raw?.(token) ?? token;
  }

  #answerUserinfo(request: IncomingMessage, response: ServerResponse): void {
    const change = this.#userinfo;
    this.#userinfo = undefined;
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !this.#accessTokens.has(token)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
      return;
    }
    sendJson(response, this.person, change);
  }
}

const ENDPOINTS: Record<string, RecordedRequest['endpoint']> = {
  '/.well-known/openid-configuration': 'discovery', '/jwks': 'jwks', '/authorize': 'authorize', '/token': 'token', '/userinfo': 'userinfo',
};
