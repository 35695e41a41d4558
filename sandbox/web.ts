import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The largest form that is read, in bytes: a SAML request in base64 is a few kilobytes. */
const LARGEST_FORM = 128 * 1024;

export interface Asked {
  readonly url: URL;
  readonly query: Fields;
  /** Fields of a urlencoded body; empty for GET. */
  readonly form: Fields;
  readonly headers: IncomingMessage['headers'];
}

export interface Told {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string;
}

export type Fields = ReadonlyMap<string, string>;
export type Handler = (asked: Asked) => Told | Promise<Told>;
export type Routes = Readonly<Record<`${'GET' | 'POST'} /${string}`, Handler>>;

/** A request that cannot be answered, told to a person on a page. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the routes. A refusal, an unknown path and a fault are told by `tellRefusal`; a fault is also handed to `onFault`.
 * The address is bound when the promise resolves.
 */
export async function serve(options: {
  routes: Routes;
  host: string;
  port: number;
  tellRefusal(refusal: Refusal): Told;
  onFault?(fault: unknown): void;
}): Promise<WebServer> {
  const server = createServer((request, response) => {
    void answer(options.routes, request)
      .catch((fault: unknown) => {
        if (fault instanceof Refusal) return options.tellRefusal(fault);
        options.onFault?.(fault);
        return options.tellRefusal(new Refusal(500, 'Something broke here. Its log says what.'));
      })
      .then((told) => write(response, told, request.method === 'HEAD'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(routes: Routes, request: IncomingMessage): Promise<Told> {
  const url = new URL(`http://host${request.url?.startsWith('/') ? request.url : '/'}`);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const handler = Object.hasOwn(routes, `${method} ${url.pathname}`) && routes[`${method} ${url.pathname}` as keyof Routes];
  if (!handler) throw new Refusal(404, 'There is no such page here.');
  const form = method === 'POST' ? readFields(new URLSearchParams(await readBody(request))) : new Map<string, string>();
  return handler({ url, query: readFields(url.searchParams), form, headers: request.headers });
}

/** @throws Refusal for a repeated name: two readers would pick different ones (RFC 6749 §3.1). */
export function readFields(parameters: URLSearchParams): Fields {
  const fields = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (fields.has(name)) throw new Refusal(400, `The parameter “${name}” came twice.`);
    fields.set(name, value);
  }
  return fields;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new Refusal(415, 'Only urlencoded forms are read here.');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_FORM) throw new Refusal(413, 'The form is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function write(response: ServerResponse, told: Told, headOnly: boolean): void {
  response.writeHead(told.status, {
    'cache-control': 'no-store',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
    ...told.headers,
  });
  response.end(headOnly ? undefined : told.body);
}

export function redirectTo(url: URL | string, headers: Told['headers'] = {}): Told {
  return { status: 303, headers: { ...headers, location: String(url) } };
}

export function tellJson(value: unknown, status = 200, headers: Told['headers'] = {}): Told {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** The value of one cookie, or undefined. Cookies know no ports: on localhost those of the gateway come along. */
export function readCookie(headers: Asked['headers'], name: string): string | undefined {
  const pair = headers.cookie?.split(';').find((part) => part.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}
