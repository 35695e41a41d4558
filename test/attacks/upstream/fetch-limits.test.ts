import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Agent, codeOf } from '../../kit/agent.ts';
import { makeKey } from '../../kit/oidc/keys.ts';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { type ApiAnswer, openScene, type Scene, signInByOidc, type TestTenant } from '../../kit/scene.ts';
import { bounded } from '../oracles.ts';

/** Ten megabytes of spaces, and what is left of them. */
const BOMB = gzipSync(Buffer.alloc(64_000_000, ' '));

describe('what is fetched costs no more than it may (T81)', () => {
  let scene: Scene;
  let acme: TestTenant;
  const servers: Server[] = [];
  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
  });
  after(async () => {
    for (const server of servers) server.close();
    await scene.close();
  });

  async function serve(answer: RequestListener, tls?: { key: string; cert: string }): Promise<string> {
    const server = tls ? createTlsServer(tls, answer) : createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    return `${tls ? 'https' : 'http'}://localhost:${(server.address() as AddressInfo).port}`;
  }

  const fetchConfiguration = (body: object): Promise<ApiAnswer> =>
    acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', body);

  /** BOUND and REJ, as metadata of SAML and as a document of OpenID Connect; meanwhile others are served. */
  async function refuses(origin: string, code: string): Promise<void> {
    for (const body of [{ metadataUrl: `${origin}/metadata` }, { issuer: origin }]) {
      const { status, json } = await bounded(async () => {
        const call = fetchConfiguration(body);
        assert.equal((await fetch(`${acme.url}/.well-known/openid-configuration`)).status, 200);
        return call;
      });
      assert.ok(status >= 400 && status !== 500, `${status}`);
      assert.equal(json.code, code, JSON.stringify(json));
    }
  }

  it('a body without end', async () => {
    let sent = 0;
    const origin = await serve((_request, response) => {
      const chunk = Buffer.alloc(1_000_000, '<');
      const pour = (): void => {
        while (!response.destroyed && (sent += 1) < 2000) if (!response.write(chunk)) return void response.once('drain', pour);
      };
      pour();
    });
    await refuses(origin, 'fetch.too_large');
    assert.ok(sent < 100, `${sent} MB were taken`);
  });

  it('a small body that unpacks to a large one', async () => {
    const origin = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB));
    await refuses(origin, 'fetch.too_large');
  });

  it('redirects without end', async () => {
    const origin = await serve((request, response) => response.writeHead(302, { location: `${request.url}x` }).end());
    const { json } = await fetchConfiguration({ metadataUrl: `${origin}/metadata` });
    assert.equal(json.code, 'fetch.too_many_redirects');
  });

  it('a certificate that nobody vouches for, for another name, and expired', async () => {
    const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') };
    for (const options of [{ commonName: 'localhost' }, { commonName: 'other.example' }, { commonName: 'localhost', ...past }]) {
      const { privateKeyPem, certificatePem } = makeCertifiedKey('ec-p256', options);
      const origin = await serve((_request, response) => response.end('{}'), { key: privateKeyPem, cert: certificatePem });
      await refuses(origin, 'fetch.tls_failed');
    }
  });

  it('a key set of megabytes is refused, and one of ten thousand keys is read within bounds', async () => {
    const idp = await scene.startOidcIdp();
    const oidc = await acme.connectOidc(idp);
    const key = makeKey('many');
    const keys = Array.from({ length: 10_000 }, (_, index) => ({ ...key.jwk, kid: `k${index}` }));
    const large = JSON.stringify({ keys: keys.map((one) => ({ ...one, x5c: ['A'.repeat(1000)] })) });
    for (const body of [large, JSON.stringify({ keys })]) {
      const jwksUri = `${await serve((_request, response) => response.end(body))}/jwks`;
      await oidc.change({ oidc: { jwksUri } });
      const agent = new Agent();
      const { arrived } = await bounded(() => signInByOidc(agent, acme, oidc));
      assert.ok(arrived.status >= 400 && arrived.status !== 500, `${arrived.status}`);
      assert.match(String(codeOf(arrived)), /^(?:oidc\.key|oidc\.jwks|oidc\.keys|fetch\.too_large)/);
    }
    await oidc.change({ oidc: { jwksUri: (oidc.document.oidc as { jwksUri?: string }).jwksUri } });
    const { arrived } = await signInByOidc(new Agent(), acme, oidc);
    assert.equal(arrived.status, 303, 'the valid control signs in');
  });

  it('an answer that only drips is given up after the time that an exchange may take', async () => {
    const dripping = await serve((_request, response) => {
      const timer = setInterval(() => response.write(' '), 500);
      response.once('close', () => clearInterval(timer));
    });
    const { status, json } = await fetchConfiguration({ issuer: dripping });
    assert.deepEqual([status, json.code], [504, 'fetch.too_slow']);
  });
});
