import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import { isProblem, type Problem } from '#kernel/problem.ts';
import { createTrace, type Trace } from '#kernel/trace.ts';
import type { GuardedFetch, World } from '#kernel/world.ts';
import { createOidcProtocols, type OidcKind, type OidcProtocol, type OidcSettings } from '#upstream/oidc/index.ts';
import type { SignInWish, UpstreamIdentity } from '#upstream/protocol.ts';
import { type IdpClient, type OidcIdp, type OidcIdpOptions, startOidcIdp } from './idp.ts';

export const RETURN_URL = 'http://localhost/t/acme/sso/idp/callback';
export const CLIENT: IdpClient = {
  clientId: 'gateway',
  secret: 'a-secret',
  authentication: 'client_secret_basic',
  redirectUris: [RETURN_URL],
};

/** How one sign-in is bent out of shape between its two legs. */
export interface Bend {
  settings?: Record<string, unknown>;
  wish?: Partial<SignInWish>;
  /** Changes the answer that the browser brings. */
  fields?: (fields: Record<string, string>) => Record<string, string>;
  via?: 'query' | 'form';
  /** Runs between request and answer. */
  between?: () => void;
  remembered?: (remembered: Record<string, unknown>) => Record<string, unknown>;
}

export interface SignedIn {
  identity: UpstreamIdentity;
  trace: Trace;
  url: URL;
}

/** A relying party under test beside a provider that it signs in through; one clock for both, which only moves when told. */
export interface Driver {
  readonly idp: OidcIdp;
  readonly protocol: OidcProtocol;
  readonly clock: { time: number; now(): Date };
  world: World;
  settings(change?: Record<string, unknown>): OidcSettings;
  signIn(bend?: Bend): Promise<SignedIn>;
  /** The sign-in is refused with this code, and the trace's last line says the same. */
  refused(code: string, bend?: Bend): Promise<Problem>;
  close(): Promise<void>;
}

export interface DriverOptions extends OidcIdpOptions {
  kind?: OidcKind;
  /** Fields of every sign-in of this driver. */
  fields?: Record<string, unknown>;
  fetch?: GuardedFetch;
  /** A provider that runs already; it has a clock of its own. */
  idp?: OidcIdp;
}

/** Years from any real clock: whoever asks the process for the time gets a wrong answer. */
const START = Date.UTC(2031, 4, 5, 6, 7, 8);

export async function startDriver({
  kind = 'oidc',
  fields: own = {},
  fetch,
  idp: running,
  ...options
}: DriverOptions = {}): Promise<Driver> {
  const clock = { time: START, now: () => new Date(clock.time) };
  const idp = running ?? (await startOidcIdp({ clock, clients: [CLIENT], ...options }));
  const protocol = createOidcProtocols({ allowPrivateNetwork: true })[kind];
  const world: World = {
    now: () => clock.now(),
    randomBytes: (length) => randomBytes(length),
    fetch: fetch ?? createGuardedFetch({ allowPrivateNetwork: true }),
  };
  const driver: Driver = {
    idp,
    protocol,
    clock,
    world,
    settings: (change = {}) =>
      protocol.readSettings({
        clientId: CLIENT.clientId,
        clientSecret: CLIENT.secret,
        issuer: idp.issuer,
        authorizationEndpoint: `${idp.issuer}/authorize`,
        tokenEndpoint: `${idp.issuer}/token`,
        userinfoEndpoint: `${idp.issuer}/userinfo`,
        jwksUri: `${idp.issuer}/jwks`,
        authorizationResponseIssParameterSupported: true,
        ...own,
        ...change,
      }),
    async signIn(bend = {}) {
      const trace = createTrace(clock);
      return signIn(driver, trace, bend);
    },
    async refused(code, bend = {}) {
      const trace = createTrace(clock);
      const problem = await signIn(driver, trace, bend).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(problem !== undefined, `signed in, expected ${code}`);
      assert.ok(isProblem(problem), problem instanceof Error ? (problem.stack ?? '') : 'no problem');
      assert.equal(problem.code, code);
      assert.equal(trace.lines.at(-1)?.verdict, 'refused');
      assert.equal(trace.lines.at(-1)?.code, code);
      return problem;
    },
    close: () => idp.close(),
  };
  return driver;
}

async function signIn({ idp, protocol, settings, world: outer }: Driver, trace: Trace, bend: Bend): Promise<SignedIn> {
  const world = { ...outer, trace };
  const read = settings(bend.settings);
  const wish: SignInWish = {
    handle: randomBytes(32).toString('base64url'),
    returnUrl: new URL(RETURN_URL),
    forceAuthn: false,
    acrValues: [],
    ...bend.wish,
  };
  const { send, remember } = await protocol.begin(read, wish, world);
  const fields = await idp.authorize(send.url);
  bend.between?.();
  // As the store gives it back.
  const kept = JSON.parse(JSON.stringify(remember)) as Record<string, unknown>;
  const answer = { via: bend.via ?? ('query' as const), fields: bend.fields?.(fields) ?? fields };
  const identity = await protocol.finish(read, answer, bend.remembered?.(kept) ?? kept, world);
  return { identity, trace, url: send.url };
}
