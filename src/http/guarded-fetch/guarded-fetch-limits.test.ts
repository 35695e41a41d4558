import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { canary, listen, open, refuses, STRANGER, setUp } from './guarded-fetch.fixture.ts';

setUp();

describe('T81: an answer costs no more than it may', () => {
  it('ends a body that drips at the time-out of the whole exchange', async () => {
    let drip: NodeJS.Timeout | undefined;
    canary.answer = (_, response) => {
      drip = setInterval(() => response.write('.'), 10);
    };
    await refuses('fetch.too_slow', open, canary.url, { timeoutMilliseconds: 100 });
    clearInterval(drip);
  });
  it('ends a server that never answers', async () => {
    canary.answer = () => undefined;
    await refuses('fetch.too_slow', open, canary.url, { timeoutMilliseconds: 50 });
  });
  it('stops reading a body without end at its limit', async () => {
    let socket: Socket | undefined;
    canary.answer = (request, response) => {
      socket = request.socket;
      const more = (): void => {
        while (!socket?.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    await refuses('fetch.too_large', open, canary.url, { maxBytes: 100_000 });
    if (!socket?.destroyed)
      await new Promise((resolve) => {
        socket?.on('close', resolve);
      });
  });
  it('believes a content-length that is too large', async () => {
    canary.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '2000000000' });
      response.write('x');
    };
    await refuses('fetch.too_large', open, canary.url);
  });
  it('control: takes a body of exactly the limit', async () => {
    canary.answer = (_, response) => response.end('x'.repeat(1000));
    assert.equal((await (await open(canary.url, { maxBytes: 1000 })).text()).length, 1000);
    await refuses('fetch.too_large', open, canary.url, { maxBytes: 999 });
  });
  for (const [encoding, compress] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const) {
    it(`bounds the decoded bytes of ${encoding}, and decodes what is small`, async () => {
      canary.answer = (_, response) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(compress(Buffer.alloc(50_000_000)));
      await refuses('fetch.too_large', open, canary.url);
      canary.answer = (_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(compress('small'));
      assert.equal(await (await open(canary.url)).text(), 'small');
    });
  }
  it('reads no chain of encodings, no unknown and no broken one', async () => {
    for (const encoding of ['gzip, gzip', 'zstd', 'constructor']) {
      canary.answer = (_, response) => response.writeHead(200, { 'content-encoding': encoding }).end('x');
      await refuses('fetch.answer_unreadable', open, canary.url);
    }
    canary.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
    await refuses('fetch.answer_unreadable', open, canary.url);
  });
  it('bounds the headers', async () => {
    canary.answer = (_, response) => response.writeHead(200, { 'x-large': 'x'.repeat(20_000) }).end();
    await refuses('fetch.too_large', open, canary.url);
  });
  it('calls a body that breaks off, no HTTP, and nobody there by their names', async () => {
    canary.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('x', () => response.destroy());
    };
    await refuses('fetch.unreachable', open, canary.url);
    canary.answer = (request) => request.socket.end('SSH-2.0-x\r\n');
    await refuses('fetch.answer_unreadable', open, canary.url);
    const gone = await listen(createHttpServer(), 'http');
    await gone.close();
    await refuses('fetch.unreachable', open, gone.url);
  });
  it('trusts no certificate that nobody vouches for, and no plain answer where TLS was asked', async () => {
    const stranger = await listen(createHttpsServer(STRANGER), 'https');
    await refuses('fetch.tls_failed', open, stranger.url);
    assert.equal(stranger.seen.length, 0);
    await stranger.close();
    await refuses('fetch.tls_failed', open, `https://127.0.0.1:${canary.port}/`);
  });
});
