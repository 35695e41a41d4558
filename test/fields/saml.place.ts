import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'node:test';
import { Agent, codeOf, formOf, type Visit } from '../kit/agent.ts';
import { makeCertifiedKey } from '../kit/saml/certificate.ts';
import { createSamlIdp, type RespondOptions, type SamlIdp } from '../kit/saml/idp.ts';
import type { ReceivedRequest } from '../kit/saml/requests.ts';
import {
  type Api,
  type AuthorizationRequest,
  authorizationRequest,
  openScene,
  type Scene,
  type TestTenant,
} from '../kit/scene.ts';
import type { Document, Open } from './row.ts';

/** A tenant whose one provider speaks SAML. */
export interface SamlPlace {
  readonly api: Api;
  readonly id: string;
  readonly tenant: TestTenant;
  readonly idp: SamlIdp;
  readonly email: string;
  /** Address of what it publishes, and the text. */
  readonly metadata: { readonly url: string; text: string };
}

const keys = makeCertifiedKey();

/** A gateway and a provider, and the provider's metadata on a server of its own, for a file of rows. */
export function useSaml(): Open<SamlPlace> {
  let scene: Scene;
  let server: Server;
  let count = 0;
  const metadata = { url: '', text: '' };
  before(async () => {
    scene = await openScene();
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/samlmetadata+xml');
      response.end(metadata.text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    metadata.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata`;
  });
  after(async () => {
    server.close();
    await scene.close();
  });
  return async (given) => {
    count += 1;
    const idp = createSamlIdp({ entityId: 'https://idp.example/saml', ssoUrl: 'https://idp.example/sso', keys });
    metadata.text = idp.metadata();
    return open(await scene.addTenant(`row-${count}`), { idp, metadata }, given);
  };
}

async function open(
  tenant: TestTenant,
  { idp, metadata }: Pick<SamlPlace, 'idp' | 'metadata'>,
  { saml = {}, ...given }: Document & { saml?: object },
): Promise<SamlPlace> {
  const { status, json } = await tenant.api.call('POST', '/api/v1/identity-providers', {
    kind: 'saml',
    name: 'Acme',
    slug: 'acme',
    enabled: true,
    users: { create: true },
    ...given,
    saml: { issuer: idp.entityId, ssoUrl: idp.ssoUrl, verificationCertificates: [keys.certificatePem], ...saml },
  });
  assert.equal(status, 201, JSON.stringify(json));
  return { api: tenant.api, id: json.id, tenant, idp, email: `alice@${tenant.name}.example`, metadata };
}

export type See = (place: SamlPlace) => Promise<unknown>;

export interface Sent {
  readonly agent: Agent;
  readonly asked: AuthorizationRequest;
  readonly binding: 'redirect' | 'post';
  readonly url: URL;
  readonly request: ReceivedRequest;
}

/** Where the browser is sent from an application, and with which request. */
export async function sent(place: SamlPlace, more: Record<string, string> = {}): Promise<Sent> {
  const agent = new Agent();
  const asked = authorizationRequest(place.tenant, place.tenant.application, { idp: 'acme', ...more });
  return {
    agent,
    asked,
    ...readSent(place, await agent.follow(await agent.get(asked.url), (url) => !url.startsWith(place.tenant.url))),
  };
}

/** What a browser takes to the provider, by either binding. */
export function readSent({ idp }: SamlPlace, visit: Visit): Pick<Sent, 'binding' | 'url' | 'request'> {
  if (visit.location !== undefined) {
    const url = new URL(visit.location);
    return { binding: 'redirect', url, request: idp.readRequest({ url }) };
  }
  const { action, fields } = formOf(visit);
  return { binding: 'post', url: new URL(action), request: idp.readRequest({ fields }) };
}

/** One thing of the request. */
export const asks =
  (read: (sent: Sent) => unknown, more: Record<string, string> = {}): See =>
  async (place) =>
    read(await sent(place, more));

export type Change = Partial<RespondOptions> | ((place: SamlPlace) => Partial<RespondOptions>);

/** A response of the provider to this request, or to none. */
export function respond(place: SamlPlace, request: Sent['request'], change: Partial<RespondOptions> = {}): string {
  return place.idp.respond({
    nameId: 'alice-0001',
    attributes: { email: place.email },
    ...change,
    to: { acsUrl: request.acsUrl, spEntityId: request.issuer, inResponseTo: request.id, ...change.to },
  });
}

/** `in`, or the code of the refusal, with this response. */
export const isLetIn =
  (change: Change = {}): See =>
  async (place) => {
    const { agent, request } = await sent(place);
    const SAMLResponse = respond(place, request, typeof change === 'function' ? change(place) : change);
    const visit = await agent.post(request.acsUrl, { SAMLResponse, RelayState: request.relayState ?? '' });
    return codeOf(visit) ?? (visit.status === 303 ? 'in' : visit.status);
  };

/** The active key of ours for this use, as the provider has it in its settings. */
export async function ownCertificate({ api, id }: SamlPlace, use: 'signing' | 'decryption'): Promise<string> {
  const { json } = await api.call('GET', `/api/v1/identity-providers/${id}/keys`);
  return String(json.items.find((key) => key['use'] === use && key['state'] === 'active')?.['certificate']);
}
