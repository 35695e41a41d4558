import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnswerChange, sendJson, type TokenChange } from './changes.ts';
import { authenticate, type IdpClient } from './client-checks.ts';
import type { Grant, OidcIdp, OidcIdpOptions, RecordedRequest } from './contract.ts';
import { createGrants, faultOfRequest } from './grants.ts';
import { makeKey, type SignatureAlgorithm, type SigningKey, signJws } from './keys.ts';
import { metadataOf } from './metadata.ts';
import { answerRevocation, endSession } from './sign-out.ts';

export type { OidcIdp, OidcIdpOptions } from './contract.ts';
export type { IdpClient };

const ALICE = {
  sub: 'alice-0001',
  email: 'alice@acme.example',
  email_verified: true,
  given_name: 'Alice',
  family_name: 'Archer',
  groups: ['Engineering', 'Everyone'],
  roles: ['app_admin'],
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
  #grants = createGrants();
  #accessTokens = new Set<string>();
  #usedAssertions = new Set<string>();
  #token: TokenChange | undefined;
  #tokenResponse: AnswerChange | undefined;
  #userinfo: AnswerChange | undefined;
  #authorization: Record<string, string | undefined> | undefined;
  #jwks: AnswerChange | undefined;
  #revocation: AnswerChange | undefined;
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

  nextToken(change: TokenChange): void {
    this.#token = change;
  }
  nextTokenResponse(change: AnswerChange): void {
    this.#tokenResponse = change;
  }
  nextUserinfo(change: AnswerChange): void {
    this.#userinfo = change;
  }
  nextAuthorization(fields: Record<string, string | undefined>): void {
    this.#authorization = fields;
  }
  jwks(change: AnswerChange | undefined): void {
    this.#jwks = change;
  }
  revocation(change: AnswerChange | undefined): void {
    this.#revocation = change;
  }
  discovery(change: AnswerChange | undefined): void {
    this.#discovery = change;
  }

  rotateKeys({
    keepOld = false,
    kid = `key-${this.keys.length + 1}-${randomBytes(3).toString('hex')}`,
    alg = 'ES256',
  }: {
    keepOld?: boolean;
    kid?: string;
    alg?: SignatureAlgorithm;
  } = {}): SigningKey {
    const key = makeKey(kid, alg);
    if (!keepOld) this.keys.length = 0;
    this.keys.unshift(key);
    return key;
  }

  count(endpoint: RecordedRequest['endpoint']): number {
    return this.requests.filter((request) => request.endpoint === endpoint).length;
  }

  metadata(): Record<string, unknown> {
    return metadataOf({ issuer: this.issuer, alg: this.keys[0]?.alg, issuerParameter: this.#options.issuerParameter ?? true });
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
      case 'discovery':
        return sendJson(response, this.metadata(), this.#discovery);
      case 'jwks':
        return sendJson(response, { keys: this.keys.map((key) => key.jwk) }, this.#jwks);
      case 'authorize':
        return this.#authorize(fields, response);
      case 'token':
        return this.#exchange({ headers: request.headers, form: fields }, response);
      case 'userinfo':
        return this.#answerUserinfo(request, response);
      case 'revoke': {
        const rules = { audiences: [this.issuer, `${this.issuer}/token`], now: this.#now(), used: this.#usedAssertions };
        const client = await authenticate(this.clients, { headers: request.headers, form: fields }, rules);
        return answerRevocation(
          { grants: this.#grants, client, token: fields.get('token') ?? '', change: this.#revocation },
          response,
        );
      }
      case 'end-session':
        return endSession(this.clients, fields, response);
      case 'other':
        response.writeHead(404).end();
    }
  }

  #authorize(fields: URLSearchParams, response: ServerResponse): void {
    const fault = faultOfRequest(fields, this.clients);
    if (fault !== null) {
      response.writeHead(400).end(fault);
      return;
    }
    const answer: Record<string, string | undefined> = {
      code: this.#grants.issue(fields),
      state: fields.get('state') ?? undefined,
    };
    if (this.#options.issuerParameter ?? true) answer.iss = this.issuer;
    const location = new URL(fields.get('redirect_uri') ?? '');
    for (const [name, value] of Object.entries({ ...answer, ...this.#authorization })) {
      if (value !== undefined) location.searchParams.set(name, value);
    }
    this.#authorization = undefined;
    response.writeHead(303, { location: location.href }).end();
  }

  async #exchange(
    request: { headers: IncomingMessage['headers']; form: URLSearchParams },
    response: ServerResponse,
  ): Promise<void> {
    const change = this.#tokenResponse;
    this.#tokenResponse = undefined;
    const refuse = (status: number, error: string): void => sendJson(response, { error }, { status, ...change });
    const rules = { audiences: [this.issuer, `${this.issuer}/token`], now: this.#now(), used: this.#usedAssertions };
    const client = await authenticate(this.clients, request, rules);
    if (!client) return refuse(401, 'invalid_client');
    const grant = this.#grants.take(client, request.form);
    if (!grant) return refuse(400, 'invalid_grant');
    const accessToken = randomBytes(24).toString('base64url');
    this.#accessTokens.add(accessToken);
    const json: Record<string, unknown> = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: grant.scope,
      id_token: this.#idToken(grant),
    };
    if (grant.scope.split(' ').includes('offline_access')) {
      json.refresh_token = this.#grants.refreshable(grant);
    }
    sendJson(response, json, change);
  }

  #idToken(grant: Grant): string {
    const change = this.#token ?? {};
    this.#token = undefined;
    const key = this.keys[0] as SigningKey;
    const alg = change.alg ?? key.alg;
    const now = Math.floor(this.#now().getTime() / 1000);
    const payload: Record<string, unknown> = {
      iss: this.issuer,
      aud: grant.client,
      iat: now,
      exp: now + 300,
      nonce: grant.nonce ?? undefined,
      ...(grant.maxAge === null ? {} : { auth_time: now }),
      ...this.person,
      ...change.claims,
    };
    const header = JSON.stringify({ alg, typ: 'JWT', kid: key.kid, ...change.header });
    const token = signJws(change.headerText ?? header, change.payloadText?.(payload) ?? JSON.stringify(payload), {
      alg,
      key: change.key ?? key.privateKey,
    });
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
  '/.well-known/openid-configuration': 'discovery',
  '/jwks': 'jwks',
  '/authorize': 'authorize',
  '/token': 'token',
  '/userinfo': 'userinfo',
  '/end-session': 'end-session',
  '/revoke': 'revoke',
};
