import { Problem } from '#kernel/problem.ts';
import type { FetchOptions, GuardedFetch } from '#kernel/world.ts';
import { type Connections, createConnections, type Lookup } from './connections.ts';
import { type Bounds, exchange, type Outgoing } from './exchange.ts';
import { problems } from './problems.ts';
import { readTarget } from './target.ts';

export interface GuardedFetchNeeds {
  /** Lets requests reach loopback, private and reserved addresses: development, and gateways inside a company's own network. */
  allowPrivateNetwork: boolean;
  /** How host names are resolved; `dns.lookup` unless a test says otherwise. */
  lookup?: Lookup;
}

const DEFAULT_MAX_BYTES = 1024 * 1024;
const DEFAULT_TIMEOUT_MILLISECONDS = 10_000;
/** More than any honest metadata address needs: http to https, then to the host's real name, then to the document. */
const MOST_REDIRECTS = 3;
/** Sent to the origin that they were meant for, and to no other. */
const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie'];

/**
 * Makes the process's only way out. What it promises stands at `GuardedFetch`. Redirects are answers unless `follow` is asked for;
 * then at most three are followed, never from https to http, never with a body to another origin.
 */
export function createGuardedFetch({ allowPrivateNetwork, lookup }: GuardedFetchNeeds): GuardedFetch {
  const connections = createConnections({ allowPrivateNetwork, lookup });
  return async (given, options: FetchOptions & { signal?: AbortSignal | null } = {}) => {
    const bounds: Bounds = {
      maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
      endsAt: performance.now() + (options.timeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS),
      signal: options.signal ?? undefined,
    };
    const first = readOutgoing(readTarget(given, allowPrivateNetwork), options);
    if (options.redirect !== 'follow') return exchange(first, bounds, connections);
    return follow(first, bounds, { connections, allowPrivateNetwork });
  };
}

function readOutgoing(url: URL, options: FetchOptions): Outgoing {
  const headers: Record<string, string> = { 'user-agent': 'sallyport', 'accept-encoding': 'identity' };
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value;
  const body = options.body === undefined || options.body === null ? null : options.body.toString();
  if (body !== null) {
    if (options.body instanceof URLSearchParams) headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8';
    headers['content-length'] = String(Buffer.byteLength(body));
  }
  return { url, method: options.method?.toUpperCase() ?? 'GET', headers, body };
}

type Way = { connections: Connections; allowPrivateNetwork: boolean };

async function follow(first: Outgoing, bounds: Bounds, way: Way): Promise<Response> {
  let outgoing = first;
  for (let hop = 0; ; hop += 1) {
    const response = await exchange(outgoing, bounds, way.connections);
    const location = [301, 302, 303, 307, 308].includes(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    if (hop === MOST_REDIRECTS) throw new Problem(problems.too_many_redirects, { facts: { most: MOST_REDIRECTS } });
    outgoing = redirected(outgoing, { location, status: response.status }, way.allowPrivateNetwork);
  }
}

function redirected(
  before: Outgoing,
  { location, status }: { location: string; status: number },
  allowPrivate: boolean,
): Outgoing {
  const next = URL.parse(location, before.url.href);
  if (!next) throw new Problem(problems.redirect_refused, { facts: { reason: 'no URL' } });
  const url = readTarget(next, allowPrivate);
  const keepsMethod = status === 307 || status === 308 || before.method === 'GET' || before.method === 'HEAD';
  const elsewhere = url.origin !== before.url.origin;
  if (before.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new Problem(problems.redirect_refused, { facts: { reason: 'from https to http', host: url.host } });
  }
  // A 307 would carry the client's secret and the code to whoever the other host names.
  if (elsewhere && keepsMethod && before.method !== 'GET' && before.method !== 'HEAD') {
    throw new Problem(problems.redirect_refused, { facts: { reason: 'body to another origin', host: url.host } });
  }
  const dropped = [...(elsewhere ? CREDENTIALS : []), ...(keepsMethod ? [] : ['content-type', 'content-length'])];
  const headers = Object.fromEntries(Object.entries(before.headers).filter(([name]) => !dropped.includes(name)));
  return keepsMethod ? { ...before, url, headers } : { url, method: 'GET', headers, body: null };
}
