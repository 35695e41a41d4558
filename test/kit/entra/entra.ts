import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeKey, type SigningKey } from '../oidc/keys.ts';
import { adminConsent, authorize, type Behaviour, type Grant, type Shown } from './authorize.ts';
import { createDirectory, type Directory } from './directory.ts';
import { answerGraph, type GraphAnswer, type GraphToken } from './graph.ts';
import { createRoutes, type Routes } from './hosts.ts';
import { answerToken, answerUserinfo, type TokenState } from './token.ts';
import { issuerOf } from './tokens.ts';

export interface EntraOptions {
  clock?: { now(): Date };
  /** Hosts of the cloud; those of the public one unless given. */
  signInHost?: string;
  graphHost?: string;
}

/** One cloud of Microsoft's on this computer. */
export interface Entra {
  readonly signInHost: string;
  readonly graphHost: string;
  readonly routes: Routes;
  /** Who sits at the browser and what they do; set before each journey. */
  behaviour: Behaviour | undefined;
  /** Claims of the next ID token that differ. */
  nextToken: Record<string, unknown> | undefined;
  /** What Graph answers in place of its own answer; asked anew for each request. */
  graph: ((url: URL, usual: () => GraphAnswer) => GraphAnswer) | undefined;
  /** Nobody is there: connections are cut. */
  down: boolean;
  addDirectory(tid?: string): Directory;
  /** Follows a request of the browser to Entra, as `behaviour` says. */
  browse(url: string | URL): Promise<Shown>;
  /** Every request, by path and what it carried. */
  readonly requests: { host: string; path: string; method: string; form: URLSearchParams }[];
  rotateKeys(): void;
  close(): Promise<void>;
}

export async function startEntra(options: EntraOptions = {}): Promise<Entra> {
  const cloud = new EntraCloud(options);
  await cloud.listen();
  return cloud;
}

class EntraCloud implements Entra {
  readonly signInHost: string;
  readonly graphHost: string;
  readonly routes = createRoutes();
  behaviour: Behaviour | undefined;
  nextToken: Record<string, unknown> | undefined;
  graph: Entra['graph'];
  down = false;
  readonly requests: Entra['requests'] = [];
  readonly #directories = new Map<string, Directory>();
  #keys: SigningKey[] = [makeKey('entra-key-1', 'RS256')];
  readonly #clock: { now(): Date };
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #codes = new Map<string, Grant>();
  readonly #graphTokens = new Map<string, GraphToken>();
  readonly #state: TokenState;

  constructor({ clock, signInHost, graphHost }: EntraOptions) {
    this.#clock = clock ?? { now: () => new Date() };
    this.signInHost = signInHost ?? 'login.microsoftonline.com';
    this.graphHost = graphHost ?? 'graph.microsoft.com';
    this.#state = {
      codes: this.#codes,
      redeemed: new Set(),
      refreshTokens: new Map(),
      graphTokens: this.#graphTokens,
      accessTokens: new Map(),
      key: () => this.#keys[0] as SigningKey,
      signInHost: this.signInHost,
      graphHost: this.graphHost,
      takeChange: () => {
        const change = this.nextToken;
        this.nextToken = undefined;
        return change;
      },
    };
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    for (const host of [this.signInHost, this.graphHost, 'sts.windows.net']) this.routes.add(host, base);
  }

  addDirectory(tid?: string): Directory {
    const directory = createDirectory(tid);
    this.#directories.set(directory.tid, directory);
    return directory;
  }

  rotateKeys(): void {
    this.#keys = [makeKey(`entra-key-${this.#keys.length + 1}`, 'RS256'), ...this.#keys];
  }

  async browse(url: string | URL): Promise<Shown> {
    const { host, pathname, searchParams: query } = new URL(url);
    const [, tenant = '', ...rest] = pathname.split('/');
    if (host !== this.signInHost || !this.behaviour) throw new Error(`nobody goes to ${host} here`);
    const asked = { directory: this.#directories.get(tenant.toLowerCase()), query, now: this.#clock.now() };
    switch (rest.join('/')) {
      case 'oauth2/v2.0/authorize':
        return authorize({ ...asked, version: '2.0' }, this.behaviour, this.#codes);
      case 'oauth2/authorize':
        return authorize({ ...asked, version: '1.0' }, this.behaviour, this.#codes);
      case 'v2.0/adminconsent':
        return adminConsent({ ...asked, version: '2.0' }, this.behaviour);
      case 'adminconsent':
        return adminConsent({ ...asked, version: '1.0' }, this.behaviour);
      default:
        throw new Error(`Entra has no page ${pathname}`);
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The first part of the path is the host that was asked for. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const [, host = ''] = (request.url ?? '').split('/', 2);
    const url = new URL(`https://${(request.url ?? '').slice(1)}`);
    const isForm = String(request.headers['content-type']).startsWith('application/x-www-form-urlencoded');
    const form = new URLSearchParams(isForm ? body : '');
    this.requests.push({ host, path: url.pathname, method: request.method ?? '', form });
    if (this.down) return void request.socket.destroy();
    const { status, headers, json } =
      host === this.graphHost ? this.#graph(request, { url, body }) : await this.#signIn(request, url, form);
    const date = this.#clock.now().toUTCString();
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', date, ...headers });
    response.end(typeof json === 'string' ? json : JSON.stringify(json));
  }

  #graph({ method = 'GET', headers }: IncomingMessage, { url, body }: { url: URL; body: string }): GraphAnswer {
    if (url.pathname === '/oidc/userinfo') return answerUserinfo(headers.authorization, this.#state);
    const token = this.#graphTokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
    const at = { now: this.#clock.now(), host: this.graphHost };
    const usual = (): GraphAnswer => answerGraph({ url, method, headers, body }, token, at);
    return this.graph?.(url, usual) ?? usual();
  }

  async #signIn({ headers: { authorization } }: IncomingMessage, url: URL, form: URLSearchParams): Promise<GraphAnswer> {
    const [, tenant = '', ...rest] = url.pathname.split('/');
    const path = rest.join('/');
    const directory = this.#directories.get(tenant.toLowerCase());
    if (path.endsWith('.well-known/openid-configuration'))
      return { status: 200, json: this.#metadata(tenant, path.startsWith('v2.0') ? '2.0' : '1.0') };
    if (path.startsWith('discovery'))
      return { status: 200, json: { keys: this.#keys.map(({ jwk: { alg: _, ...jwk } }) => jwk) } };
    if (!directory || !/^oauth2\/(?:v2\.0\/)?token$/.test(path)) return { status: 404, json: {} };
    const endpoint = `https://${this.signInHost}${url.pathname}`;
    return answerToken({ directory, authorization, form, endpoint, now: this.#clock.now() }, this.#state);
  }

  /** At `common` and `organizations` the issuer is a template. @see Learn, "OpenID Connect on the Microsoft identity platform" */
  #metadata(tenant: string, version: '1.0' | '2.0'): Record<string, unknown> {
    const directory = this.#directories.get(tenant.toLowerCase()) ?? createDirectory('{tenantid}');
    const root = `https://${this.signInHost}/${tenant}`;
    const part = version === '2.0' ? '/v2.0' : '';
    return {
      issuer: issuerOf({ directory, version, signInHost: this.signInHost }),
      authorization_endpoint: `${root}/oauth2${part}/authorize`,
      token_endpoint: `${root}/oauth2${part}/token`,
      jwks_uri: `${root}/discovery${part}/keys`,
      end_session_endpoint: `${root}/oauth2${part}/logout`,
      userinfo_endpoint: `https://${this.graphHost}/oidc/userinfo`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }
}
