import type { JsonWebKey } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRoutes, type Routes } from '../entra/hosts.ts';
import { makeKey, type SigningKey } from '../oidc/keys.ts';
import { authorize, type CodeGrant, type Shown } from './authorize.ts';
import { type AuthorizationServer, createOrg, type OktaOrg, type OktaPerson } from './org.ts';
import { type Answer, answerToken, type RefreshToken, type TokenState } from './token.ts';
import { type OktaGrant, userinfoOf } from './tokens.ts';

/** One Okta organization on this computer, under its real host. */
export interface Okta {
  readonly org: OktaOrg;
  readonly routes: Routes;
  /** `https://acme.okta.com`. */
  readonly orgIssuer: string;
  /** The custom server that every organization has. */
  readonly custom: AuthorizationServer & { issuer: string };
  /** Who sits at the browser. */
  who: OktaPerson | undefined;
  nextToken: Record<string, unknown> | undefined;
  /** The next token answer is made, and lost on its way. */
  losesNextAnswer: boolean;
  down: boolean;
  readonly requests: { path: string; form: URLSearchParams }[];
  readonly refreshTokens: ReadonlyMap<string, RefreshToken>;
  /** Follows a request of the browser to Okta. */
  browse(url: string | URL): Promise<Shown>;
  /** A new signing key; the old one stays published, as Okta's does until the next rotation. @see Okta, "Key rotation" */
  rotateKeys(options?: { keepOld: boolean }): void;
  close(): Promise<void>;
}

export async function startOkta(options: { clock?: { now(): Date }; host?: string; routes?: Routes } = {}): Promise<Okta> {
  const okta = new OktaServer(options);
  await okta.listen();
  return okta;
}

class OktaServer implements Okta {
  readonly org: OktaOrg;
  readonly routes: Routes;
  readonly orgIssuer: string;
  readonly custom: Okta['custom'];
  who: OktaPerson | undefined;
  nextToken: Record<string, unknown> | undefined;
  losesNextAnswer = false;
  down = false;
  readonly requests: Okta['requests'] = [];
  readonly refreshTokens = new Map<string, RefreshToken>();
  readonly #orgServer: AuthorizationServer = { id: '', groupsFilter: null, policyAllows: true };
  readonly #clock: { now(): Date };
  readonly #codes = new Map<string, CodeGrant>();
  readonly #accessTokens = new Map<string, OktaGrant>();
  readonly #usedAssertions = new Set<string>();
  #keys: SigningKey[] = [makeKey('okta-key-1', 'RS256')];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor({
    clock,
    host = 'acme.okta.com',
    routes = createRoutes(),
  }: { clock?: { now(): Date }; host?: string; routes?: Routes }) {
    this.#clock = clock ?? { now: () => new Date() };
    this.org = createOrg(host);
    this.routes = routes;
    this.orgIssuer = `https://${host}`;
    this.custom = { id: 'default', groupsFilter: null, policyAllows: true, issuer: `https://${host}/oauth2/default` };
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.routes.add(this.org.host, `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  rotateKeys({ keepOld }: { keepOld: boolean } = { keepOld: true }): void {
    this.#keys = [makeKey(`okta-key-${this.#keys.length + 1}`, 'RS256'), ...(keepOld ? this.#keys : [])];
  }

  async browse(url: string | URL): Promise<Shown> {
    const { host, pathname, searchParams: query } = new URL(url);
    const at = this.#find(pathname);
    if (host !== this.org.host || at?.endpoint !== 'authorize' || !this.who)
      throw new Error(`nobody goes to ${host}${pathname} here`);
    return authorize({ org: this.org, server: at.server, query, who: this.who, now: this.#clock.now() }, this.#codes);
  }

  /** `/oauth2/v1/token` of the org server, `/oauth2/default/v1/token` of the custom one. */
  #find(pathname: string): { server: AuthorizationServer; endpoint: string } | undefined {
    const [, id, endpoint = ''] = /^\/oauth2(?:\/(default))?\/v1\/(\w+)$/.exec(pathname) ?? [];
    return endpoint === '' ? undefined : { server: id === undefined ? this.#orgServer : this.custom, endpoint };
  }

  #issuerOf({ id }: AuthorizationServer): string {
    return id === '' ? this.orgIssuer : this.custom.issuer;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    // The first part of the path is the host that was asked for.
    const url = new URL(`https://${(request.url ?? '').slice(1)}`);
    const form = new URLSearchParams(body);
    this.requests.push({ path: url.pathname, form });
    if (this.down) return void request.socket.destroy();
    const { status, json } = await this.#answer(request, url, form);
    if (this.losesNextAnswer && url.pathname.endsWith('/token')) {
      this.losesNextAnswer = false;
      return void request.socket.destroy();
    }
    response.writeHead(status, { 'content-type': 'application/json', date: this.#clock.now().toUTCString() });
    response.end(JSON.stringify(json));
  }

  async #answer({ headers }: IncomingMessage, url: URL, form: URLSearchParams): Promise<Answer> {
    const metadata = /^(?:\/oauth2\/(default))?\/\.well-known\/openid-configuration$/.exec(url.pathname);
    if (metadata) return { status: 200, json: this.#metadata(metadata[1] === undefined ? this.#orgServer : this.custom) };
    const at = this.#find(url.pathname);
    if (!at) return { status: 404, json: { errorCode: 'E0000007' } };
    switch (at.endpoint) {
      case 'keys':
        return { status: 200, json: { keys: this.#keys.map(({ jwk }) => jwk) } };
      case 'userinfo':
        return this.#userinfo(headers.authorization);
      case 'token':
        return answerToken(
          {
            org: this.org,
            authorization: headers.authorization,
            form,
            endpoint: `https://${this.org.host}${url.pathname}`,
            now: this.#clock.now(),
            usedAssertions: this.#usedAssertions,
            fetchKeys: (uri) => this.#fetchKeys(uri),
          },
          this.#state(at.server),
        );
      default:
        return { status: 404, json: { errorCode: 'E0000007' } };
    }
  }

  #state(server: AuthorizationServer): TokenState {
    return {
      codes: this.#codes,
      refreshTokens: this.refreshTokens,
      accessTokens: this.#accessTokens,
      key: () => this.#keys[0] as SigningKey,
      issuer: this.#issuerOf(server),
      takeChange: () => {
        const change = this.nextToken;
        this.nextToken = undefined;
        return change;
      },
    };
  }

  #userinfo(authorization: string | undefined): Answer {
    const grant = this.#accessTokens.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
    return grant ? { status: 200, json: userinfoOf(grant) } : { status: 401, json: { error: 'invalid_token' } };
  }

  async #fetchKeys(uri: string): Promise<JsonWebKey[]> {
    const answer = await fetch(uri);
    return ((await answer.json()) as { keys: JsonWebKey[] }).keys;
  }

  #metadata(server: AuthorizationServer): Record<string, unknown> {
    const at = `https://${this.org.host}/oauth2${server.id === '' ? '' : `/${server.id}`}/v1`;
    return {
      issuer: this.#issuerOf(server),
      authorization_endpoint: `${at}/authorize`,
      token_endpoint: `${at}/token`,
      userinfo_endpoint: `${at}/userinfo`,
      jwks_uri: `${at}/keys`,
      revocation_endpoint: `${at}/revoke`,
      end_session_endpoint: `${at}/logout`,
      response_types_supported: ['code', 'id_token', 'code id_token', 'code token', 'id_token token', 'code id_token token'],
      scopes_supported: [
        'openid',
        'profile',
        'email',
        'address',
        'phone',
        'offline_access',
        ...(server.id === '' ? ['groups'] : []),
      ],
      token_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'client_secret_jwt',
        'private_key_jwt',
        'none',
      ],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
    };
  }
}
