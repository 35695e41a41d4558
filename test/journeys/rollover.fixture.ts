import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'node:test';
import { Agent, type Visit } from '../kit/agent.ts';
import { type CertifiedKey, makeCertifiedKey } from '../kit/saml/certificate.ts';
import { createSamlIdp, type RespondOptions } from '../kit/saml/idp.ts';
import { goToProvider, openScene, type SamlConnection, type Scene, samlResponse, type TestTenant } from '../kit/scene.ts';

/** Sign-ins of one row, and how many are on their way at once. */
const SIGN_INS = 48;
const AT_ONCE = 8;

let scene: Scene;
export let acme: TestTenant;
let second: { origin: string; close(): Promise<void> };
let metadataServer: Server;
export let metadataUrl = '';
/** What the provider publishes, and how often it was asked. */
let published = '';
export let asked = 0;

export function publish(metadata: string): void {
  published = metadata;
}

export function forgetAsked(): void {
  asked = 0;
}

export const [oldKey, newKey] = [makeCertifiedKey(), makeCertifiedKey()];
export const idp = createSamlIdp({
  entityId: 'https://idp.acme.example/saml',
  ssoUrl: 'https://idp.acme.example/sso',
  keys: oldKey,
});

/** What the provider does with a browser that arrives: how it signs, and what it thinks of our request. */
export interface Provider {
  answer(request: { url: string; id: string }): Partial<RespondOptions>;
}

/** A whole sign-in; the answer is delivered to one node or the other. */
export async function signIn(connection: SamlConnection, provider: Provider, at: number): Promise<Visit> {
  const agent = new Agent();
  const { sent } = await goToProvider(agent, acme, connection);
  const url = sent.location ?? '';
  const { id, relayState } = connection.idp.readRequest({ url });
  const response = samlResponse(connection, id, provider.answer({ url, id }));
  const home = new URL(acme.url).origin;
  const origin = at % 2 === 0 ? home : second.origin;
  for (const pair of agent.cookieHeader(home).split('; ')) {
    const equals = pair.indexOf('=');
    agent.setCookie(origin, pair.slice(0, equals), pair.slice(equals + 1));
  }
  const acs = connection.acsUrl.replace(home, origin);
  return agent.post(acs, { SAMLResponse: response, RelayState: relayState ?? '' });
}

/** Sign-ins side by side; `between` is done once so many have ended, while others are on their way. */
export async function underLoad(
  connection: SamlConnection,
  provider: Provider,
  between: Readonly<Record<number, () => unknown>>,
): Promise<void> {
  let [begun, ended] = [0, 0];
  const refused: string[] = [];
  let steps: Promise<unknown> = Promise.resolve();
  const work = async (): Promise<void> => {
    while (begun < SIGN_INS) {
      const at = begun;
      begun += 1;
      const visit = await signIn(connection, provider, at);
      if (visit.status !== 303) refused.push(`${at}: ${visit.status} ${/[a-z_]+\.[a-z_]+/.exec(visit.body)?.[0]}`);
      ended += 1;
      const step = between[ended];
      // One after the other; whoever is not the one that does it goes on.
      if (step) await (steps = steps.then(step));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assert.deepEqual(refused, [], 'not one sign-in fails');
  assert.equal(ended, SIGN_INS);
}

/** A provider that signs with this key. */
export function signingWith(current: () => CertifiedKey): Provider {
  return { answer: () => ({ signing: { key: current().privateKey, certificateBase64: current().certificateBase64 } }) };
}

/** Connected and known: the account is there. */
export async function connect(
  slug: string,
  saml: Record<string, unknown>,
  provider = signingWith(() => oldKey),
): Promise<SamlConnection> {
  const connection = await acme.connectSaml(idp, { slug, name: slug, saml });
  assert.equal((await signIn(connection, provider, 0)).status, 303);
  return connection;
}

export interface HandedKey {
  id: string;
  use: string;
  state: string;
  certificate: string;
}

export async function keysOf({ id }: SamlConnection): Promise<HandedKey[]> {
  const { json } = await acme.api.call<{ items: HandedKey[] }>('GET', `/api/v1/identity-providers/${id}/keys`);
  return json.items;
}

export async function certificateOf(connection: SamlConnection, use: string, state = 'active'): Promise<string> {
  const key = (await keysOf(connection)).find((one) => one.use === use && one.state === state);
  assert.ok(key, `${use} ${state}`);
  return key.certificate;
}

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    second = await scene.gateway.addNode();
    metadataServer = createServer((_request, response) => {
      asked += 1;
      response.setHeader('content-type', 'application/samlmetadata+xml');
      response.end(published);
    });
    await new Promise<void>((resolve) => metadataServer.listen(0, '127.0.0.1', resolve));
    metadataUrl = `http://127.0.0.1:${(metadataServer.address() as AddressInfo).port}/metadata`;
  });
  after(async () => {
    metadataServer.close();
    await scene.close();
  });
}
