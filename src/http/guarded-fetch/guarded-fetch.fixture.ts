import assert from 'node:assert/strict';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import type { FetchOptions, GuardedFetch } from '#kernel/world.ts';
import { createGuardedFetch } from './index.ts';

interface Canary {
  url: string;
  port: number;
  seen: (IncomingMessage & { text?: string })[];
  sockets: number;
  answer: RequestListener;
  close(): Promise<void>;
}

export async function listen(server: Server, scheme: string): Promise<Canary> {
  const canary: Canary = {
    url: '',
    port: 0,
    seen: [],
    sockets: 0,
    answer: (_, response) => response.end('chirp'),
    close: () => closed(server),
  };
  server.on('connection', () => {
    canary.sockets += 1;
  });
  server.on('request', (request: IncomingMessage & { text?: string }, response) => {
    request.text = '';
    request.on('data', (chunk) => {
      request.text += String(chunk);
    });
    request.on('end', () => {
      canary.seen.push(request);
      canary.answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  canary.port = (server.address() as AddressInfo).port;
  canary.url = `${scheme}://127.0.0.1:${canary.port}`;
  return canary;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

export const open = createGuardedFetch({ allowPrivateNetwork: true });

export function refuses(code: string, fetch: GuardedFetch, url: string, options?: FetchOptions): Promise<void> {
  return assert.rejects(fetch(url, options), (error) => {
    assert.ok(isProblem(error), String(error));
    assert.equal(error.code, code);
    return true;
  });
}

export let canary: Canary;

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    canary = await listen(createHttpServer(), 'http');
  });
  after(() => canary.close());
}
