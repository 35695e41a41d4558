import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FetchOptions } from '#kernel/world.ts';
import { canary, open, refuses, setUp } from './guarded-fetch.fixture.ts';
import { createGuardedFetch } from './index.ts';

setUp();

describe('World.fetch: a request and its whole answer', () => {
  it('sends method, headers and form, and gives status, headers and body as a web Response', async () => {
    canary.answer = (_, response) =>
      response.writeHead(201, { 'content-type': 'application/json', 'x-two': ['a', 'b'] }).end('{"a":1}');
    const response = await open(`${canary.url}/token?x=1`, {
      method: 'POST',
      headers: { Authorization: 'Basic eA==' },
      body: new URLSearchParams({ code: 'ä b' }),
    });
    assert.ok(response instanceof Response);
    assert.equal(response.status, 201);
    assert.equal(response.headers.get('x-two'), 'a, b');
    assert.deepEqual(await response.clone().json(), { a: 1 });
    assert.equal(await response.text(), '{"a":1}');
    assert.equal(response.bodyUsed, true);
    await assert.rejects(response.text(), TypeError);
    const request = canary.seen.at(-1);
    assert.equal(request?.url, '/token?x=1');
    assert.equal(request?.method, 'POST');
    assert.equal(request?.headers.authorization, 'Basic eA==');
    assert.equal(request?.headers['content-type'], 'application/x-www-form-urlencoded;charset=UTF-8');
    assert.equal(request?.text, 'code=%C3%A4+b');
  });

  it('gives exactly the bytes of the body in every form, also when they came in small pieces', async () => {
    canary.answer = (_, response) => {
      response.write('one ');
      setImmediate(() => response.end('two'));
    };
    const response = await open(canary.url);
    assert.equal(Buffer.from(await response.clone().arrayBuffer()).toString(), 'one two');
    assert.equal(Buffer.from(await response.clone().bytes()).toString(), 'one two');
    assert.equal(await (await response.clone().blob()).text(), 'one two');
    assert.equal(await response.text(), 'one two');
  });

  it('gives a body that can be read as a stream', async () => {
    canary.answer = (_, response) => response.end('streamed');
    const response = await open(canary.url);
    assert.equal(await new Response(response.body).text(), 'streamed');
  });

  it('answers 204 and 304 without a body', async () => {
    for (const status of [204, 304]) {
      canary.answer = (_, response) => response.writeHead(status).end();
      assert.equal((await open(canary.url)).status, status);
    }
  });

  it('uses a kept connection again', async () => {
    canary.answer = (_, response) => response.end('kept');
    await open(canary.url);
    const before = canary.sockets;
    for (let round = 0; round < 5; round += 1) await open(canary.url);
    assert.equal(canary.sockets, before);
  });

  it('asks once more on a new connection when a kept one was closed under the request', async () => {
    let requests = 0;
    canary.answer = (request, response) => {
      requests += 1;
      if (requests === 2) request.socket.resetAndDestroy();
      else response.end('here');
    };
    await open(canary.url);
    assert.equal(await (await open(canary.url, { method: 'POST', body: 'code=1' })).text(), 'here');
    assert.equal(requests, 3);
    assert.equal(canary.seen.at(-1)?.text, 'code=1');
  });

  it('does not repeat a request that failed on a new connection', async () => {
    const fresh = createGuardedFetch({ allowPrivateNetwork: true });
    let requests = 0;
    canary.answer = (request) => {
      requests += 1;
      request.socket.resetAndDestroy();
    };
    await refuses('fetch.unreachable', fresh, canary.url);
    assert.equal(requests, 1);
  });

  it('stops when its signal is aborted', async () => {
    const controller = new AbortController();
    canary.answer = () => controller.abort();
    const options: FetchOptions & { signal: AbortSignal } = { signal: controller.signal };
    await refuses('fetch.aborted', open, canary.url, options);
    await refuses('fetch.aborted', open, canary.url, options);
  });
});
