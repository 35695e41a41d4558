import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { type Agent, codeOf, type Visit } from '../kit/agent.ts';
import { type AuthorizationRequest, authorizationRequest, claimsOf, codeFrom, redeem, type TestTenant } from '../kit/scene.ts';

/** The judges of the attack tests; see the head of the list of attacks for REJ, NOVICTIM, NOFETCH and BOUND. */

export interface Expected {
  /** Problem code: a refusal for another reason is not the defence that the test is about. */
  code: string;
  /** Exactly this one; otherwise any 4xx will do. Where the fault lies with the provider it is 502 or 504. */
  status?: number;
  /** What must be found neither on the page, nor in the trace, nor in the audit log. */
  secrets?: readonly string[];
}

export interface Place {
  tenant: TestTenant;
  agent: Agent;
}

/**
 * REJ and NOVICTIM: the answer is a page with this code, nobody is signed in by it, no account was made or changed, and the refusal is
 * on record: one audit event, and a trace found by the reference on the page, both with the code and without secrets.
 */
export async function refused(place: Place, expected: Expected, deliver: () => Promise<Visit>): Promise<Visit> {
  const { tenant } = place;
  const before = await stateOf(tenant);
  const visit = await deliver();
  await checkNobodyCameIn(place, expected, { visit, before });
  const events = await eventsAfter(tenant, before.sequence);
  const reference = referenceOf(visit);
  assert.deepEqual(
    events.map(({ action, code, reference: found }) => ({ action, code, reference: found })),
    [{ action: 'sign-in.refused', code: expected.code, reference }],
    'one audit event, with the code and the reference of the page',
  );
  const { status, json } = await tenant.api.call<RecordedSignIn>('GET', `/api/v1/sign-ins/${reference}`);
  assert.equal(status, 200, 'the reference on the page finds the trace');
  const { outcome, code, userId, trace } = json;
  assert.deepEqual({ outcome, code, userId }, { outcome: 'refused', code: expected.code, userId: null });
  assert.deepEqual(
    trace.filter((line) => line.verdict === 'refused').map((line) => line.code),
    [expected.code],
    'one line of the trace refuses',
  );
  checkHides(expected, [visit.body, JSON.stringify(json), JSON.stringify(events)]);
  return visit;
}

/** REJ where no sign-in was reached that could be on record: a body that nobody reads, a tenant that is suspended. */
export async function turnedAway(place: Place, expected: Expected, deliver: () => Promise<Visit>): Promise<Visit> {
  const before = await stateOf(place.tenant);
  const visit = await deliver();
  await checkNobodyCameIn(place, expected, { visit, before });
  assert.deepEqual(await eventsAfter(place.tenant, before.sequence), []);
  checkHides(expected, [visit.body]);
  return visit;
}

/** The valid control: the answer led to a session, and the application got tokens. @returns the claims of the ID token */
export async function signsIn(
  { tenant, agent }: Place,
  { arrived, asked }: { arrived: Visit; asked: AuthorizationRequest },
): Promise<Record<string, unknown>> {
  const { status, json } = await redeem(tenant, await codeFrom(agent, arrived), asked);
  assert.equal(status, 200, `the valid control signs in: ${JSON.stringify(json)}`);
  return claimsOf(json.id_token);
}

/** Whether this browser is signed in, as the applications see it. */
export async function isSignedIn({ tenant, agent }: Place): Promise<boolean> {
  const { location } = await agent.get(authorizationRequest(tenant, tenant.application, { prompt: 'none' }).url);
  const answer = new URL(location ?? 'about:blank').searchParams;
  assert.ok(answer.has('code') || answer.get('error') === 'login_required', `neither a code nor login_required: ${location}`);
  return answer.has('code');
}

interface State {
  users: unknown;
  sequence: number;
}

export async function stateOf(tenant: TestTenant): Promise<State> {
  const users = await tenant.api.call('GET', '/api/v1/users?limit=200');
  const events = await tenant.api.call<RecordedEvents>('GET', '/api/v1/audit-events?limit=1');
  assert.equal(users.json.next, null, 'the tests have few users');
  return { users: users.json.items, sequence: events.json.items[0]?.sequence ?? 0 };
}

export interface RecordedEvent {
  sequence: number;
  action: string;
  actor: string;
  target: string;
  code?: string;
  reference?: string;
}

interface RecordedEvents {
  items: RecordedEvent[];
  next: string | null;
}

interface RecordedSignIn {
  outcome: string;
  code: string;
  userId: unknown;
  trace: { verdict: string; code?: string }[];
}

/** Newest first. */
export async function eventsAfter(tenant: TestTenant, sequence: number): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for (let cursor = ''; ; ) {
    const { json } = await tenant.api.call<RecordedEvents>('GET', `/api/v1/audit-events?limit=200${cursor}`);
    found.push(...json.items.filter((event) => event.sequence > sequence));
    if (json.next === null || Number(json.next) <= sequence) return found;
    cursor = `&cursor=${json.next}`;
  }
}

async function checkNobodyCameIn(
  place: Place,
  expected: Expected,
  { visit, before }: { visit: Visit; before: State },
): Promise<void> {
  assert.equal(codeOf(visit), expected.code, `${visit.status} ${visit.location ?? ''} ${visit.body.slice(0, 300)}`);
  if (expected.status === undefined) assert.ok(visit.status >= 400 && visit.status < 500, `a refusal, not ${visit.status}`);
  else assert.equal(visit.status, expected.status);
  assert.notEqual(visit.status, 500);
  assert.equal(visit.location, undefined);
  assert.match(String(visit.headers['content-security-policy']), /default-src 'none'/);
  assert.doesNotMatch(String(visit.headers['set-cookie']), /session/);
  assert.deepEqual((await stateOf(place.tenant)).users, before.users, 'no account was made or changed');
}

function checkHides({ secrets = [] }: Expected, shown: readonly string[]): void {
  for (const secret of secrets) for (const text of shown) assert.ok(!text.includes(secret), `shows ${secret.slice(0, 60)}`);
}

/** The reference on an error page. */
export function referenceOf(visit: Visit): string {
  const found = /<dd class="code">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})<\/dd>/.exec(visit.body)?.[1];
  assert.ok(found, `no reference on the page: ${visit.body.slice(0, 300)}`);
  return found;
}

/** NOFETCH: a listener on loopback that counts who knocks, and answers nobody. */
export interface Canary {
  readonly port: number;
  readonly url: string;
  readonly connections: number;
  close(): Promise<void>;
}

export async function startCanary(): Promise<Canary> {
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/`,
    get connections() {
      return connections;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** Far above what a refusal takes on a busy machine, far below what the attack would cost. */
const MOST_SECONDS = 10;
const MOST_MEGABYTES = 128;

/**
 * BOUND: the work ends in time, and the process's highest use of memory grows by little. Make the hostile message before, so that only
 * what the gateway does with it counts.
 */
export async function bounded<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = process.resourceUsage().maxRSS;
  const startedAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const megabytes = (process.resourceUsage().maxRSS - before) / 1024;
  assert.ok(seconds < MOST_SECONDS, `took ${seconds.toFixed(1)} s`);
  assert.ok(megabytes < MOST_MEGABYTES, `took ${megabytes.toFixed(0)} MB`);
  return result;
}
