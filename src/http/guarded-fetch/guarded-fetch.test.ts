import assert from 'node:assert/strict';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { isProblem } from '#kernel/problem.ts';
import type { FetchOptions, GuardedFetch } from '#kernel/world.ts';
import { createGuardedFetch, type Lookup } from './index.ts';

/** Made for this file, trusted by nobody. */
const STRANGER = {
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

async function listen(server: Server, scheme: string): Promise<Canary> {
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

const open = createGuardedFetch({ allowPrivateNetwork: true });
const shut = createGuardedFetch({ allowPrivateNetwork: false });

function refuses(code: string, fetch: GuardedFetch, url: string, options?: FetchOptions): Promise<void> {
  return assert.rejects(fetch(url, options), (error) => {
    assert.ok(isProblem(error), String(error));
    assert.equal(error.code, code);
    return true;
  });
}

let canary: Canary;
before(async () => {
  canary = await listen(createHttpServer(), 'http');
});
after(() => canary.close());

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

describe('T76: an address that is not public is refused before a connection is made', () => {
  const port = (): number => canary.port;
  const hosts = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '017700000001',
    '127.1',
    '①②⑦.⓪.⓪.①',
    'localhost',
    'localhost.',
    '[::1]',
    '[::ffff:7f00:1]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::a9fe:a9fe]',
    '169.254.169.254',
    '10.0.0.1',
    '100.64.0.1',
    '[fd00::1]',
    '0.0.0.0',
    '[::]',
  ];
  for (const host of hosts) {
    it(`refuses ${host}`, async () => {
      const before = canary.sockets;
      await refuses('fetch.address_refused', shut, `http://${host}:${port()}/`);
      assert.equal(canary.sockets, before);
    });
  }
  for (const host of ['127.0.0.1', '2130706433', '127.1', 'localhost']) {
    it(`control: ${host} is reached when private networks are allowed`, async () => {
      canary.answer = (_, response) => response.end('chirp');
      assert.equal(await (await open(`http://${host}:${port()}/`)).text(), 'chirp');
    });
  }
});

describe('T77: a name is judged by the addresses that the socket would connect to', () => {
  const answers = (...addresses: string[]): { lookup: Lookup; asked: () => number } => {
    let asked = 0;
    const lookup: Lookup = (_host, _options, done) => {
      asked += 1;
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
    return { lookup, asked: () => asked };
  };
  const cases: [string, string[]][] = [
    ['a private address', ['127.0.0.1']],
    ['one public and one private address', ['8.8.8.8', '127.0.0.1']],
    ['an AAAA record with a mapped loopback address', ['::ffff:127.0.0.1']],
  ];
  for (const [what, addresses] of cases) {
    it(`refuses ${what}`, async () => {
      const before = canary.sockets;
      const { lookup } = answers(...addresses);
      await refuses(
        'fetch.address_refused',
        createGuardedFetch({ allowPrivateNetwork: false, lookup }),
        `http://idp.example:${canary.port}/`,
      );
      assert.equal(canary.sockets, before);
    });
  }
  it('looks a name up once for a connection: there is no second answer to be rebound to', async () => {
    canary.answer = (_, response) => response.end('chirp');
    const { lookup, asked } = answers('127.0.0.1');
    const response = await createGuardedFetch({ allowPrivateNetwork: true, lookup })(`http://idp.example:${canary.port}/`);
    assert.equal(await response.text(), 'chirp');
    assert.equal(asked(), 1);
  });
  it('calls a name without addresses unreachable', async () => {
    const { lookup } = answers();
    await refuses('fetch.unreachable', createGuardedFetch({ allowPrivateNetwork: false, lookup }), 'http://idp.example/');
  });
});

describe('T78: redirects', () => {
  const redirect =
    (status: number, location: string): RequestListener =>
    (request, response) => {
      if (request.url === '/end') response.end('end');
      else response.writeHead(status, { location }).end();
    };
  it('are answers unless they are asked to be followed', async () => {
    canary.answer = redirect(302, '/end');
    const response = await open(canary.url);
    assert.equal(response.status, 302);
    assert.equal(response.headers.get('location'), '/end');
  });
  it('control: are followed within the origin when asked', async () => {
    canary.answer = redirect(302, '/end');
    assert.equal(await (await open(canary.url, { redirect: 'follow' })).text(), 'end');
  });
  it('are judged like the first address', async () => {
    const inside = await listen(createHttpServer(), 'http');
    canary.answer = redirect(302, 'gopher://127.0.0.1:1/');
    await refuses('fetch.scheme_refused', open, canary.url, { redirect: 'follow' });
    canary.answer = redirect(302, `http://admin@127.0.0.1:${inside.port}/`);
    await refuses('fetch.url_refused', open, canary.url, { redirect: 'follow' });
    assert.equal(inside.sockets, 0);
    await inside.close();
  });
  it('carry no body and no credentials to another origin', async () => {
    const elsewhere = await listen(createHttpServer(), 'http');
    canary.answer = redirect(307, `${elsewhere.url}/steal`);
    await refuses('fetch.redirect_refused', open, canary.url, { method: 'POST', body: 'client_secret=1', redirect: 'follow' });
    assert.equal(elsewhere.sockets, 0);
    await open(canary.url, { headers: { authorization: 'Bearer 1' }, redirect: 'follow' });
    assert.equal(elsewhere.seen.at(-1)?.headers.authorization, undefined);
    canary.answer = redirect(302, `${elsewhere.url}/get`);
    await open(canary.url, { method: 'POST', body: 'client_secret=1', redirect: 'follow' });
    assert.equal(elsewhere.seen.at(-1)?.method, 'GET');
    assert.equal(elsewhere.seen.at(-1)?.text, '');
    await elsewhere.close();
  });
  it('control: a 307 within the origin repeats the request', async () => {
    canary.answer = redirect(307, '/end');
    await open(canary.url, { method: 'POST', body: 'a=1', redirect: 'follow' });
    assert.equal(canary.seen.at(-1)?.text, 'a=1');
  });
  it('end after three', async () => {
    canary.answer = redirect(302, '/again');
    const before = canary.seen.length;
    await refuses('fetch.too_many_redirects', open, canary.url, { redirect: 'follow' });
    assert.equal(canary.seen.length - before, 4);
  });
});

describe('T79: schemes, credentials and ports', () => {
  const cases: [string, string][] = [
    ['file:///etc/passwd', 'fetch.scheme_refused'],
    ['gopher://127.0.0.1/', 'fetch.scheme_refused'],
    ['data:text/plain,x', 'fetch.scheme_refused'],
    ['ftp://ftp.example/', 'fetch.scheme_refused'],
    ['https://ok@127.0.0.1', 'fetch.url_refused'],
    ['https://:x@idp.example/', 'fetch.url_refused'],
    ['nonsense', 'fetch.url_refused'],
    ['http://', 'fetch.url_refused'],
    [`https://idp.example/${'a'.repeat(9000)}`, 'fetch.url_refused'],
    ['http://idp.example:22/', 'fetch.port_refused'],
    ['http://idp.example:25/', 'fetch.port_refused'],
    ['http://idp.example:6379/', 'fetch.port_refused'],
    ['http://idp.example:0/', 'fetch.port_refused'],
  ];
  for (const [url, code] of cases) it(`${url.slice(0, 40)} is ${code}`, () => refuses(code, open, url));
});

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
