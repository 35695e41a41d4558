import assert from 'node:assert/strict';
import { Agent, type Visit } from '../agent.ts';
import { openSceneBeside, type SceneBeside } from '../scene/beside.ts';
import {
  type AuthorizationRequest,
  type Claims,
  claimsOf,
  codeFrom,
  goToProvider,
  type Json,
  redeem,
  type TestTenant,
} from '../scene.ts';
import { type App, type Directory, makeSecret, type Person } from './directory.ts';
import { type Entra, startEntra } from './entra.ts';

/** A whole gateway whose way to Microsoft's hosts ends at an Entra on this computer. */
export interface EntraScene extends SceneBeside {
  readonly entra: Entra;
  /** A directory of its own, connected by API with nothing but its id, and our certificate uploaded there. */
  connect(document?: { slug?: string; oidc?: object } & Record<string, unknown>): Promise<EntraConnection>;
}

export interface EntraConnection {
  readonly id: string;
  readonly slug: string;
  readonly document: Json;
  readonly directory: Directory;
  readonly app: App;
  readonly alice: Person;
  /** Path under the tenant's API. */
  readonly path: string;
  change(patch: Record<string, unknown>): Promise<void>;
}

export async function openEntraScene(): Promise<EntraScene> {
  const { vendor: entra, ...beside } = await openSceneBeside(startEntra);
  const { acme, clock } = beside;
  return { ...beside, entra, connect: (document = {}) => connect({ entra, acme, now: clock.now() }, document) };
}

const DAY = 86_400_000;

async function connect(
  { entra, acme, now }: { entra: Entra; acme: TestTenant; now: Date },
  { slug = 'entra', oidc = {}, ...document }: { slug?: string; oidc?: object } & Record<string, unknown>,
): Promise<EntraConnection> {
  const directory = entra.addDirectory();
  const at = `${acme.url}/sso/${slug}`;
  const app = directory.addApp({
    redirectUris: [`${at}/callback`, `${at}/admin-consent`],
    secrets: [makeSecret(new Date(now.getTime() + 180 * DAY))],
    required: ['GroupMember.Read.All', 'User.Read.All'],
  });
  const { status, json } = await acme.api.call('POST', '/api/v1/identity-providers', {
    kind: 'microsoft-oidc',
    name: `Acme ${slug}`,
    slug,
    enabled: true,
    users: { create: true, update: true },
    groupSync: 'sync',
    ...document,
    oidc: { clientId: app.clientId, clientSecret: app.secrets[0]?.value, directoryId: directory.tid, ...oidc },
  });
  assert.equal(status, 201, JSON.stringify(json));
  const path = `/api/v1/identity-providers/${json.id}`;
  const keys = await acme.api.call('GET', `${path}/keys`);
  for (const { use, certificate } of keys.json.items) if (use === 'client-assertion') app.certificates.push(String(certificate));
  return {
    id: json.id,
    slug: json.slug,
    document: json,
    directory,
    app,
    path,
    alice: directory.addPerson({ upn: `${slug}@acme.example`, mail: `${slug}@acme.example` }),
    async change(patch) {
      const changed = await acme.api.call('PATCH', `${path}?override=a+test+says+so`, patch);
      assert.equal(changed.status, 200, JSON.stringify(changed.json));
    },
  };
}

/** From the application to the answer of our callback; a page of Entra's own is an error. */
export async function arriveFromEntra(
  { entra, acme }: EntraScene,
  connection: EntraConnection,
  who: Person = connection.alice,
): Promise<{ agent: Agent; arrived: Visit; asked: AuthorizationRequest }> {
  entra.behaviour = { who, consents: true, assignmentErrors: 'returned' };
  const agent = new Agent();
  const { sent, asked } = await goToProvider(agent, acme, connection);
  const shown = await entra.browse(sent.location ?? '');
  assert.ok(shown.kind === 'redirect', shown.kind === 'page' ? shown.text : '');
  return { agent, arrived: await agent.get(shown.url.href), asked };
}

/** A whole sign-in, and the claims that the application gets. */
export async function signInAtEntra(scene: EntraScene, connection: EntraConnection, who?: Person): Promise<Claims> {
  const { agent, arrived, asked } = await arriveFromEntra(scene, connection, who);
  const { status, json } = await redeem(scene.acme, await codeFrom(agent, arrived), asked);
  assert.equal(status, 200, JSON.stringify(json));
  return claimsOf(json.id_token);
}
