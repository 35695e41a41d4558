import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request as requestOverSocket } from 'node:http';
import { after, before, beforeEach } from 'node:test';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import type { TenantId } from '#kernel/ids.ts';
import { openStore, type Store } from '#sql/store.ts';
import { openTestDatabase, type TestDatabase } from '#test/postgres/index.ts';
import { type Answer, Browser, post, to } from './browser.fixture.ts';
import {
  insertPerson,
  insertTenant,
  type Node,
  newShared,
  OPERATOR_TOKEN,
  REDIRECT_URI,
  type Shared,
  startNode,
} from './node.fixture.ts';

export let shared: Shared;
let database: TestDatabase;
export let store: Store;
export let otherStore: Store;
export let one: Node;
export let two: Node;

export async function api(method: string, path: string, body?: unknown, tenant = 'acme'): Promise<Answer> {
  const response = await fetch(`${one.origin}/t/${tenant}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}

export class Client {
  secret: string | null;
  readonly id: string;
  readonly config: client.Configuration;
  readonly redirectUri: string;
  readonly issuer: string;

  constructor(given: { id: string; secret: string | null; config: client.Configuration; redirectUri: string; issuer: string }) {
    this.id = given.id;
    this.secret = given.secret;
    this.config = given.config;
    this.redirectUri = given.redirectUri;
    this.issuer = given.issuer;
  }

  /** The same application, which has read the configuration of the provider anew. */
  async again(node: Node = one): Promise<Client> {
    return new Client({
      id: this.id,
      secret: this.secret,
      redirectUri: this.redirectUri,
      issuer: this.issuer,
      config: await discover({ issuer: this.issuer, id: this.id, secret: this.secret }, undefined, node),
    });
  }

  async request(given: Record<string, string>) {
    const verifier = client.randomPKCECodeVerifier();
    const check = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
    const url = client.buildAuthorizationUrl(this.config, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile email phone',
      state: check.expectedState,
      nonce: check.expectedNonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...given,
    });
    for (const [name, value] of Object.entries(given)) if (value === '') url.searchParams.delete(name);
    return { url, check, verifier };
  }

  async authorize(browser: Browser, given: Record<string, string> = {}): Promise<URL> {
    return browser.open((await this.request(given)).url.href);
  }

  exchange(landed: URL, check: client.AuthorizationCodeGrantChecks): ReturnType<typeof client.authorizationCodeGrant> {
    return client.authorizationCodeGrant(this.config, landed, check);
  }

  async code(browser: Browser, given: Record<string, string> = {}): Promise<{ code: string; verifier: string }> {
    const { url, verifier } = await this.request(given);
    const landed = await browser.open(url.href);
    const code = landed.searchParams.get('code');
    assert.ok(code, landed.href);
    return { code, verifier };
  }

  token(fields: Record<string, string>, node: Node = one): Promise<Answer> {
    return post(node, `${this.issuer}/oauth/token`, { ...fields, ...this.#credentials() });
  }

  redeem(code: string, verifier: string, node: Node = one): Promise<Answer> {
    return this.token({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: this.redirectUri }, node);
  }

  refresh(token: string, node: Node = one): Promise<Answer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: token }, node);
  }

  introspect(token: string): Promise<Answer> {
    return post(one, `${this.issuer}/oauth/introspect`, { token, ...this.#credentials() });
  }

  revoke(token: string): Promise<Answer> {
    return post(one, `${this.issuer}/oauth/revoke`, { token, ...this.#credentials() });
  }

  async userinfoStatus(token: string): Promise<number> {
    return (await fetch(to(one, `${this.issuer}/oauth/userinfo`), { headers: { authorization: `Bearer ${token}` } })).status;
  }

  /** Goes as far as the page that asks for consent. */
  async consentPage(browser: Browser, given: Record<string, string>) {
    const { url, check } = await this.request(given);
    let answer = await browser.get(url.href);
    for (let hops = 0; hops < 5 && answer.status !== 200; hops += 1)
      answer = await browser.get(answer.headers.get('location') ?? '');
    const html = await answer.text();
    const action = /action="([^"]+\/oauth\/interaction\/[^"]+)"/.exec(html)?.[1];
    assert.ok(action, html);
    return { html, action, check };
  }

  #credentials(): Record<string, string> {
    return { client_id: this.id, ...(this.secret ? { client_secret: this.secret } : {}) };
  }
}

export async function discover(
  { issuer, id, secret }: { issuer: string; id: string; secret: string | null },
  authentication?: client.ClientAuth,
  node: Node = one,
): Promise<client.Configuration> {
  const customFetch = (url: string, options: unknown) => fetch(to(node, url), options as RequestInit);
  const method = authentication ?? (secret ? client.ClientSecretBasic(secret) : client.None());
  return client.discovery(new URL(issuer), id, {}, method, { [client.customFetch]: customFetch });
}

export async function register(settings: Record<string, unknown> = {}, tenant = 'acme'): Promise<Client> {
  const { status, body } = await api('POST', 'applications', { name: 'CRM', redirectUris: [REDIRECT_URI], ...settings }, tenant);
  assert.equal(status, 201, JSON.stringify(body));
  shared.audit.length = 0;
  const issuer = `https://sso.example.com/t/${tenant}`;
  const id = String(body['id']);
  const secret = body['clientSecret'] as string | null;
  return new Client({
    id,
    secret,
    config: await discover({ issuer, id, secret }),
    redirectUri: (body['redirectUris'] as string[])[0] ?? '',
    issuer,
  });
}

export async function signIn(app: Client, browser = new Browser(one), given: Record<string, string> = {}, at?: Node) {
  const { url, check } = await app.request(given);
  const landed = await browser.open(url.href);
  const tokens = await (at ? await app.again(at) : app).exchange(landed, check);
  const claims = tokens.claims();
  assert.ok(claims);
  const [header = ''] = (tokens.id_token ?? '').split('.');
  return { tokens, claims: { ...decodeJwt(tokens.id_token ?? ''), ...claims }, ...readHeader(header) };
}

export function readHeader(header: string): { algorithm: string; kid: string } {
  const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string; kid: string };
  return { algorithm: alg, kid };
}

export async function signedInBrowser(app: Client, authentication?: client.ClientAuth): Promise<Browser> {
  const browser = new Browser(one);
  if (authentication) await app.authorize(browser);
  else await signIn(app, browser);
  return browser;
}

/** Another one in every test: what a node keeps of a tenant it keeps by its id. */
export function acme(): TenantId {
  const tenant = shared.tenants.get('acme');
  assert.ok(tenant);
  return tenant.id;
}

export async function count(kind: string): Promise<number> {
  return (await store.db().selectFrom('oidc_artifacts').select('kind').where('kind', '=', kind).execute()).length;
}

/** `fetch` does not let a Host header or an absolute request line through. */
export function overSocket(node: Node, path: string, headers: Record<string, string>): Promise<Record<string, unknown>> {
  const { hostname, port } = new URL(node.origin);
  return new Promise((resolve, reject) => {
    requestOverSocket({ hostname, port, path, headers }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (chunk: string) => {
          text += chunk;
        })
        .on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end();
  });
}

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    database = await openTestDatabase();
    store = openStore(database.url);
    // The embedded engine serves one process: its two nodes share the store, and differ in everything else.
    otherStore = database.engine === 'postgres' ? openStore(database.url) : store;
    shared = newShared();
    one = await startNode(shared, store);
    two = await startNode(shared, otherStore);
  });
  after(async () => {
    await one.close();
    await two.close();
    await store.close();
    if (otherStore !== store) await otherStore.close();
    await database.drop();
  });
  beforeEach(async () => {
    for (const table of ['tenants', 'oidc_artifacts', 'sessions', 'applications', 'signing_keys'] as const)
      await store.db().deleteFrom(table).execute();
    Object.assign(shared, newShared());
    insertPerson(shared, 'usr_alice');
    insertPerson(shared, 'usr_bob');
    await insertTenant(shared, store, 'acme');
  });
}
