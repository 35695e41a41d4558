import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { isProblem, type Problem } from '#kernel/problem.ts';
import { createTrace, type Trace } from '#kernel/trace.ts';
import type { World } from '#kernel/world.ts';
import { createOidcProtocols, type OidcProtocol, type OidcSettings } from '#upstream/oidc/index.ts';
import type { UpstreamIdentity } from '#upstream/protocol.ts';
import { makeCertifiedKey } from '../saml/certificate.ts';
import { type App, type Directory, groupIds, makeSecret, type Person } from './directory.ts';
import { type Entra, startEntra } from './entra.ts';

export const RETURN_URL = 'https://sso.example.com/t/acme/sso/entra/callback';
/** Years from any real clock: whoever asks the process for the time gets a wrong answer. */
export const START = Date.UTC(2031, 4, 5, 6, 7, 8);

export interface SignedIn {
  identity: UpstreamIdentity;
  trace: Trace;
}

/** A relying party beside an Entra: one clock for both, private networks closed, Microsoft's own addresses. */
export interface EntraDriver {
  readonly entra: Entra;
  readonly protocol: OidcProtocol;
  readonly clock: { time: number; now(): Date };
  readonly world: World;
  /** Our key towards Entra, as a connection holds it. */
  readonly keys: { clientAssertion: { kid: string; privateKeyPem: string; certificatePem: string }[] };
  /** Anew in each test: a directory, its app registration with a secret and our certificate, a person in three groups. */
  directory: Directory;
  app: App;
  alice: Person;
  renew(): void;
  fields(change?: Record<string, unknown>): Record<string, unknown>;
  settings(change?: Record<string, unknown>): OidcSettings;
  signIn(change?: Record<string, unknown>): Promise<SignedIn>;
  signInWith(settings: OidcSettings): Promise<SignedIn>;
  close(): Promise<void>;
}

export async function startEntraDriver(): Promise<EntraDriver> {
  const clock = { time: START, now: () => new Date(clock.time) };
  const entra = await startEntra({ clock });
  const protocol = createOidcProtocols({ allowPrivateNetwork: false })['microsoft-oidc'];
  const { privateKeyPem, certificatePem } = makeCertifiedKey();
  const driver: EntraDriver = {
    entra,
    protocol,
    clock,
    world: { now: () => clock.now(), randomBytes: (length) => randomBytes(length), fetch: entra.routes.fetch },
    keys: { clientAssertion: [{ kid: 'key_ours', privateKeyPem, certificatePem }] },
    ...registered(entra, certificatePem),
    renew() {
      Object.assign(driver, registered(entra, certificatePem));
      Object.assign(entra, { graph: undefined, down: false, nextToken: undefined });
      entra.behaviour = { who: driver.alice, consents: true, assignmentErrors: 'returned' };
      entra.requests.length = 0;
      entra.routes.asked.length = 0;
    },
    fields: (change = {}) => ({
      clientId: driver.app.clientId,
      clientSecret: driver.app.secrets[0]?.value,
      directoryId: driver.directory.tid,
      keys: driver.keys,
      ...change,
    }),
    settings: (change) => protocol.readSettings(driver.fields(change)),
    signIn: async (change) => driver.signInWith(driver.settings(change)),
    signInWith: (settings) => signIn(driver, settings),
    close: () => entra.close(),
  };
  driver.renew();
  return driver;
}

function registered(entra: Entra, certificatePem: string): Pick<EntraDriver, 'directory' | 'app' | 'alice'> {
  const directory = entra.addDirectory();
  const app = directory.addApp({
    redirectUris: [RETURN_URL],
    secrets: [makeSecret(new Date(START + 86_400_000))],
    certificates: [certificatePem],
    granted: ['GroupMember.Read.All', 'User.Read.All'],
  });
  return { directory, app, alice: directory.addPerson({ groups: groupIds(3) }) };
}

async function signIn({ entra, protocol, clock, world: outer }: EntraDriver, settings: OidcSettings): Promise<SignedIn> {
  const trace = createTrace(clock);
  const world = { ...outer, trace };
  const handle = randomBytes(32).toString('base64url');
  const wish = { handle, returnUrl: new URL(RETURN_URL), forceAuthn: false, acrValues: [] };
  const { send, remember } = await protocol.begin(settings, wish, world);
  const shown = await entra.browse(send.url);
  assert.ok(shown.kind === 'redirect', shown.kind === 'page' ? shown.text : '');
  const answer = { via: 'query' as const, fields: Object.fromEntries(shown.url.searchParams) };
  // As the store gives it back.
  const kept: unknown = JSON.parse(JSON.stringify(remember));
  return { identity: await protocol.finish(settings, answer, kept, world), trace };
}

/** The refusal that this work ends with. */
export async function refusalOf(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  assert.ok(isProblem(error), error instanceof Error ? error.stack : 'nobody refused');
  return error;
}
