import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths as OperatorPaths } from './operator-api.d.ts';
import { readProblem, unreachable } from './problem.ts';
import type { paths as TenantPaths } from './tenant-api.d.ts';

export interface ClientOptions {
  /** URL of the tenant, or of the server for operators; a trailing slash does not matter. */
  url: string;
  /** Bearer token; asked for at each request, so that it may change. */
  token(): string | undefined | Promise<string | undefined>;
  /** Asked once when a token is refused as invalid; a new one is tried, `undefined` is not. */
  renew?(): Promise<string | undefined>;
  fetch?: (request: Request) => Promise<Response>;
}

export type TenantClient = Client<TenantPaths>;
export type OperatorClient = Client<OperatorPaths>;

/** The API of one tenant. Every refusal is thrown as `ApiProblem`. */
export function createTenantClient(options: ClientOptions): TenantClient {
  const client = createFetchClient<TenantPaths>(settingsOf(options));
  client.use(guard(options));
  return client;
}

/** The server's own API, for operators. Every refusal is thrown as `ApiProblem`. */
export function createOperatorClient(options: ClientOptions): OperatorClient {
  const client = createFetchClient<OperatorPaths>(settingsOf(options));
  client.use(guard(options));
  return client;
}

function settingsOf({ url, fetch }: ClientOptions): { baseUrl: string; fetch?: (request: Request) => Promise<Response> } {
  return { baseUrl: url.replace(/\/+$/, ''), ...(fetch ? { fetch } : {}) };
}

function guard({ url, token, renew, fetch: send = globalThis.fetch }: ClientOptions): Middleware {
  // A body is read once: the copy is for the second try.
  const copies = new Map<string, Request>();
  return {
    async onRequest({ request, id }) {
      const bearer = await token();
      if (bearer !== undefined) request.headers.set('authorization', `Bearer ${bearer}`);
      if (renew) copies.set(id, request.clone());
      return request;
    },
    async onResponse({ response, id }) {
      const copy = copies.get(id);
      copies.delete(id);
      if (response.ok) return response;
      const renewed = response.status === 401 && copy && renew ? await renew() : undefined;
      if (renewed === undefined || !copy) throw await readProblem(response);
      copy.headers.set('authorization', `Bearer ${renewed}`);
      const again = await send(copy);
      if (!again.ok) throw await readProblem(again);
      return again;
    },
    onError: ({ id }) => {
      copies.delete(id);
      return unreachable(url);
    },
  };
}
