import assert from 'node:assert/strict';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { describe, it } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { canary, listen, open, refuses, STRANGER, setUp } from './guarded-fetch.fixture.ts';
import { createGuardedFetch, type Lookup } from './index.ts';

setUp();

/** A public host that stands on this computer: the guard is shown its public address, the socket gets the way to the canary. */
const passesForPublic: Lookup = (_host, _options, done) => {
  let looks = 0;
  const shown = {
    family: 4,
    get address() {
      looks += 1;
      return looks === 1 ? '93.184.216.34' : '127.0.0.1';
    },
  };
  done(null, [shown]);
};

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
  it('are judged like the first address', async (test) => {
    const inside = await listen(createHttpServer(), 'http');
    test.after(inside.close);
    canary.answer = redirect(302, 'gopher://127.0.0.1:1/');
    await refuses('fetch.scheme_refused', open, canary.url, { redirect: 'follow' });
    canary.answer = redirect(302, `http://admin@127.0.0.1:${inside.port}/`);
    await refuses('fetch.url_refused', open, canary.url, { redirect: 'follow' });
    assert.equal(inside.sockets, 0);
  });
  it('carry no body and no credentials to another origin', async (test) => {
    const elsewhere = await listen(createHttpServer(), 'http');
    test.after(elsewhere.close);
    canary.answer = redirect(307, `${elsewhere.url}/steal`);
    await refuses('fetch.redirect_refused', open, canary.url, { method: 'POST', body: 'client_secret=1', redirect: 'follow' });
    assert.equal(elsewhere.sockets, 0);
    await open(canary.url, { headers: { authorization: 'Bearer 1' }, redirect: 'follow' });
    assert.equal(elsewhere.seen.at(-1)?.headers.authorization, undefined);
    canary.answer = redirect(302, `${elsewhere.url}/get`);
    await open(canary.url, { method: 'POST', body: 'client_secret=1', redirect: 'follow' });
    assert.equal(elsewhere.seen.at(-1)?.method, 'GET');
    assert.equal(elsewhere.seen.at(-1)?.text, '');
  });
  it('lead from a public host to nothing inside', async (test) => {
    const inside = await listen(createHttpServer(), 'http');
    test.after(inside.close);
    const fetch = createGuardedFetch({ allowPrivateNetwork: false, lookup: passesForPublic });
    const front = `http://idp.example:${canary.port}/`;
    canary.answer = redirect(302, '/end');
    assert.equal(await (await fetch(front, { redirect: 'follow' })).text(), 'end', 'the control');
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:7f00:1]']) {
      canary.answer = redirect(302, `http://${host}:${inside.port}/`);
      await refuses('fetch.address_refused', fetch, front, { redirect: 'follow' });
    }
    assert.equal(inside.sockets, 0);
  });
  it('lead from https to http no further', async (test) => {
    const trusted = getCACertificates('default');
    setDefaultCACertificates([STRANGER.cert]);
    const secure = await listen(createHttpsServer(STRANGER), 'https');
    test.after(async () => {
      setDefaultCACertificates(trusted);
      await secure.close();
    });
    secure.answer = redirect(302, '/end');
    assert.equal(await (await open(secure.url, { redirect: 'follow' })).text(), 'end', 'the control');
    secure.answer = redirect(302, `${canary.url}/end`);
    const before = canary.seen.length;
    await refuses('fetch.redirect_refused', open, secure.url, { redirect: 'follow' });
    assert.equal(canary.seen.length, before);
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
