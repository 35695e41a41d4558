import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createListener } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type RunningSandbox, startSandbox } from './sandbox.ts';

/** The gateway's API as far as the provisioning sees it: collections that are listed, read, added to, changed and emptied. */
interface RecordedGateway {
  url: string;
  /** Every call that would change something, in order. */
  writes: string[];
  collections: Map<string, Record<string, unknown>[]>;
  server: Server;
}

const TOKEN = 'operator token';

function recordGateway(): Promise<RecordedGateway> {
  const collections = new Map<string, Record<string, unknown>[]>();
  const writes: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const [, path, last] = /^((?:\/t\/demo)?\/api\/v1\/[a-z-]+)(?:\/([^?]+))?/.exec(request.url!) ?? [];
    const items = collections.get(path!) ?? [];
    collections.set(path!, items);
    const item = items.find(({ id, name }) => last !== undefined && (id === last || name === last));
    if (request.method !== 'GET') writes.push(`${request.method} ${request.url}`);
    const answer = (status: number, body?: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === undefined ? undefined : JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return answer(401, { code: 'http.unauthenticated' });
    if (request.method === 'POST') {
      const created = { ...(JSON.parse(text) as object), id: `id-${writes.length}`, clientSecret: `secret-${writes.length}` };
      items.push(created);
      return answer(201, created);
    }
    if (last === undefined) return answer(200, { items, next: null });
    if (!item) return answer(404, { code: 'http.not_found' });
    if (request.method === 'PATCH') Object.assign(item, JSON.parse(text));
    if (request.method === 'DELETE') items.splice(items.indexOf(item), 1);
    return request.method === 'DELETE' ? answer(204) : answer(200, item);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://localhost:${(server.address() as AddressInfo).port}`, writes, collections, server });
    });
  });
}

async function freePort(): Promise<number> {
  const listener = createListener();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

describe('starting the sandbox', () => {
  let gateway: RecordedGateway;
  let dataFolder: string;
  let ports: { idpPort: number; appPort: number };
  let running: RunningSandbox[];

  beforeEach(async () => {
    gateway = await recordGateway();
    dataFolder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    ports = { idpPort: await freePort(), appPort: await freePort() };
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((sandbox) => sandbox.close()));
    gateway.server.closeAllConnections();
    gateway.server.close();
    await rm(dataFolder, { recursive: true });
  });

  async function start(): Promise<RunningSandbox> {
    const sandbox = await startSandbox({
      serverUrl: gateway.url,
      tenantUrl: `${gateway.url}/t/demo`,
      operatorToken: TOKEN,
      dataFolder,
      host: '127.0.0.1',
      ...ports,
    });
    running.push(sandbox);
    return sandbox;
  }
  async function restart(): Promise<string[]> {
    await running.at(-1)!.close();
    gateway.writes.length = 0;
    await start();
    return gateway.writes;
  }
  const tenantItems = (name: string) => gateway.collections.get(`/t/demo/api/v1/${name}`)!;

  test('connects the tenant demo to a provider by each protocol, and both sites answer', async () => {
    const { idpUrl, appUrl } = await start();
    assert.deepEqual(
      gateway.collections.get('/api/v1/tenants')!.map(({ name }) => name),
      ['demo'],
    );
    assert.deepEqual(
      tenantItems('domains').map(({ name }) => name),
      ['acme.example'],
    );
    assert.deepEqual(
      tenantItems('identity-providers').map(({ kind, slug }) => [kind, slug]),
      [
        ['oidc', 'sandbox-oidc'],
        ['saml', 'sandbox-saml'],
      ],
    );
    assert.deepEqual(
      tenantItems('applications').map(({ redirectUris }) => redirectUris),
      [[`${appUrl}/callback`]],
    );
    const discovery = (await (await fetch(`${idpUrl}/.well-known/openid-configuration`)).json()) as Record<string, string>;
    const oidc = tenantItems('identity-providers')[0]!['oidc'] as Record<string, string>;
    for (const [field, name] of [
      ['issuer', 'issuer'],
      ['authorizationEndpoint', 'authorization_endpoint'],
      ['tokenEndpoint', 'token_endpoint'],
      ['userinfoEndpoint', 'userinfo_endpoint'],
      ['endSessionEndpoint', 'end_session_endpoint'],
      ['jwksUri', 'jwks_uri'],
    ] as const) {
      assert.equal(oidc[field], discovery[name], field);
    }
    const saml = tenantItems('identity-providers')[1]!['saml'] as { issuer: string };
    assert.match(await (await fetch(saml.issuer)).text(), new RegExp(`entityID="${saml.issuer}"`));
    assert.equal((await fetch(appUrl)).status, 200);
  });

  test('a second start writes nothing', async () => {
    await start();
    assert.deepEqual(await restart(), []);
  });

  test('a second start leaves alone what an administrator changed', async () => {
    await start();
    tenantItems('identity-providers')[0]!['name'] = 'Ours';
    await restart();
    assert.equal(tenantItems('identity-providers')[0]!['name'], 'Ours');
  });

  test('on other ports the connections and the application are brought up to date', async () => {
    await start();
    ports = { idpPort: await freePort(), appPort: await freePort() };
    const writes = await restart();
    assert.deepEqual(
      writes.map((write) => write.replace(/id-\d+(?:\?override=.+)?$/, 'id')),
      [
        'PATCH /t/demo/api/v1/identity-providers/id',
        'PATCH /t/demo/api/v1/identity-providers/id',
        'PATCH /t/demo/api/v1/applications/id',
      ],
    );
  });

  test('with its data folder gone, keys and the application are replaced', async () => {
    await start();
    const secret = tenantItems('applications')[0]!['clientSecret'];
    await running.at(-1)!.close();
    await rm(dataFolder, { recursive: true });
    await start();
    assert.equal(tenantItems('applications').length, 1);
    assert.notEqual(tenantItems('applications')[0]!['clientSecret'], secret);
  });

  test('secrets are readable by their owner only', async () => {
    await start();
    for (const file of ['sandbox.json', 'idp-keys.json']) assert.equal((await stat(join(dataFolder, file))).mode & 0o077, 0);
  });

  test('a port in use ends the start, and leaves no process behind', async () => {
    await start();
    const { idpUrl } = running[0]!;
    await assert.rejects(start(), /EADDRINUSE/);
    assert.equal((await fetch(idpUrl)).status, 200);
    ports = { ...ports, idpPort: await freePort() };
    await assert.rejects(start(), /EADDRINUSE/);
    await assert.rejects(fetch(`http://localhost:${ports.idpPort}`));
  });

  test('a refusal of the gateway is told with its code', async () => {
    const refused = startSandbox({
      serverUrl: gateway.url,
      tenantUrl: `${gateway.url}/t/demo`,
      operatorToken: 'wrong',
      dataFolder,
      host: '127.0.0.1',
      ...ports,
    });
    await assert.rejects(refused, { status: 401, code: 'http.unauthenticated' });
  });
});
