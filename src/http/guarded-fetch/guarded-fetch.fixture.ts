import assert from 'node:assert/strict';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import type { FetchOptions, GuardedFetch } from '#kernel/world.ts';
import { createGuardedFetch } from './index.ts';

/** Of 127.0.0.1, made for these tests, trusted by nobody. */
export const STRANGER = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCQ6psgc0lVNE0Tm1
RhUvkfmLj/tZXpYHZ+p32aXBzd2hRANCAAQ6ytgzHUk27oSa56e296Kq8VcEaR+i
f5W13Ui6o3qcsIRh2Jg9PA8py63SztBXYVAgPuReXIX14m6AYjEztQ23
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBkTCCATagAwIBAgIUPlAL+P/hM9kvEiC0cugaAAoPACAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE1NDc0NVoYDzIxMjYxMDI5
MTU0NzQ1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ6ytgzHUk27oSa56e296Kq8VcEaR+if5W13Ui6o3qcsIRh2Jg9PA8p
y63SztBXYVAgPuReXIX14m6AYjEztQ23o2QwYjAdBgNVHQ4EFgQUyhZC0FpAHT5M
zIY5Z2l/CZta7rIwHwYDVR0jBBgwFoAUyhZC0FpAHT5MzIY5Z2l/CZta7rIwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC
IQDH0+zb8rLCeBvg0VaeU+itZ8sXrLErkIFivw3MUDqXlQIhAIFsAXH18/kuII6h
QwumfM4idioFqnDeceIitniQyLuK
-----END CERTIFICATE-----`,
};

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
