import assert from 'node:assert/strict';
import { Agent, type Visit } from '../agent.ts';
import { openSceneBeside, type SceneBeside } from '../scene/beside.ts';
import {
  type AuthorizationRequest,
  codeFrom,
  goToProvider,
  type Json,
  redeem,
  type TestTenant,
  type TokenAnswer,
} from '../scene.ts';
import { type Okta, startOkta } from './okta.ts';
import type { OktaApp, OktaPerson } from './org.ts';

/** A whole gateway beside an Okta organization. */
export interface OktaScene extends SceneBeside {
  readonly okta: Okta;
  /** An app integration of its own, connected by API with the issuer alone: the rest is fetched. */
  connect(wish: OktaWish): Promise<OktaConnection>;
}

export interface OktaWish {
  slug: string;
  server?: 'org' | 'custom';
  app?: Partial<OktaApp>;
  oidc?: Record<string, unknown>;
  document?: Record<string, unknown>;
}

export interface OktaConnection {
  readonly id: string;
  readonly slug: string;
  readonly document: Json;
  readonly app: OktaApp;
  readonly alice: OktaPerson;
  readonly path: string;
}

export async function openOktaScene(): Promise<OktaScene> {
  const { vendor: okta, ...beside } = await openSceneBeside(startOkta);
  return { ...beside, okta, connect: (wish) => connect({ okta, acme: beside.acme }, wish) };
}

async function connect({ okta, acme }: { okta: Okta; acme: TestTenant }, wish: OktaWish): Promise<OktaConnection> {
  const { slug, server = 'org', oidc = {}, document = {} } = wish;
  const app = okta.org.addApp({ redirectUris: [`${acme.url}/sso/${slug}/callback`], ...wish.app });
  const method = app.authentication;
  const { status, json } = await acme.api.call('POST', '/api/v1/identity-providers', {
    kind: 'oidc',
    name: `Acme ${slug}`,
    slug,
    enabled: true,
    users: { create: true, update: true },
    groupSync: 'sync',
    ...document,
    oidc: {
      issuer: server === 'org' ? okta.orgIssuer : okta.custom.issuer,
      clientId: app.clientId,
      clientAuthentication: method,
      ...(method === 'client_secret_basic' || method === 'client_secret_post' ? { clientSecret: app.secret } : {}),
      ...oidc,
    },
  });
  assert.equal(status, 201, JSON.stringify(json));
  const path = `/api/v1/identity-providers/${json.id}`;
  const alice = okta.org.addPerson({ login: `${slug}@acme.example`, email: `${slug}@acme.example` });
  return { id: json.id, slug: json.slug, document: json, app, alice, path };
}

export interface Arrived {
  agent: Agent;
  arrived: Visit;
  asked: AuthorizationRequest;
  /** What Okta was asked. */
  request: URL;
}

/** From the application to the answer of our callback. */
export async function arriveFromOkta(
  { okta, acme }: OktaScene,
  connection: OktaConnection,
  more: Record<string, string> = {},
): Promise<Arrived> {
  okta.who = connection.alice;
  const agent = new Agent();
  const { sent, asked } = await goToProvider(agent, acme, connection, more);
  const request = new URL(sent.location ?? '');
  const shown = await okta.browse(request);
  assert.ok(shown.kind === 'redirect', shown.kind === 'page' ? shown.error : '');
  return { agent, arrived: await agent.get(shown.url.href), asked, request };
}

/** A whole sign-in, and what the application gets. */
export async function signInAtOkta(scene: OktaScene, connection: OktaConnection): Promise<TokenAnswer> {
  const { agent, arrived, asked } = await arriveFromOkta(scene, connection);
  const { status, json } = await redeem(scene.acme, await codeFrom(agent, arrived), asked);
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}
