import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Agent, type Visit } from '../../kit/agent.ts';
import { createSamlIdp, type RespondOptions, type SamlIdp } from '../../kit/saml/idp.ts';
import {
  ALICE,
  type AuthorizationRequest,
  goToProvider,
  openScene,
  readSamlRequest,
  type SamlConnection,
  type Scene,
  signInBySaml,
  type TestTenant,
} from '../../kit/scene.ts';
import { isSignedIn, type Place, refused, signsIn } from '../oracles.ts';

/** Whom every forged message names: known to the tenant, linked to the provider, never to be signed in by an attack. */
export const VICTIM = 'admin-0001';
export const VICTIM_EMAIL = 'admin@acme.example';

export interface Stage {
  readonly scene: Scene;
  readonly acme: TestTenant;
  readonly saml: SamlConnection;
  /** Our certificate to encrypt to, as our metadata publishes it. */
  readonly encryptionCertificate: string;
  close(): Promise<void>;
}

/** A gateway with tenant acme, its SAML provider, and the victim, who has signed in before. */
export async function openStage(document: Record<string, unknown> = {}): Promise<Stage> {
  const scene = await openScene();
  const acme = await scene.addTenant('acme');
  const saml = await acme.connectSaml(acmeIdp(), document);
  const agent = new Agent();
  const arrival = await signInBySaml(agent, acme, saml, { nameId: VICTIM, attributes: { ...ALICE, email: VICTIM_EMAIL } });
  await signsIn({ tenant: acme, agent }, arrival);
  return { scene, acme, saml, encryptionCertificate: await encryptionCertificateOf(saml), close: () => scene.close() };
}

/** From the published metadata, as a provider would take it. */
export async function encryptionCertificateOf({ spEntityId }: SamlConnection): Promise<string> {
  const metadata = await (await fetch(spEntityId)).text();
  const descriptor = /<md:KeyDescriptor use="encryption">.*?<\/md:KeyDescriptor>/s.exec(metadata)?.[0];
  const certificate = /<ds:X509Certificate>([^<]+)/.exec(descriptor ?? '')?.[1];
  if (certificate === undefined) throw new Error(`no certificate to encrypt to: ${metadata.slice(0, 400)}`);
  return `-----BEGIN CERTIFICATE-----\n${certificate.replace(/\s/g, '').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

export function acmeIdp(): SamlIdp {
  return createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
}

/** One sign-in that waits for its answer. */
export interface Waiting extends Place {
  readonly connection: SamlConnection;
  readonly id: string;
  readonly relayState: string;
  /** The AuthnRequest as XML. */
  readonly request: string;
  readonly asked: AuthorizationRequest;
}

export async function begin(
  tenant: TestTenant,
  connection: SamlConnection,
  more: Record<string, string> = {},
  agent = new Agent(),
): Promise<Waiting> {
  const { sent, asked } = await goToProvider(agent, tenant, connection, more);
  const { xml: request } = connection.idp.readRequest({ url: sent.location ?? '' });
  return { tenant, agent, connection, asked, request, ...readSamlRequest(connection, sent) };
}

/** What a provider, honest or not, answers. */
export interface Answering {
  change?: Partial<RespondOptions> | ((waiting: Waiting) => Partial<RespondOptions>);
  /** Any text in the place of the whole message. */
  xml?: (xml: string, waiting: Waiting) => string | Buffer;
  /** The form as it is posted. */
  form?: (fields: { SAMLResponse: string; RelayState: string }) => Record<string, string> | string;
}

export function answerTo(waiting: Waiting, { change, xml = (same) => same }: Answering): string {
  const { connection, id } = waiting;
  const { to, ...changed } = typeof change === 'function' ? change(waiting) : (change ?? {});
  const made = connection.idp.respondXml({
    nameId: 'alice-0001',
    attributes: ALICE,
    sign: 'assertion',
    ...changed,
    to: { acsUrl: connection.acsUrl, spEntityId: connection.spEntityId, inResponseTo: id, ...to },
  });
  return Buffer.from(xml(made, waiting)).toString('base64');
}

export interface Delivery {
  form?: Answering['form'];
  /** Whose browser brings it, when not the one that began. */
  agent?: Agent;
  /** Where to, when not where the request said. */
  acsUrl?: string;
  headers?: Record<string, string>;
}

export function deliver(waiting: Waiting, answer: string, { form = (same) => same, ...to }: Delivery = {}): Promise<Visit> {
  const { agent = waiting.agent, acsUrl = waiting.connection.acsUrl, headers } = to;
  return agent.post(acsUrl, form({ SAMLResponse: answer, RelayState: waiting.relayState }), headers);
}

export interface Setting {
  tenant?: () => TestTenant;
  connection?: () => SamlConnection;
  /** Parameters of the application's request. */
  wish?: Record<string, string>;
}

export interface Row extends Answering, Setting {
  name: string;
  code: string;
  status?: number;
}

/** Each row is refused as REJ says, by its code. */
export function refuse(stage: () => Stage, rows: readonly Row[]): void {
  for (const row of rows) {
    it(`${row.name}: ${row.code}`, async () => {
      const waiting = await beginFor(stage(), row);
      const answer = answerTo(waiting, row);
      await refused(waiting, { code: row.code, status: row.status, secrets: secretsOf(waiting, answer) }, () =>
        deliver(waiting, answer, row),
      );
      assert.equal(await isSignedIn(waiting), false);
    });
  }
}

/** Each row is a message that is as it should be: what looks like it and is refused beside it is refused for its fault. */
export function accept(stage: () => Stage, rows: readonly (Answering & Setting & { name: string })[]): void {
  for (const row of rows) {
    it(`the valid control signs in: ${row.name}`, async () => {
      const waiting = await beginFor(stage(), row);
      await signsIn(waiting, { arrived: await deliver(waiting, answerTo(waiting, row), row), asked: waiting.asked });
    });
  }
}

function beginFor({ acme, saml }: Stage, { tenant, connection, wish }: Setting): Promise<Waiting> {
  return begin(tenant?.() ?? acme, connection?.() ?? saml, wish);
}

/** What nobody may read afterwards: the message, its signature, the browser's own secret. */
export function secretsOf({ agent, tenant }: Waiting, answer: string): string[] {
  const xml = Buffer.from(answer.slice(0, 100_000), 'base64').toString('latin1');
  const signature = /<ds:SignatureValue>([^<]{40,})/.exec(xml)?.[1];
  const browser = agent.cookie(new URL(tenant.url).origin, 'browser');
  return [answer.slice(0, 64), '<saml:', '&lt;saml:', signature ?? '', browser ?? ''].filter((secret) => secret.length > 5);
}
